"""A whole workshop with four real browsers: Jonas leads, the projector shows, Ayşe takes part without JavaScript and Mehmet with it."""

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.test_from_poster_to_hub import first_link, press, sign_in_first

SHOTS = os.environ.get("FIELDKIT_SHOTS", "")
"""A folder for pictures of every step, to look at."""


@pytest.fixture
def come(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Somebody comes with a browser of their own."""
    contexts = []

    def open_browser(url: str, width: int = 360, height: int = 740, scripts: bool = True) -> Any:
        context = chromium.new_context(
            base_url=url, locale="de-DE", java_script_enabled=scripts, viewport={"width": width, "height": height}
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()


@pytest.mark.slow
def test_ideas_are_found_together_from_the_first_word_to_the_protocol(
    serve: Callable[..., Any], come: Callable[..., Any]
) -> None:
    kit = serve("serve")
    jonas, beamer, axe = come(kit.url, 1280, 900), come(kit.url, 1280, 720), come(kit.url)
    mehmet, ayse = come(kit.url), come(kit.url, scripts=False)
    sign_in_first(jonas, first_link(kit), "Jonas")
    code = plan(jonas)
    beamer.goto(f"/workshops/{code}/beamer")
    for phone in (mehmet, ayse):
        phone.goto(f"/join/{code}")
        phone.click("main button.big")
    for phone in (mehmet, ayse):  # both go on to the board by themselves, after a moment drawn for each
        phone.wait_for_selector("#stand", state="attached")
    steps = 0
    while jonas.locator("#next").count():
        with mehmet.expect_navigation():  # his phone follows by itself
            press(jonas, jonas.locator("#next"))
        steps += 1
        question = jonas.locator(".cockpit-now h2").inner_text()
        beamer.get_by_text(question).first.wait_for()
        mehmet.locator(".board-head").get_by_text(question).first.wait_for()
        press(ayse, ayse.get_by_role("link", name="Neu laden"))
        contribute(mehmet, steps, partial(mehmet.expect_response, lambda answer: answer.request.method == "POST"))
        contribute(ayse, steps, ayse.expect_navigation)
        look(f"{steps:02}", jonas=jonas, beamer=beamer, mehmet=mehmet, ayse=as_seen_without_scripts(ayse, axe))
        if jonas.get_by_role("button", name="Aufdecken").count():
            with mehmet.expect_navigation():
                press(jonas, jonas.get_by_role("button", name="Aufdecken"))
            beamer.get_by_text(f"Gedanke {steps}").first.wait_for()
            look(f"{steps:02}-revealed", jonas=jonas, beamer=beamer, mehmet=mehmet)
    assert steps >= 3
    press(jonas, jonas.locator("#close"))
    press(jonas, jonas.get_by_role("button", name="Für immer beenden"))
    result(jonas, code)
    ayse.reload()
    expect(ayse.get_by_text(re.compile("zu Ende|Danke|beendet")).first).to_be_visible()


def plan(jonas: Any) -> str:
    """Plan it from the template and open it; its code."""
    jonas.goto("/workshops/new")
    press(jonas, jonas.get_by_role("link", name="Ideen finden"))
    jonas.fill("[name=title]", "Ein Platz zum Bleiben")
    press(jonas, jonas.locator("main form button.big"))
    code = re.search(r"/workshops/([A-Z0-9]{6})", jonas.url)[1]
    jonas.goto(f"/workshops/{code}")
    press(jonas, jonas.locator("#open"))
    return code


def contribute(phone: Any, step: int, arrival: Callable[[], Any]) -> None:
    """Whatever the present board asks for; `arrival` waits for what comes back when it was sent."""
    mine = phone.locator("#mine")
    for group in mine.locator("fieldset").all():
        first = group.locator("input").first
        if first.count() and first.get_attribute("type") in ("radio", "checkbox"):
            first.check()
    words = mine.locator("form textarea, form input[type=text]")
    if words.count():
        words.first.fill(f"Gedanke {step}")
    for button in (mine.locator("form:not([id=vote]) button.button"), phone.locator("#stand button[form=vote]")):
        if button.count():
            with arrival():
                button.first.click()
            expect(mine.locator(".notice.success")).to_be_visible()


def look(name: str, **people: Any) -> None:
    """No page has a fault that axe finds, none is wider than its screen."""
    for who, page in people.items():
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{who}.png", full_page=who != "beamer")
        found = Axe().run(page).response["violations"]
        assert [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]] == [], f"{name} {who}"
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), f"{name} {who}"


def as_seen_without_scripts(phone: Any, axe: Any) -> Any:
    """The page on a phone without JavaScript, in a browser in which axe can run: what `noscript` holds is there, our scripts are not."""
    page = re.sub(r'<script\b.*?</script>|</?noscript>|<meta http-equiv="refresh"[^>]*>', "", phone.content(), flags=re.DOTALL)
    here = re.compile(re.escape(phone.url.partition("#")[0]) + "$")
    axe.route(here, lambda route: route.fulfill(body=page, content_type="text/html; charset=utf-8"))
    axe.goto("about:blank")  # else a link to a place on the same page loads nothing
    axe.goto(phone.url)
    axe.unroute(here)
    assert axe.inner_text("h1") == phone.inner_text("h1")
    assert axe.evaluate("document.scripts.length") == 0
    return axe


def result(jonas: Any, code: str) -> None:
    """Everything everybody wrote is there to take home, and nobody who wrote it."""
    jonas.goto(f"/workshops/{code}/result")
    jonas.get_by_text("2 Personen waren dabei").wait_for()
    look("99-result", jonas=jonas)
    data = json.loads(jonas.context.request.get(f"/workshops/{code}/result.json").text())
    texts = [note["text"] for step in data["steps"] for board in step["boards"] for note in board["notes"]]
    assert len([text for text in texts if text.startswith("Gedanke")]) >= 2
    assert jonas.context.request.get(f"/printing/workshops/{code}.pdf").body().startswith(b"%PDF")
