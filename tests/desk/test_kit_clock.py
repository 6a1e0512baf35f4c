"""The kit's clock only moves forward, and never to before this release."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import Client

from fieldkit import clock
from fieldkit.house import House


def phone(moment: datetime) -> dict[str, str]:
    """What the page's script sends: the phone's clock in milliseconds."""
    return {"phone": str(int(moment.timestamp() * 1000))}


def noted(kit: House) -> list[tuple[str, str, str]]:
    """What the log says about the clock."""
    return [tuple(row) for row in kit.db.read().execute("SELECT who, act, note FROM log WHERE act LIKE 'clock%'")]


def test_the_page_shows_the_kits_time_and_asks_without_javascript_too(facilitator: Client) -> None:
    html = facilitator.get("/desk/clock").text
    assert '<span class="tile-number">14:02</span>' in html
    assert 'data-kit-clock="2026-11-22T13:02:00Z"' in html
    assert 'name="day" type="text" value="22.11.2026"' in html


def test_the_clock_moves_forward_to_the_phones_time(facilitator: Client, kit: House, hand: Any) -> None:
    right = hand.now + timedelta(minutes=30)
    assert facilitator.post("/desk/clock", data=phone(right)).location == "/desk"
    assert hand.set_to == [right]
    assert noted(kit) == [("Jonas", "clock", "2026-11-22T13:32:00Z")]


def test_typed_by_hand_it_is_berlin_time(facilitator: Client, hand: Any) -> None:
    facilitator.post("/desk/clock", data={"phone": "", "day": "23.11.2026", "time": "9:05"})
    assert hand.set_to == [datetime(2026, 11, 23, 8, 5, tzinfo=UTC)]


@pytest.mark.parametrize("back", [timedelta(minutes=3), timedelta(hours=1), timedelta(days=400), timedelta(days=20000)])
def test_the_clock_never_moves_back(facilitator: Client, kit: House, hand: Any, back: timedelta) -> None:
    answer = facilitator.post("/desk/clock", data=phone(hand.now - back))
    assert answer.status_code == 422
    assert "nur vorwärts" in answer.text
    assert hand.set_to == []
    assert noted(kit) == []


def test_a_kit_that_woke_up_in_1970_does_not_believe_a_phone_from_before_the_release(facilitator: Client, hand: Any) -> None:
    hand.now = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    assert facilitator.post("/desk/clock", data=phone(clock.RELEASED - timedelta(days=1))).status_code == 422
    assert hand.set_to == []
    right = clock.RELEASED + timedelta(days=1)
    assert facilitator.post("/desk/clock", data=phone(right)).status_code == 303
    assert hand.set_to == [right]


def test_a_typing_error_far_in_the_future_would_stay_for_ever_and_is_refused(facilitator: Client, hand: Any) -> None:
    assert facilitator.post("/desk/clock", data={"day": "22.11.2062", "time": "14:30"}).status_code == 422
    assert hand.set_to == []


def test_clocks_that_agree_are_left_alone(facilitator: Client, hand: Any) -> None:
    assert facilitator.post("/desk/clock", data=phone(hand.now + timedelta(seconds=119))).status_code == 303
    assert facilitator.post("/desk/clock", data=phone(hand.now - timedelta(seconds=119))).status_code == 303
    assert hand.set_to == []


def test_a_kit_that_may_not_set_its_clock_says_so_and_notes_the_wish(facilitator: Client, kit: House, hand: Any) -> None:
    hand.allowed = False
    answer = facilitator.post("/desk/clock", data=phone(hand.now + timedelta(hours=1)))
    assert answer.status_code == 422
    assert "darf seine Uhr nicht selbst stellen" in answer.text
    assert noted(kit) == [("Jonas", "clock wish", "2026-11-22T14:02:00Z")]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"phone": "gestern"},
        {"phone": "9" * 40},
        {"phone": "-5"},
        {"day": "31.02.2026", "time": "14:30"},
        {"day": "22.11.2026", "time": "25:00"},
    ],
)
def test_nonsense_is_refused_and_the_words_are_kept(facilitator: Client, hand: Any, typed: dict[str, str]) -> None:
    answer = facilitator.post("/desk/clock", data=typed)
    assert answer.status_code == 422
    assert hand.set_to == []
    if typed.get("time"):
        assert f'value="{typed["time"]}"' in answer.text


def test_setting_the_clock_signs_nobody_out(facilitator: Client, hand: Any) -> None:
    facilitator.post("/desk/clock", data=phone(hand.now + timedelta(days=300)))
    hand.now += timedelta(days=300)
    assert facilitator.get("/desk").status_code == 200
