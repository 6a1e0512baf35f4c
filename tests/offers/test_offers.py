"""What the city runs already is shown first: Ayşe need not tell twice."""

from datetime import timedelta
from typing import Any

import pytest

from fieldkit import clock
from fieldkit.house import House
from fieldkit.offers import store
from tests.conftest import Browser

HAUSHALT = {
    "title": "Bürgerhaushalt Neukölln",
    "body": "Bis Ende März.",
    "url": "https://mein.berlin.de/",
    "district": "Neukölln",
    "until": "",
}


def say(kit: House, name: str, kind: str = "offer", **said: str) -> None:
    """The hub publishes something."""
    kit.db.write(store.hear, {"kind": kind, "tbl": "offers", "rid": name, "payload": HAUSHALT | said})


def test_what_runs_in_this_district_comes_first(kit: House, visitor: Browser, stop: dict[str, Any]) -> None:
    say(kit, "a", title="Radnetz für alle", district="")
    say(kit, "b", title="Spandau plant", district="Spandau")
    say(kit, "c")
    page = visitor.get("/offers").text
    places = [page.index(title) for title in ("Bürgerhaushalt Neukölln", "Radnetz für alle", "Spandau plant")]
    assert places == sorted(places)
    assert "https://mein.berlin.de/" in page
    assert "<svg" in page  # to photograph: there is no internet here


def test_the_front_page_leads_there_only_when_there_is_something(kit: House, visitor: Browser, stop: dict[str, Any]) -> None:
    assert "Was in Berlin schon läuft" not in visitor.get("/").text
    say(kit, "a")
    assert "Was in Berlin schon läuft" in visitor.get("/").text


@pytest.mark.parametrize(("days", "there"), [(-1, False), (0, True), (30, True)])
def test_what_is_over_disappears_by_itself(kit: House, visitor: Browser, days: int, there: bool) -> None:
    say(kit, "a", until=(clock.today() + timedelta(days=days)).isoformat())
    assert ("Bürgerhaushalt" in visitor.get("/offers").text) is there


def test_an_announcement_stands_on_the_front_page_of_its_district(kit: House, visitor: Browser, stop: dict[str, Any]) -> None:
    say(kit, "a", "announcement", title="Morgen sind wir ab 14 Uhr da")
    say(kit, "b", "announcement", title="Nur für Spandau", district="Spandau")
    page = visitor.get("/").text
    assert "Morgen sind wir ab 14 Uhr da" in page
    assert "Nur für Spandau" not in page


def test_the_hub_changes_and_withdraws_what_it_said(kit: House, visitor: Browser) -> None:
    say(kit, "a")
    say(kit, "a", title="Bürgerhaushalt verlängert")
    assert "verlängert" in visitor.get("/offers").text
    say(kit, "a", title="")
    assert "Gerade ist uns nichts gemeldet" in visitor.get("/offers").text
