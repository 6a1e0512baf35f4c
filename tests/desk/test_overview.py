"""The desk: what is open, what waits, how the kit is, and who sees it."""

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.test import Client

from fieldkit import journal
from fieldkit.house import House


@pytest.mark.parametrize("path", ["/desk", "/desk/clock", "/desk/paper", "/desk/paper?room=ideas"])
def test_a_stranger_is_asked_to_sign_in_and_sees_nothing(visitor: Client, stop: dict[str, Any], path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 303
    assert answer.location == f"/staff/sign-in?then={path.replace('=', '%3D')}"
    assert "Rathausplatz" not in answer.text


@pytest.mark.parametrize("path", ["/desk/clock", "/desk/paper"])
def test_a_stranger_cannot_change_anything(visitor: Client, stop: dict[str, Any], kit: House, hand: Any, path: str) -> None:
    before = journal.head(kit.db.read())
    assert visitor.post(path, data={"phone": "1900000000000", "title": "Nein", "id": "a" * 16}).status_code == 403
    assert journal.head(kit.db.read()) == before
    assert hand.set_to == []


def test_a_new_kit_leads_through_the_first_steps(facilitator: Client) -> None:
    html = facilitator.get("/desk").text
    assert re.findall(r"<li><h3>(?:<a [^>]*>)?([^<]+)", html) == [
        *("Station planen", "Station öffnen", "Plakat drucken", "Selbst ausprobieren")
    ]
    assert "erledigt" not in html


def test_steps_that_are_done_are_ticked(facilitator: Client, stop: dict[str, Any]) -> None:
    assert facilitator.get("/desk").text.count("erledigt") == 2


def test_the_open_stop_and_its_promise_stand_on_the_desk(
    facilitator: Client, stop: dict[str, Any], idea: Callable[..., str]
) -> None:
    idea()
    html = facilitator.get("/desk").text
    assert "Rathausplatz Neukölln" in html
    assert "Was fehlt hier im Alltag?" in html
    assert "15. Januar 2027" in html
    assert "Erste Schritte" not in html


def tile(html: str, label: str) -> int:
    """The number on a tile."""
    return int(re.search(rf'tile-number">(\d+)</span>(?:<strong>)?{label}', html)[1])


def test_every_pile_shows_how_many_wait_and_leads_there(
    facilitator: Client, stop: dict[str, Any], idea: Callable[..., str]
) -> None:
    idea("Eine Bank")
    idea("Ein Brunnen")
    html = facilitator.get("/desk").text
    assert tile(html, "Noch ohne Antwort") == 2
    assert tile(html, "Noch nicht auf der Leinwand") == 2
    assert tile(html, "Meldungen") == 0
    assert 'href="/ideas/moderation?pile=wall"' in html


def test_contributions_are_counted_today_and_in_all(
    facilitator: Client, stop: dict[str, Any], idea: Callable[..., str], hand: Any
) -> None:
    idea("Gestern")
    hand.now += timedelta(days=1)
    idea("Heute")
    html = facilitator.get("/desk").text
    assert tile(html, "Beiträge heute") == 1
    assert "2 insgesamt" in html


def test_what_the_hub_has_not_confirmed_is_said(
    facilitator: Client, stop: dict[str, Any], idea: Callable[..., str], kit: House
) -> None:
    idea()
    head = journal.head(kit.db.read())
    html = facilitator.get("/desk").text
    assert tile(html, "Noch nicht übergeben") == head.seq
    assert "noch kein Hub" in html
    kit.db.write(
        lambda conn: conn.execute(
            "INSERT INTO hub (one, url, name, verify_key, recipients, confirmed_epoch, confirmed_seq) VALUES (1, '', 'Tempelhof', x'', '[]', ?, ?)",
            [head.epoch, head.seq],
        )
    )
    html = facilitator.get("/desk").text
    assert tile(html, "Noch nicht übergeben") == 0
    assert "alles bestätigt" in html
    kit.db.write(journal.new_epoch)
    assert tile(facilitator.get("/desk").text, "Noch nicht übergeben") == journal.head(kit.db.read()).seq


@pytest.mark.parametrize(
    ("free", "level", "words"),
    [(5 * 10**9, "good", "5 GB frei"), (5 * 10**8, "warn", "nur noch 500 MB"), (10**7, "bad", "nur noch 10 MB")],
)
def test_the_disk_is_a_light(facilitator: Client, monkeypatch: pytest.MonkeyPatch, free: int, level: str, words: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert re.search(rf'light {level}"><span>Speicher</span><strong>{words}', facilitator.get("/desk").text)


def test_the_menu_leads_to_every_room_that_is_there_and_marks_where_we_are(facilitator: Client) -> None:
    menu = re.search(r'<nav class="site-nav team-nav".*?</nav>', facilitator.get("/desk/paper").text, re.S)[0]
    assert re.search(r'href="/desk/paper" aria-current="page"', menu)
    assert menu.count("aria-current") == 1
    assert 'action="/staff/sign-out"' in menu


def test_the_chosen_language_stays_on_the_way_to_the_desk(facilitator: Client) -> None:
    assert facilitator.get("/desk?lang=de").text.count("lang=de") > 5
