"""From the Wi-Fi to the kit: what each system asks, gets, and shows, over real TCP through the firewall, in every mode."""

import http.client
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import expect

from fieldkit.net import files
from fieldkit.portal.probes import MODES, OFF, ON, PROBES, QUIET, Probe
from tests.network.places import KIT, Place, Visitor
from tests.network.world import World

pytestmark = [pytest.mark.network, pytest.mark.slow]

PORTAL = f"http://{KIT}/start"
Answer = http.client.HTTPResponse


def look_for_the_internet(visitor: Visitor, probe: Probe) -> Answer:
    """What this system does when it has joined: find the address, connect, ask."""
    host, _, path = probe.asks[0].partition("/")
    return visitor.ask(host, f"/{path}".replace("*", "hotspot-detect.html"))


def is_fine(answer: Answer, probe: Probe) -> bool:
    """Whether a system reads this as the internet: its maker's bytes, and the header some go by alone."""
    headers = {(name.lower(), value) for name, value in answer.getheaders()}
    wanted = {(name.lower(), value) for name, value in probe.fine.headers}
    return (f"{answer.status} {answer.reason}", answer.text) == (
        probe.fine.status,
        probe.fine.body.decode(),
    ) and wanted <= headers


def leads_to_the_portal(answer: Answer) -> bool:
    """Whether a system reads this as a portal, and will not keep it."""
    return (answer.status, answer.headers["Location"], answer.headers["Cache-Control"]) == (302, PORTAL, "no-store")


class Desk:
    """Jonas at the device itself, with his card."""

    def __init__(self, world: World) -> None:
        """Get a card."""
        card = subprocess.run(
            [sys.executable, "-m", "fieldkit", "staff", "add", "Jonas"],
            env={"FIELDKIT_HOME": str(world.home)}, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        self._kit: Place = world.kit
        secret, pin = re.search(r"/staff/card/(\S+)", card)[1], re.search(r"PIN:\s+(\d+)", card)[1]
        self._card = f"card={secret}&pin={pin}"

    def choose(self, mode: str) -> None:
        """Sign in, and say what happens when somebody joins the Wi-Fi."""
        cookie = self._post("/staff/sign-in", self._card).headers["Set-Cookie"].split(";")[0]
        assert self._post("/portal", f"mode={mode}", Cookie=cookie).headers["Location"] == "/portal?saved=yes"

    def _post(self, path: str, form: str, **headers: str) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", files.PORT)
        line.sock = self._kit.connect("127.0.0.1", files.PORT)
        sent = {"Origin": f"http://127.0.0.1:{files.PORT}", "Content-Type": "application/x-www-form-urlencoded", **headers}
        with closing(line):
            line.request("POST", path, form, sent)
            answer = line.getresponse()
            answer.read()
            assert answer.status == 303
            return answer


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Where the portal's mode is chosen."""
    return Desk(world)


@pytest.fixture
def mode(desk: Desk) -> Iterator[Callable[[str], None]]:
    """Chooses a mode; afterwards the portal is on again."""
    yield desk.choose
    desk.choose(ON)


@pytest.fixture(scope="module")
def curious(newcomer: Callable[[], Visitor]) -> Visitor:
    """Somebody who has joined and not tapped «Weiter»."""
    return newcomer()


@pytest.fixture(scope="module")
def settled(newcomer: Callable[[], Visitor]) -> Visitor:
    """Somebody who read the page that opened and tapped «Weiter»."""
    somebody = newcomer()
    start = somebody.ask(KIT, "/start")
    assert start.status == 200
    onward = re.search(r'href="(/start/ok[^"]*)"', start.text)[1]
    answer = somebody.ask(KIT, onward)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    return somebody


systems = pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.systems)


@systems
def test_a_system_that_has_just_joined_is_led_to_the_portal(curious: Visitor, probe: Probe) -> None:
    assert leads_to_the_portal(look_for_the_internet(curious, probe))


@systems
def test_after_weiter_a_system_believes_all_is_well_except_android_which_would_hide_the_way_back(
    settled: Visitor, probe: Probe
) -> None:
    answer = look_for_the_internet(settled, probe)
    assert is_fine(answer, probe) is not probe.keep_portal
    assert leads_to_the_portal(answer) is probe.keep_portal


def test_one_who_tapped_weiter_speaks_for_nobody_else(settled: Visitor, curious: Visitor) -> None:
    apple = PROBES[0]
    assert is_fine(look_for_the_internet(settled, apple), apple)
    assert leads_to_the_portal(look_for_the_internet(curious, apple))


def test_in_quiet_mode_every_system_believes_all_is_well(curious: Visitor, mode: Callable[[str], None]) -> None:
    mode(QUIET)
    assert [probe.systems for probe in PROBES if not is_fine(look_for_the_internet(curious, probe), probe)] == []


def test_with_the_portal_off_no_system_gets_an_answer_and_the_kit_still_opens(
    curious: Visitor, mode: Callable[[str], None]
) -> None:
    mode(OFF)
    for probe in PROBES[::3]:
        with pytest.raises(http.client.RemoteDisconnected):
            look_for_the_internet(curious, probe)
    assert curious.ask("feldkit.internal", "/").status == 200


def test_there_is_no_fourth_mode() -> None:
    """Or the tests above are not all."""
    assert set(MODES) == {ON, QUIET, OFF}


@pytest.mark.parametrize(
    ("host", "path"), [("example.org", "/a?b=//evil.example"), ("8.8.8.8", "/"), ("feldkit.internal.evil.example", "/")]
)
def test_whatever_else_a_visitor_opens_leads_to_the_portal(ayse: Visitor, host: str, path: str) -> None:
    assert leads_to_the_portal(ayse.ask(host, path))


def test_somebody_opens_any_page_lands_on_the_portal_leaves_an_idea_and_reads_its_receipt(
    newcomer: Callable[[], Visitor], chromium: Any, world: World
) -> None:
    somebody = newcomer()
    with somebody.browser(chromium, somebody.folder) as page:
        page.goto("http://example.org/")
        assert page.url == PORTAL
        page.get_by_role("link", name="Weiter zum Feldkit").first.click()
        expect(page).to_have_url(f"http://{KIT}/")
        page.locator("a[href='/ideas/new']").first.click()
        page.fill("[name=title]", "Ein Brunnen am Platz")
        # The kit may be started anew at any moment; who is writing does not notice.
        world.stop(world.server)
        world.start_kit()
        page.get_by_role("button", name="Idee abgeben").click()
        code = page.locator("[data-receipt]").get_attribute("data-receipt")
        page.goto("http://feldkit.internal/receipts")
        page.fill("[name=code]", code)
        page.get_by_role("button", name="Nachsehen").click()
        expect(page.get_by_text("Ein Brunnen am Platz").first).to_be_visible()


def test_https_fails_in_a_browser_without_a_warning_to_click_away(newcomer: Callable[[], Visitor], chromium: Any) -> None:
    somebody = newcomer()
    with somebody.browser(chromium, somebody.folder) as page, pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        page.goto("https://www.berlin.de/")


def test_the_kit_started_anew_keeps_the_mode_and_the_addresses(world: World, ayse: Visitor, mode: Callable[[str], None]) -> None:
    mode(QUIET)
    before = ayse.address
    world.stop(world.server)
    world.start_kit()
    assert is_fine(look_for_the_internet(ayse, PROBES[0]), PROBES[0])
    assert ayse.join()["ip"] == before
