"""The page that opens by itself: small, understood, and the first step of a visit inside the mini-browsers of phones."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from werkzeug.test import Client

from fieldkit.house import House
from tests.conftest import Server


def test_the_page_that_opens_by_itself_is_under_ten_kilobytes_with_everything_it_loads(visitor: Client) -> None:
    answer = visitor.get("/start")
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text))
    assert len(loaded) == 2
    plain = len(answer.data) + sum(len(visitor.get(url).data) for url in loaded)
    assert plain < 10 * 1000
    assert "<script" not in answer.text


def test_it_greets_in_three_languages_and_the_phones_own_comes_first(visitor: Client) -> None:
    def order(wanted: str) -> list[str]:
        return re.findall(r'<section id="([\w-]+)"', visitor.get("/start", headers={"Accept-Language": wanted}).text)

    assert order("de-DE") == ["de", "en", "de-simple"]
    assert order("en-GB,de;q=0.5") == ["en", "de", "de-simple"]
    assert order("tr-TR") == ["de", "en", "de-simple"]


def test_every_language_leads_on_in_that_language(visitor: Client) -> None:
    html = visitor.get("/start").text
    assert html.count('href="/start/ok') == 3
    assert visitor.get("/start/ok?lang=en").headers["Location"] == "/?lang=en"
    assert visitor.get("/start/ok").headers["Location"] == "/"
    assert visitor.get("/start/ok").status_code == 303


def test_a_tap_is_never_answered_from_a_memory(visitor: Client) -> None:
    assert visitor.get("/start/ok").headers["Cache-Control"] == "no-store"


def test_it_says_what_the_kit_keeps_and_how_to_stay_and_to_leave(visitor: Client, kit: House) -> None:
    html = visitor.get("/start").text
    for hint in (
        "Internet gibt es hier nicht",
        "Netzwerk unverändert verwenden",
        "zwei Stunden",
        "verlass das WLAN",
        'href="/about"',
    ):
        assert hint in html
    assert kit.config.address in html


def test_a_facilitator_chooses_what_happens_and_sees_what_was_chosen(facilitator: Client) -> None:
    assert re.search(r'value="on" checked', facilitator.get("/portal").text)
    html = facilitator.post("/portal", data={"mode": "off"}, follow_redirects=True).text
    assert re.search(r'value="off" checked', html)
    assert "Gespeichert" in html


def test_a_mode_there_is_not_is_refused_with_a_sentence(facilitator: Client) -> None:
    answer = facilitator.post("/portal", data={"mode": "loud"})
    assert answer.status_code == 422
    assert "eine der drei Möglichkeiten" in answer.text


def test_visitors_cannot_switch_the_portal(visitor: Client) -> None:
    assert visitor.post("/portal", data={"mode": "off"}).status_code == 403


MINI: Any = {"accept_downloads": False, "viewport": {"width": 360, "height": 640}, "locale": "de-DE"}
"""What the small browsers that open in a Wi-Fi have in common: no cookies that last, no storage, no windows; some have no script."""


@pytest.mark.slow
def test_a_whole_visit_works_inside_a_mini_browser(serve: Callable[..., Server], chromium: Browser) -> None:
    kit = serve("serve", "--demo")
    hotspot: Any = {"server": kit.url}  # every name leads to the kit
    apple = chromium.new_context(**MINI, proxy=hotspot, java_script_enabled=False)
    visit(apple, kit, "http://captive.apple.com/hotspot-detect.html", "Ein Brunnen, aus dem man trinken kann")
    page = apple.new_page()
    page.goto("http://captive.apple.com/hotspot-detect.html")
    assert page.title() == "Success"
    apple.close()
    android = chromium.new_context(**MINI, proxy=hotspot)
    android.add_init_script("for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) delete window[name];")
    visit(android, kit, "http://connectivitycheck.gstatic.com/generate_204", "Mehr Hocker vor der Bibliothek")
    android.close()


def visit(phone: BrowserContext, kit: Server, probe: str, idea: str) -> None:
    """From the probe to the receipt, and back to the idea with nothing but its code."""
    phone.set_default_timeout(8000)
    page = phone.new_page()
    page.goto(probe)
    assert page.url == f"{kit.url}/start"
    page.get_by_role("link", name="Weiter zum Feldkit").first.click()
    expect(page).to_have_url(f"{kit.url}/")
    page.get_by_role("link", name="Idee aufschreiben").first.click()
    page.get_by_label("Deine Idee in einem Satz").fill(idea)
    with page.expect_navigation():
        page.get_by_role("button", name="Idee abgeben").click()
    if page.locator("[data-receipt]").count() == 0:  # similar ideas are shown first
        page.get_by_role("button", name="Trotzdem senden").click()
    code = page.locator("[data-receipt]").inner_text()
    page.goto(f"{kit.url}/receipts")
    page.locator("input[name=code]").fill(code)
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text(idea)
    assert phone.cookies() == []
    assert len(phone.pages) == 1
