"""The pages of the team in a real browser: no accessibility fault, no sideways scrolling, nothing blocked."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.test import Client

from fieldkit import ids, seal
from fieldkit.doors import HUB_ADMIN, Person
from fieldkit.hub import app, commands, ingest, tables
from fieldkit.hub.central import Central
from fieldkit.hub.kits import tasks
from tests.hub.arriving import IDEA, KIT, WORKSHOP, arrive

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 320, "height": 640}, "color_scheme": "light"}
SCREEN = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}
BLOCKED = """
window.blocked = [];
addEventListener("securitypolicyviolation", event => window.blocked.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
PAGES = (
    *("/kits", "/kits?show=tasks", "/team", "/audit", f"/ideas/{KIT}/bench", f"/contacts/{KIT}/bench"),
    *("/workshops", f"/workshops/{KIT}/w1", "/sign-in"),
)
FORMS = {"/team": ("Karte ausstellen", {"#name": "Mara"}), "/kits": ("Anmelde-Zeile ausstellen", {"#name": "Kit 9"})}


@pytest.fixture
def busy_hub(hub: Central, reader: Client, recipients: dict[str, str]) -> Central:
    """A hub with everything the team may come across."""
    sealed = seal.seal({"contact": "ayse@example.org"}, list(recipients.values()))
    arrive(hub, *WORKSHOP, ("ideas", "bench", IDEA), ("contacts", "bench", {"id": "bench", "sealed": sealed}))
    commands.new_keys(hub, lambda *_: None, recipients)
    for kind in tasks.TASKS:
        hub.db.write(ingest.note, KIT, kind, "0001-abcdef01", 4)
    return hub


def look(page: Any) -> list[str]:
    """What is wrong with the page as it is."""
    found = [f"{v['id']}: {node['html'][:150]}" for v in Axe().run(page).response["violations"] for node in v["nodes"]]
    if page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
        found.append("it scrolls sideways")
    return found + page.evaluate("window.blocked")


def olga(hub: Central, line: Any, chromium: Any, device: dict[str, Any]) -> Any:
    """Olga's browser, where she is signed in and may do everything."""
    card = {"id": ids.new_id(), "name": "Olga", "card": ids.new_id(), "pin": "none", "role": HUB_ADMIN}
    hub.db.write(lambda conn: conn.execute(tables.staff.insert().values(**card)))
    context = chromium.new_context(**device, locale="de-DE", base_url=line.url)
    token = hub.sessions.begin(Person(card["id"], "Olga", HUB_ADMIN))
    context.add_cookies([{"name": app.COOKIE, "value": token, "url": line.url}])
    context.add_init_script(BLOCKED)
    return context


@pytest.mark.parametrize("hub_database", ["sqlite"], indirect=True)  # pages look the same on either
@pytest.mark.parametrize("device", [PHONE, SCREEN], ids=["a small phone", "a screen in the dark"])
def test_everybody_can_use_the_pages_of_the_team(busy_hub: Central, line: Any, chromium: Any, device: dict[str, Any]) -> None:
    context = olga(busy_hub, line, chromium, device)
    page, wrong = context.new_page(), {}
    for path in PAGES:
        page.goto(path)
        for fold in page.locator("main summary").all():
            fold.click()
        wrong[path] = look(page)
    for path, (button, words) in FORMS.items():
        page.goto(path)
        for field, typed in words.items():
            page.fill(field, typed)
        with page.expect_navigation():
            page.get_by_role("button", name=button).click()
        wrong[button] = look(page)
    context.close()
    assert {path: found for path, found in wrong.items() if found} == {}


@pytest.mark.parametrize("hub_database", ["sqlite"], indirect=True)
def test_files_too_large_together_are_told_before_they_travel(hub: Central, line: Any, chromium: Any, tmp_path: Any) -> None:
    context = olga(hub, line, chromium, PHONE)
    files = [tmp_path / "1.age", tmp_path / "2.age"]
    for file in files:
        file.write_bytes(bytes(7_000_000))
    page = context.new_page()
    page.goto("/kits/bundle")
    page.set_input_files("#files", files)
    alert = page.locator("main [role=alert]")
    assert "Das sind zusammen 14 MB" in alert.inner_text()
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.method))
    page.get_by_role("button", name="Einlesen").click()
    assert posts == []
    assert look(page) == []
    page.set_input_files("#files", files[:1])
    assert alert.inner_text() == ""
    page.get_by_role("button", name="Einlesen").click()
    page.get_by_text("Bitte wähle die Schlüsseldatei").first.wait_for()
