"""Mrs Krüger answers with a real browser: templates and preview without a reload, the keyboard alone, on a narrow screen, without JavaScript."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from fieldkit.doors import HUB_ANSWER
from fieldkit.hub import app, outbox
from fieldkit.hub.central import Central
from tests.hub.arriving import KIT, OTHER_KIT

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("hub_database", ["sqlite"], indirect=True)]
PLANNED = {"name": "Geplant", "status": "doing", "body": "„{titel}“ ist geplant.", "office": "Amt"}


@pytest.fixture
def desk(archive: Central, line: Any, chromium: Any, colleague: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Opens a page at the hub in a browser where Mrs Krüger is signed in; a template is there."""
    at_hub = colleague("Frau Krüger", HUB_ANSWER)
    at_hub.post("/ideas/templates", data=PLANNED)
    contexts = []

    def open_page(path: str, **wishes: Any) -> Any:
        context = chromium.new_context(locale="de-DE", base_url=line.url, **wishes)
        contexts.append(context)
        context.add_cookies([{"name": app.COOKIE, "value": at_hub.get_cookie(app.COOKIE).value, "url": line.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_a_template_and_a_preview_come_without_a_reload(desk: Callable[..., Any]) -> None:
    page = desk(f"/ideas/{KIT}/bench")
    page.evaluate("window.same = true")
    page.select_option("#template", label="Geplant")
    page.click("#insert")
    page.wait_for_selector("text=Eingesetzt.")
    expect(page.locator("#body")).to_have_value("„Mehr Bänke“ ist geplant.")
    page.click("text=Vorschau")
    page.wait_for_selector(".preview .answer")
    assert page.evaluate("window.same")


def test_the_same_works_without_javascript(desk: Callable[..., Any]) -> None:
    page = desk(f"/ideas/{KIT}/bench", java_script_enabled=False)
    page.fill("#body", "Danke!")
    page.select_option("#template", label="Geplant")
    page.click("#insert")
    expect(page.locator("#body")).to_have_value("Danke!\n\n„Mehr Bänke“ ist geplant.")
    page.click("text=Vorschau")
    expect(page.locator(".preview .answer")).to_have_count(1)


def test_the_keyboard_alone_answers_one_after_the_other(desk: Callable[..., Any]) -> None:
    page = desk("/ideas?answered=no")
    page.focus(".ideas th a")
    with page.expect_navigation():  # with its script
        page.keyboard.press("Enter")
    for turn in ("Hier ist die nächste Idee.", "Gespeichert."):
        page.select_option("#status", "doing")
        page.fill("#office", "Amt")
        page.fill("#body", "Kommt.")
        with page.expect_navigation():
            page.press("#body", "Control+Enter")
        expect(page.get_by_text(turn)).to_be_visible()
    page.goto("/ideas?answered=no")
    expect(page.get_by_text("Dazu ist nichts da.")).to_be_visible()


def test_enter_in_a_short_field_saves_and_does_not_insert(desk: Callable[..., Any]) -> None:
    page = desk(f"/ideas/{KIT}/bench")
    page.select_option("#status", "checking")
    page.fill("#office", "Amt")
    page.press("#office", "Enter")
    page.wait_for_selector("text=Das Kit holt die Antwort")


def test_no_page_has_a_fault_axe_finds_or_is_wider_than_a_small_phone(archive: Central, desk: Callable[..., Any]) -> None:
    words = {"status": "doing", "body": "Ja.", "office": "Amt"}
    archive.db.write(outbox.answer, archive.signing_key, KIT, "bench", words, "Herr Yılmaz")
    page = desk("/ideas?theme=meeting&from=2026-01-01&kit=", viewport={"width": 320, "height": 700})
    paths = (f"/ideas/{KIT}/bench", f"/ideas/{KIT}/twin", f"/ideas/bulk?pick={KIT}/bench&pick={OTHER_KIT}/well", "/ideas/templates",
             f"/ideas/bulk/done?saved=1&left={KIT}/bench", "/ideas?theme=meeting&from=2026-01-01")  # fmt: skip
    for path in (*paths, "crossed"):
        if path == "crossed":
            page.goto(f"/ideas/{KIT}/bench")
            page.evaluate("document.querySelector('#answer-form [name=version]').value = '7'")
            page.fill("#body", "Nein.")
            page.click("#answer-form >> text=Speichern >> nth=-1")
            page.wait_for_selector("text=Jemand war schneller")
        else:
            page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert [fault["id"] for fault in Axe().run(page).response["violations"]] == [], path
