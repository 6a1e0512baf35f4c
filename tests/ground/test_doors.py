"""Doors open for whom they should and as often as they should, whatever the wall clock says."""

import pytest

from fieldkit import clock, doors
from fieldkit.doors import Person, Sessions, Throttle

jonas = Person("p1", "Jonas", doors.FACILITATOR)

pytestmark = pytest.mark.usefixtures("hands")


def test_one_device_gets_its_share_and_no_more():
    throttle = Throttle(each=3, overall=100, seconds=60)
    assert [throttle.admit("phone") for _ in range(5)] == [True, True, True, False, False]


def test_another_device_still_gets_its_own():
    throttle = Throttle(each=1, overall=100, seconds=60)
    throttle.admit("phone")
    assert throttle.admit("tablet")


def test_all_devices_together_are_limited_too():
    throttle = Throttle(each=5, overall=10, seconds=60)
    assert sum(throttle.admit(f"phone {n}") for n in range(50)) == 10


def test_tries_come_back_evenly(hands):
    throttle = Throttle(each=6, overall=100, seconds=60)
    while throttle.admit("phone"):
        pass
    hands.move(10)
    assert [throttle.admit("phone") for _ in range(2)] == [True, False]
    hands.move(3600)
    assert sum(throttle.admit("phone") for _ in range(50)) == 6


def test_devices_not_seen_for_long_are_forgotten():
    throttle = Throttle(each=1, overall=10**9, seconds=60)
    for n in range(10_050):
        throttle.admit(f"phone {n}")
    assert len(throttle._buckets) <= 10_001


def test_a_facilitator_stays_signed_in_while_working(hands):
    sessions = Sessions()
    token = sessions.begin(jonas)
    for _ in range(11):
        hands.move(3600)
        assert sessions.person(token) == jonas


def test_two_hours_without_a_click_sign_out(hands):
    sessions = Sessions()
    token = sessions.begin(jonas)
    hands.move(doors.IDLE + 1)
    assert sessions.person(token) is None
    hands.move(-doors.IDLE)
    assert sessions.person(token) is None


def test_after_a_long_day_everybody_signs_in_again(hands):
    sessions = Sessions()
    token = sessions.begin(jonas)
    for _ in range(12):
        hands.move(3600)
        sessions.person(token)
    hands.move(1)
    assert sessions.person(token) is None


def test_setting_the_wall_clock_opens_and_closes_no_door(monkeypatch):
    sessions = Sessions()
    token = sessions.begin(jonas)
    far = clock.now().replace(year=2099)
    monkeypatch.setattr(clock, "now", lambda: far)
    assert sessions.person(token) == jonas


def test_signing_out_ends_this_session_only():
    sessions = Sessions()
    first, second = sessions.begin(jonas), sessions.begin(jonas)
    sessions.end(first)
    assert (sessions.person(first), sessions.person(second)) == (None, jonas)


def test_a_revoked_card_is_signed_out_everywhere_and_nobody_else_is():
    sessions = Sessions()
    mine, other = sessions.begin(jonas), sessions.begin(Person("p2", "Mara", doors.FACILITATOR))
    sessions.end_all("p1")
    assert sessions.person(mine) is None
    assert sessions.person(other).name == "Mara"


@pytest.mark.parametrize("token", [None, "", "x", "0" * 43])
def test_a_made_up_token_is_nobody(token):
    sessions = Sessions()
    sessions.begin(jonas)
    assert sessions.person(token) is None


def test_a_devices_name_tells_neither_address_nor_browser():
    name = doors.device({"REMOTE_ADDR": "10.42.0.7", "HTTP_USER_AGENT": "Firefox"})
    assert "10.42" not in name
    assert "Firefox" not in name
    assert name == doors.device({"REMOTE_ADDR": "10.42.0.7", "HTTP_USER_AGENT": "Firefox"})
    assert name != doors.device({"REMOTE_ADDR": "10.42.0.8", "HTTP_USER_AGENT": "Firefox"})


def test_a_devices_name_is_another_one_after_every_start(monkeypatch):
    phone = {"REMOTE_ADDR": "10.42.0.7", "HTTP_USER_AGENT": "Firefox"}
    before = doors.device(phone)
    monkeypatch.setattr(doors, "_salt", b"another start....")
    assert doors.device(phone) != before


def test_what_a_device_did_once_it_did_not_do_twice():
    done = doors.Once()
    with done.once("phone", "idea") as first:
        assert first
    with done.once("phone", "idea") as first:
        assert not first
    with done.once("another phone", "idea") as first:
        assert first


def test_what_failed_was_not_done():
    done = doors.Once()
    with pytest.raises(ValueError, match="full"), done.once("phone", "idea"):
        raise ValueError("full")
    with done.once("phone", "idea") as first:
        assert first


def test_who_did_what_long_ago_is_forgotten_first():
    done = doors.Once(most=2)
    for thing in ("one", "two", "three"):
        with done.once("phone", thing):
            pass
    with done.once("phone", "three") as recent, done.once("phone", "one") as oldest:
        assert (recent, oldest) == (False, True)
