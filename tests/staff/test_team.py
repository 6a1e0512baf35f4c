"""Cards: the first one, those for colleagues, lost ones."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.test import Client

from fieldkit import credentials, doors, journal
from fieldkit.house import House
from fieldkit.staff import commands, store

PIN = "407162"


@pytest.fixture
def first_link(kit: House) -> str:
    """Where the terminal of a new kit sends the first facilitator."""
    return kit.db.write(commands.first_sign_in)[1]


def take_over(browser: Client, link: str, name: str = "Jonas", pin: str = PIN, again: str = PIN) -> object:
    """Fill in the first facilitator's form."""
    return browser.post(link, data={"name": name, "pin": pin, "again": again})


def sign_in(browser: Client, secret: str, pin: str) -> int:
    """Try card and PIN."""
    return browser.post("/staff/sign-in", data={"card": secret, "pin": pin}).status_code


def quiet(done: int, total: int, text: str) -> None:
    """Nobody watches the progress."""


def test_the_first_facilitator_takes_the_kit_over_and_sees_her_card_once(
    visitor: Client, first_link: str, kit: House, another_phone: Callable[[], Client]
) -> None:
    assert visitor.get(first_link).status_code == 200
    assert take_over(visitor, first_link).location == "/staff/card"
    shown = visitor.get("/staff/card").text
    secret = re.search(r'data-card="http://localhost/staff/card/(\w+)"', shown)[1]
    assert credentials.grouped(secret) in shown
    assert 'role="img"' in shown
    assert PIN not in shown
    assert visitor.post("/staff/card").location == "/desk"
    assert visitor.get("/staff/card").location == "/staff"
    assert sign_in(another_phone(), secret, PIN) == 303


def test_the_one_time_link_works_once(visitor: Client, first_link: str, kit: House, another_phone: Callable[[], Client]) -> None:
    take_over(visitor, first_link)
    thief = another_phone()
    assert thief.get(first_link).status_code == 404
    assert take_over(thief, first_link, "Mallory").status_code == 404
    assert [card["name"] for card in store.cards(kit.db.read())] == ["Jonas"]


def test_the_link_of_an_earlier_start_works_until_one_is_used(visitor: Client, first_link: str, kit: House) -> None:
    later = kit.db.write(commands.first_sign_in)[1]
    assert visitor.get(first_link).status_code == 200
    take_over(visitor, first_link)
    assert visitor.get(later).status_code == 404


def test_a_kit_with_a_card_prints_no_one_time_link(kit: House) -> None:
    kit.db.write(store.add, "Jonas")
    assert kit.db.write(commands.first_sign_in) is None


def test_an_invented_link_opens_nothing(visitor: Client, first_link: str, kit: House) -> None:
    path = f"/staff/first/{credentials.new_secret()}"
    assert visitor.get(path).status_code == 404
    assert take_over(visitor, path).status_code == 404
    assert store.cards(kit.db.read()) == []


@pytest.mark.parametrize("pin", ["000000", "123456", "987654", "121212", "123123", "112233", "111112", "13579"])
def test_a_pin_everybody_tries_first_is_refused_with_a_reason(visitor: Client, first_link: str, kit: House, pin: str) -> None:
    answer = take_over(visitor, first_link, pin=pin, again=pin)
    assert answer.status_code == 422
    assert "errät man" in answer.text or "sechs Ziffern" in answer.text
    assert 'value="Jonas"' in answer.text
    assert f'value="{pin}"' not in answer.text
    assert visitor.get(first_link).status_code == 200


def test_two_different_pins_are_asked_again(visitor: Client, first_link: str) -> None:
    answer = take_over(visitor, first_link, again="407163")
    assert answer.status_code == 422
    assert "verschieden" in answer.text


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "\u202e\x00"])
def test_a_card_needs_a_name(visitor: Client, first_link: str, name: str) -> None:
    answer = take_over(visitor, first_link, name=name)
    assert answer.status_code == 422
    assert visitor.get(first_link).status_code == 200


def test_random_pins_are_six_digits_and_never_weak() -> None:
    pins = {credentials.new_pin() for _ in range(200)}
    assert len(pins) > 190
    assert all(credentials.read_pin(pin) == pin and not credentials.weak(pin) for pin in pins)


def test_the_terminal_makes_a_card_that_works(kit: House, visitor: Client) -> None:
    made = commands.add(kit, quiet, " Ayşe ")
    assert made["link"].startswith("http://localhost/staff/card/")
    assert visitor.get(made["link"]).status_code == 200
    assert sign_in(visitor, made["link"].rsplit("/", 1)[1], made["pin"]) == 303


