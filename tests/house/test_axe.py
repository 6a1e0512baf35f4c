"""Every page in a real browser: no accessibility fault, no sideways scrolling, nothing blocked, nothing from elsewhere."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
import trustme
from axe_playwright_python.sync_playwright import Axe
from waitress.server import create_server

from fieldkit import app, certificate, doors, ids, web
from fieldkit.doors import Person
from tests.conftest import Browser

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 320, "height": 640}, "color_scheme": "light"}
SCREEN = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}
REPORT_VIOLATIONS = """
window.blocked = [];
addEventListener("securitypolicyviolation", event => window.blocked.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Look:
    """What the browser found on a page."""

    faults: list[str]
    width: int
    blocked: list[str]
    elsewhere: list[str]


@pytest.fixture(scope="session")
def address(examples_kit: Any) -> Iterator[str]:
    """The kit with examples behind a real port."""
    server = create_server(app.create_wsgi(examples_kit), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=partial(server.asyncore.loop, timeout=0.1, map=server._map), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


@pytest.fixture(scope="session")
def look(chromium: Any, address: str, examples_kit: Any) -> Iterator[Callable[..., Look]]:
    """Opens a page as an audience and looks at it."""

    windows: dict[tuple[str, int], Any] = {}

    def window(audience: str, device: dict[str, Any]) -> Any:
        if (audience, id(device)) not in windows:
            context = chromium.new_context(**device, locale="de-DE")
            if audience == doors.FACILITATOR:
                token = examples_kit.sessions.begin(Person(ids.new_id(), "Jonas", doors.FACILITATOR))
                context.add_cookies([{"name": doors.COOKIE, "value": token, "url": address}])
            context.add_init_script(REPORT_VIOLATIONS)
            windows[audience, id(device)] = context.new_page()
        return windows[audience, id(device)]

    def at(url: str, audience: str, device: dict[str, Any], html: str = "", policy: str = "") -> Look:
        page, asked = window(audience, device), []
        page.on("request", note := lambda request: asked.append(request.url))
        if html:
            headers = {"Content-Security-Policy": policy, "Content-Type": "text/html"}
            page.route(f"{address}{url}", lambda route: route.fulfill(body=html, headers=headers), times=1)
        page.goto(f"{address}{url}", wait_until="load")
        width = page.evaluate("document.scrollingElement.scrollWidth")
        blocked = page.evaluate("window.blocked")
        result = Axe().run(page).response["violations"]
        faults = [f"{v['id']}: {node['html'][:120]}" for v in result for node in v["nodes"]]
        page.remove_listener("request", note)
        return Look(faults, width, blocked, [u for u in asked if not u.startswith(address)])

    yield at
    for page in windows.values():
        page.context.close()


@pytest.fixture(scope="session")
def looks(look: Callable[..., Look], pages: list[Any]) -> dict[str, Look]:
    """One page of every kind, on a small phone in the sun and on a screen in the dark."""
    visitors = {s.kind[1] for s in pages if s.audience == doors.VISITOR}
    reached = {
        s.kind: s for s in pages if s.status == 200 and (s.audience == doors.VISITOR or s.kind[1] not in visitors)
    }.values()
    devices = {"320 px": PHONE, "dark": SCREEN}
    return {f"{s} ({name})": look(s.url, s.audience, device) for s in reached for name, device in devices.items()}


def test_no_page_has_an_accessibility_fault(looks):
    assert {who: found.faults for who, found in looks.items() if found.faults} == {}


def test_no_page_scrolls_sideways_on_a_small_phone(looks):
    assert {who: found.width for who, found in looks.items() if "320 px" in who and found.width > 320} == {}


def test_no_page_asks_for_what_our_own_policy_forbids(looks):
    assert {who: found.blocked for who, found in looks.items() if found.blocked} == {}


def test_no_page_asks_anybody_else_for_anything(looks):
    assert {who: found.elsewhere for who, found in looks.items() if found.elsewhere} == {}


@pytest.mark.parametrize("path", ["/", "/about", "/ideas/new", "/desk"])
def test_no_page_that_shows_the_way_to_the_lock_has_a_fault(look, examples_kit, tmp_path, path):
    chain, key = certificate.files(tmp_path)
    chain.parent.mkdir()
    made = trustme.CA().issue_cert("kit7.example.org")
    made.private_key_pem.write_to_path(str(key))
    chain.write_bytes(made.cert_chain_pems[0].bytes())
    kit = replace(examples_kit, config=replace(examples_kit.config, home=tmp_path, tls_name="kit7.example.org"))
    phone = Browser(app.create_wsgi(kit))
    phone.move("http", "10.42.0.17")
    html = phone.get(path).text
    assert "https://kit7.example.org" in html
    for device in (PHONE, SCREEN):
        found = look(path, doors.VISITOR, device, html, web.HEADERS["Content-Security-Policy"])
        assert (found.faults, found.blocked, found.width > 1280) == ([], [], False)
        assert device is SCREEN or found.width <= 320


BAD = """<html><body><img src="http://elsewhere.invalid/a.png"><p style="width: 900px">wide</p><script>1</script></body></html>"""


def test_the_look_sees_what_is_wrong(look):
    found = look("/bad", doors.VISITOR, PHONE, BAD, policy="default-src 'self'; style-src 'unsafe-inline'")
    assert any(fault.startswith("image-alt") for fault in found.faults)
    assert found.width > 320
    assert {entry.split(" ")[0] for entry in found.blocked} == {"img-src", "script-src-elem"}


def test_the_look_sees_a_request_to_somebody_else(look):
    assert look("/bad", doors.VISITOR, PHONE, BAD, policy="img-src *").elsewhere == ["http://elsewhere.invalid/a.png"]
