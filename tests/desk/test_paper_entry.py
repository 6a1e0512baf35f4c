"""Paper is a channel: ten cards in a row, with the keyboard, each stored once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from fieldkit import ids
from fieldkit.house import House

Enter = Callable[..., TestResponse]


def hidden_id(html: str) -> str:
    """The id that the form carries."""
    return re.search(r'name="id" value="([^"]+)"', html)[1]


def records(kit: House) -> list[tuple[str, ...]]:
    """The stored cards."""
    return [
        tuple(row)
        for row in kit.db.read().execute("SELECT title, category, sheet, channel, entered_by FROM ideas ORDER BY rowid")
    ]


@pytest.fixture
def enter(facilitator: Client) -> Enter:
    """Types one card into a fresh form and sends it."""

    def send(title: str, **fields: str) -> TestResponse:
        form = facilitator.get("/desk/paper").text
        return facilitator.post("/desk/paper", data={"id": hidden_id(form), "room": "ideas", "title": title, **fields})

    return send


def test_a_card_is_stored_as_paper_with_who_entered_it(enter: Enter, stop: dict[str, Any], kit: House) -> None:
    assert enter("Mehr Bänke", category="meeting", sheet="17", strokes="4").status_code == 303
    assert records(kit) == [("Mehr Bänke", "meeting", "17", "paper", "Jonas")]
    assert kit.db.read().execute("SELECT strokes FROM supports").fetchone()[0] == 4


def test_the_form_comes_back_empty_with_the_next_sheet_and_the_same_category(
    facilitator: Client, enter: Enter, stop: dict[str, Any]
) -> None:
    back = facilitator.get(enter("Mehr Bänke", body="Im Schatten", category="meeting", sheet="A-09", strokes="4").location).text
    assert 'value="A-10"' in back
    assert '<option value="meeting" selected>' in back or re.search(r'value="meeting"[^>]* checked', back)
    form = re.search(r'<form class="paper".*?</form>', back, re.S)[0]
    assert "Mehr Bänke" not in form
    assert "Im Schatten" not in form
    assert "Gespeichert:" in back


def test_coming_back_to_a_stack_suggests_the_sheet_after_the_last_one(
    facilitator: Client, enter: Enter, stop: dict[str, Any]
) -> None:
    enter("Mehr Bänke", sheet="17")
    assert 'value="18"' in facilitator.get("/desk/paper").text


def test_the_first_field_has_the_focus(facilitator: Client, stop: dict[str, Any]) -> None:
    form = re.search(r'<form class="paper".*?</form>', facilitator.get("/desk/paper").text, re.S)[0]
    assert len(re.findall(r"\sautofocus\b", form)) == 1


def test_sending_a_card_twice_is_one_card(facilitator: Client, stop: dict[str, Any], kit: House) -> None:
    card = {"id": ids.new_id(), "room": "ideas", "title": "Mehr Bänke", "sheet": "17", "strokes": "4"}
    first, second = facilitator.post("/desk/paper", data=card), facilitator.post("/desk/paper", data=card)
    assert first.status_code == second.status_code == 303
    assert len(records(kit)) == 1
    assert kit.db.read().execute("SELECT sum(strokes) FROM supports").fetchone()[0] == 4


def test_going_back_and_typing_the_next_card_over_the_last_loses_neither(
    facilitator: Client, stop: dict[str, Any], kit: House
) -> None:
    card = {"id": ids.new_id(), "room": "ideas", "title": "Mehr Bänke", "sheet": "17"}
    facilitator.post("/desk/paper", data=card)
    answer = facilitator.post("/desk/paper", data={**card, "title": "Ein Brunnen"})
    assert answer.status_code == 409
    assert 'value="Ein Brunnen"' in answer.text
    again = {**card, "title": "Ein Brunnen", "id": hidden_id(answer.text)}
    assert facilitator.post("/desk/paper", data=again).status_code == 303
    assert [record[0] for record in records(kit)] == ["Mehr Bänke", "Ein Brunnen"]


@pytest.mark.parametrize("form_id", ["", "x", "<script>", "A" * 16, "a" * 17])
def test_a_form_without_a_good_id_is_sent_again_with_one(
    facilitator: Client, stop: dict[str, Any], kit: House, form_id: str
) -> None:
    answer = facilitator.post("/desk/paper", data={"id": form_id, "room": "ideas", "title": "Mehr Bänke"})
    assert answer.status_code == 422
    assert 'value="Mehr Bänke"' in answer.text
    assert ids.is_id(hidden_id(answer.text))
    assert records(kit) == []


def test_errors_keep_every_word_and_the_id(facilitator: Client, stop: dict[str, Any], kit: House) -> None:
    card = {"id": ids.new_id(), "room": "ideas", "title": "x" * 121, "body": "Ganz viel", "sheet": "17", "strokes": "zwölf"}
    answer = facilitator.post("/desk/paper", data=card)
    assert answer.status_code == 422
    assert all(word in answer.text for word in ("x" * 121, "Ganz viel", 'value="17"', "zwölf", card["id"]))
    assert records(kit) == []


def test_an_empty_card_is_refused(enter: Enter, stop: dict[str, Any], kit: House) -> None:
    assert enter("   ", strokes="3").status_code == 422
    assert records(kit) == []


def test_what_was_entered_today_is_listed_newest_first_and_counted(
    facilitator: Client, enter: Enter, stop: dict[str, Any], hand: Any
) -> None:
    enter("Gestern")
    hand.now += timedelta(days=1)
    for number in range(12):
        enter(f"Karte {number}", sheet=str(number))
    html = facilitator.get("/desk/paper").text
    assert "12 Karten heute" in html
    listed = re.findall(r'<span dir="auto">Karte (\d+)</span>', html)
    assert listed == [str(number) for number in range(11, 1, -1)]
    assert "Gestern" not in html
    assert html.count("/ideas/moderation?only=") == 10


def test_ideas_from_phones_are_not_counted_as_paper(facilitator: Client, idea: Callable[..., str]) -> None:
    idea()
    assert "0 Karten heute" in facilitator.get("/desk/paper").text


def test_without_an_open_stop_the_page_says_so_and_keeps_what_was_typed(facilitator: Client, kit: House) -> None:
    html = facilitator.get("/desk/paper").text
    assert "keine Station offen" in html
    assert 'href="/stops"' in html
    assert '<form class="paper"' not in html
    answer = facilitator.post("/desk/paper", data={"id": ids.new_id(), "room": "ideas", "title": "Mehr Bänke"})
    assert answer.status_code == 409
    assert 'value="Mehr Bänke"' in answer.text
    assert records(kit) == []


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "🪑 Bank", "مقعد", "x\x00y"])
def test_strange_words_are_stored_and_shown_as_words(
    facilitator: Client, enter: Enter, stop: dict[str, Any], kit: House, title: str
) -> None:
    back = enter(title, sheet="1")
    assert back.status_code == 303
    assert "<script>alert" not in facilitator.get(back.location).text
    assert len(records(kit)) == 1


def test_a_room_without_paper_has_no_form(facilitator: Client, stop: dict[str, Any]) -> None:
    assert facilitator.get("/desk/paper?room=nowhere").status_code == 404
    assert facilitator.get("/desk/paper?room=staff").status_code == 404