def test_the_terminal_gives_a_new_pin_and_ends_the_old_session(kit: House, visitor: Client) -> None:
    made = commands.add(kit, quiet, "Ayşe")
    secret = made["link"].rsplit("/", 1)[1]
    sign_in(visitor, secret, made["pin"])
    new = commands.new_pin(kit, quiet, "Ayşe")["pin"]
    assert visitor.get("/desk").status_code == 303
    assert sign_in(visitor, secret, made["pin"]) == 422
    assert sign_in(visitor, secret, new) == 303


@pytest.mark.parametrize(("name", "reason"), [("", "Namen"), ("x" * 41, "kürzen"), ("Jonas", "schon eine Karte")])
def test_the_terminal_refuses_a_card_in_a_sentence(kit: House, name: str, reason: str) -> None:
    kit.db.write(store.add, "Jonas")
    with pytest.raises(store.Refused, match=reason):
        commands.add(kit, quiet, name)


def test_a_pin_for_nobody_is_refused_in_a_sentence(kit: House) -> None:
    with pytest.raises(store.Unknown, match="Niemand"):
        commands.new_pin(kit, quiet, "Niemand")


def test_a_facilitator_hands_a_card_to_a_colleague(facilitator: Client, kit: House, another_phone: Callable[[], Client]) -> None:
    assert facilitator.post("/staff", data={"name": "Ayşe"}).location == "/staff/card"
    shown = facilitator.get("/staff/card").text
    secret, pin = re.search(r"/staff/card/(\w{28})", shown)[1], re.search(r'data-pin="(\d{6})"', shown)[1]
    assert sign_in(another_phone(), secret, pin) == 303
    assert facilitator.post("/staff/card").location == "/staff"
    team = facilitator.get("/staff").text
    assert "Ayşe" in team
    assert secret not in team
    assert pin not in team


def test_nobody_else_sees_a_card_that_was_just_made(facilitator: Client, kit: House, another_phone: Callable[[], Client]) -> None:
    facilitator.post("/staff", data={"name": "Ayşe"})
    other = another_phone()
    other.set_cookie(doors.COOKIE, kit.sessions.begin(doors.Person("other", "Olga", doors.FACILITATOR)))
    assert other.get("/staff/card").location == "/staff"


def test_a_second_card_for_the_same_name_is_refused_and_the_name_kept(facilitator: Client) -> None:
    facilitator.post("/staff", data={"name": "Ayşe"})
    answer = facilitator.post("/staff", data={"name": "Ayşe"})
    assert answer.status_code == 422
    assert "schon eine Karte" in answer.text
    assert 'value="Ayşe"' in answer.text


def test_a_lost_card_is_locked_and_whoever_used_it_is_out_at_once(
    facilitator: Client, kit: House, another_phone: Callable[[], Client]
) -> None:
    kit.db.write(store.add, "Jonas")
    secret, pin = kit.db.write(store.add, "Ayşe")
    finder = another_phone()
    assert sign_in(finder, secret, pin) == 303
    card = store.by_secret(kit.db.read(), secret)
    assert facilitator.post(f"/staff/{card['id']}/revoking").status_code == 303
    assert finder.get("/desk").status_code == 303
    assert sign_in(finder, secret, pin) == 422
    assert facilitator.post("/staff", data={"name": "Ayşe"}).status_code == 303


def test_the_last_card_cannot_be_locked(facilitator: Client, kit: House) -> None:
    secret, _ = kit.db.write(store.add, "Jonas")
    card = store.by_secret(kit.db.read(), secret)
    answer = facilitator.post(f"/staff/{card['id']}/revoking")
    assert answer.status_code == 422
    assert "letzte gültige Karte" in answer.text
    assert store.by_secret(kit.db.read(), secret)


def test_locking_a_card_that_is_not_there_is_said_in_a_sentence(facilitator: Client, kit: House) -> None:
    kit.db.write(store.add, "Jonas")
    answer = facilitator.post("/staff/unknown/revoking")
    assert answer.status_code == 422
    assert "gibt es nicht" in answer.text


def test_nothing_about_staff_ever_travels(kit: House, home: Path) -> None:
    kit.db.write(store.add, "Jonas")
    assert journal.head(kit.db.read()).seq == 0
    assert not any(leaves.table in ("staff", "first_links") for room in kit.rooms for leaves in room.leaves)


@pytest.mark.parametrize("path", ["/staff", "/staff/card"])
def test_a_stranger_sees_nothing_of_the_team(visitor: Client, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.location) == (303, f"/staff/sign-in?then={path}")
    assert visitor.post(path).status_code == 403
