"""Signing in: card and PIN, waiting after wrong ones, and nobody kept out by strangers."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from fieldkit import app, clock, config, credentials, doors, house, ids
from fieldkit.db import StorageFull
from fieldkit.house import House
from fieldkit.staff import gate, store

RIGHT, WRONG = "407162", "407163"


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A monotonic clock that only moves when the test says so."""
    hand = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr(clock, "monotonic", lambda: hand.seconds)
    return hand


@pytest.fixture
def card(kit: House) -> str:
    """The secret of Jonas's card; its PIN is RIGHT."""
    secret, _ = kit.db.write(store.add, "Jonas")
    kit.db.write(store.set_pin, "Jonas", RIGHT)
    return secret


Knock = Callable[..., TestResponse]


@pytest.fixture
def knock(visitor: Client) -> Knock:
    """Sends card and PIN."""

    def send(card: str, pin: str, browser: Client = visitor, **fields: str) -> TestResponse:
        return browser.post("/staff/sign-in", data={"card": card, "pin": pin, **fields})

    return send


@pytest.fixture
def restarted(kit: House, home: Path, visitor: Client) -> Iterator[Callable[[], Client]]:
    """Opens the house anew on the same home, as after a power cut, and comes with a new browser."""
    open_houses = []

    def restart() -> Client:
        copy = shutil.copytree(home, home.with_name("again"))
        opening = house.opened(config.Config(home=copy, address=kit.config.address), app.ALL, "tests")
        again = opening.__enter__()
        open_houses.append(opening)
        return type(visitor)(app.create_wsgi(again))

    yield restart
    for opening in open_houses:
        opening.__exit__(None, None, None)


def test_a_facilitator_scans_her_card_types_her_pin_and_is_at_the_desk(visitor: Client, card: str, knock: Knock) -> None:
    form = visitor.get(f"/staff/card/{card}").text
    assert f'name="card" value="{card}"' in form
    assert 'inputmode="numeric"' in form
    answer = knock(card, RIGHT)
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert "Hallo, Jonas." in visitor.get("/desk").text


def test_the_cookie_is_for_this_kit_alone(card: str, knock: Knock) -> None:
    cookie = knock(card, RIGHT).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "Expires" not in cookie


def test_over_https_the_cookie_never_travels_in_the_open(visitor: Client, card: str) -> None:
    answer = visitor.post(
        "/staff/sign-in", data={"card": card, "pin": RIGHT}, base_url="https://localhost", headers={"Origin": "https://localhost"}
    )
    assert "Secure" in answer.headers["Set-Cookie"]


def test_without_a_camera_the_code_is_typed_in_groups_and_capitals(card: str, knock: Knock) -> None:
    typed = credentials.grouped(card).upper().replace("0", "O").replace("1", "I")
    assert knock(f" {typed} ", "407 162").status_code == 303


@pytest.mark.parametrize("pin", ["٤٠٧١٦٢", "４０７１６２"])
def test_a_pin_typed_with_another_keyboards_digits_is_the_same_pin(card: str, knock: Knock, pin: str) -> None:
    assert knock(card, pin).status_code == 303


def test_signing_in_leads_to_where_somebody_wanted_to_go(visitor: Client, card: str) -> None:
    sent = visitor.get("/desk/paper?room=ideas")
    assert sent.status_code == 303
    form = visitor.get(sent.location).text
    assert 'name="then" value="/desk/paper?room=ideas"' in form
    answer = visitor.post("/staff/sign-in", data={"card": card, "pin": RIGHT, "then": "/desk/paper?room=ideas"})
    assert answer.location == "/desk/paper?room=ideas"


@pytest.mark.parametrize(
    "then",
    [
        *(
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
        ),
        *(
            "javascript:alert(1)",
            "desk",
            " //evil.example",
            "/ /evil.example",
            "/desk\r\nSet-Cookie: feldkit=x",
            "///evil.example",
            "/\x00",
        ),
    ],
)
def test_signing_in_never_leads_to_another_site(visitor: Client, card: str, knock: Knock, then: str) -> None:
    assert 'name="then"' not in visitor.get("/staff/sign-in", query_string={"then": then}).text
    assert knock(card, RIGHT, then=then).location == "/desk"


def test_a_wrong_pin_and_an_unknown_card_look_the_same(visitor: Client, card: str, knock: Knock) -> None:
    stranger = credentials.new_secret()
    wrong, unknown = knock(card, WRONG), knock(stranger, WRONG)
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(card, "") == unknown.text.replace(stranger, "")
    assert "Karte oder PIN stimmt nicht" in wrong.text
    assert visitor.get("/desk").status_code == 303


def test_an_unknown_card_costs_the_same_hash_and_touches_nothing(
    kit: House, card: str, knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    monkeypatch.setattr(credentials, "matches", lambda hashed, pin: bool(compared.append(hashed)))
    before = kit.db.version
    knock(credentials.new_secret(), WRONG)
    assert compared == [credentials.NOBODY]
    assert kit.db.version == before
    knock(card, WRONG)
    assert len(compared) == 2


def test_the_hash_that_nobody_has_is_as_slow_as_a_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    parts = credentials.hash_pin(RIGHT).split("$")
    assert credentials.NOBODY.split("$")[1:4] == parts[1:4]
    assert not credentials.matches(credentials.NOBODY, RIGHT)


def test_after_five_wrong_pins_a_card_waits_and_says_how_long(card: str, knock: Knock, ticking: Any) -> None:
    for _ in range(gate.FREE - 1):
        assert knock(card, WRONG).status_code == 422
    fifth = knock(card, WRONG)
    assert (fifth.status_code, fifth.headers["Retry-After"]) == (429, "30")
    ticking.seconds += 12.5
    early = knock(card, RIGHT)
    assert early.status_code == 429
    assert "in 18 Sekunden" in early.text
    ticking.seconds += 17.5
    assert knock(card, RIGHT).status_code == 303


def test_every_further_wrong_pin_doubles_the_wait_up_to_a_quarter_of_an_hour(card: str, knock: Knock, ticking: Any) -> None:
    waits = []
    for _ in range(gate.FREE + 8):
        answer = knock(card, WRONG)
        if answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            ticking.seconds += waits[-1]
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_the_right_pin_wipes_the_slate(kit: House, card: str, knock: Knock, ticking: Any) -> None:
    for _ in range(gate.FREE - 1):
        knock(card, WRONG)
    assert knock(card, RIGHT).status_code == 303
    for _ in range(gate.FREE - 1):
        assert knock(card, WRONG).status_code == 422


def test_a_restart_does_not_shorten_the_wait(card: str, knock: Knock, ticking: Any, restarted: Callable[[], Client]) -> None:
    for _ in range(gate.FREE):
        knock(card, WRONG)
    ticking.seconds = 5.0  # the monotonic clock begins anew with the machine
    browser = restarted()
    answer = knock(card, RIGHT, browser)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    ticking.seconds += 30
    assert knock(card, RIGHT, browser).status_code == 303


def test_strangers_without_the_card_cannot_keep_the_facilitator_out(card: str, knock: Knock, kit: House, ticking: Any) -> None:
    refusals = [knock(credentials.new_secret(), WRONG).status_code for _ in range(100)]
    assert refusals[-1] == 429
    assert knock(card, RIGHT).status_code == 303


def test_a_held_up_stranger_does_not_hold_up_the_facilitator(kit: House, card: str, monkeypatch: pytest.MonkeyPatch) -> None:
    door = gate.Gate()
    with door._strangers:  # a stranger's card is being compared and takes for ever
        assert door.enter(kit.db, card, RIGHT, "phone").name == "Jonas"


def test_on_a_full_disk_the_team_gets_in_and_guesses_still_count(
    kit: House, card: str, knock: Knock, ticking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise StorageFull("full")

    monkeypatch.setattr(kit.db, "write", full)
    for _ in range(gate.FREE - 1):
        assert knock(card, WRONG).status_code == 422
    assert knock(card, WRONG).status_code == 429
    ticking.seconds += 30
    assert knock(card, RIGHT).status_code == 303


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "abcdef", "9" * 5000])
def test_what_is_no_pin_is_no_guess(kit: House, card: str, knock: Knock, pin: str) -> None:
    answer = knock(card, pin)
    assert answer.status_code == 422
    assert "sechs Ziffern" in answer.text
    assert store.by_secret(kit.db.read(), card)["failed"] == 0


def test_whoever_scanned_stays_on_the_short_form_after_a_wrong_pin(card: str, knock: Knock) -> None:
    assert f'type="hidden" name="card" value="{card}"' in knock(card, WRONG, scanned="1").text
    assert 'for="card"' in knock(card, WRONG).text


def test_a_session_ends_after_two_hours_without_a_click(visitor: Client, card: str, knock: Knock, ticking: Any) -> None:
    knock(card, RIGHT)
    ticking.seconds += doors.IDLE
    assert visitor.get("/desk").status_code == 200
    ticking.seconds += doors.IDLE + 1
    assert visitor.get("/desk").location.startswith("/staff/sign-in")


def test_a_session_ends_with_the_day_however_busy(visitor: Client, card: str, knock: Knock, ticking: Any) -> None:
    knock(card, RIGHT)
    for _ in range(int(doors.LONGEST / 3600)):
        ticking.seconds += 3600
        assert visitor.get("/desk").status_code == 200
    ticking.seconds += 1
    assert visitor.get("/desk").status_code == 303


def test_signing_in_again_ends_the_session_before(kit: House, visitor: Client, card: str, knock: Knock) -> None:
    knock(card, RIGHT)
    old = visitor.get_cookie(doors.COOKIE).value
    knock(card, RIGHT)
    assert kit.sessions.person(old) is None
    assert visitor.get("/desk").status_code == 200


def test_signing_out_ends_the_session_and_takes_the_cookie(kit: House, visitor: Client, card: str, knock: Knock) -> None:
    knock(card, RIGHT)
    token = visitor.get_cookie(doors.COOKIE).value
    answer = visitor.post("/staff/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.get_cookie(doors.COOKIE) is None
    assert kit.sessions.person(token) is None


def test_a_link_cannot_sign_anybody_out(facilitator: Client) -> None:
    assert facilitator.get("/staff/sign-out").status_code in (404, 405)
    assert facilitator.get("/desk").status_code == 200


@pytest.mark.parametrize("secret", ["x", "a" * 300, "<script>alert(1)</script>", "%00", "null"])
def test_a_strange_card_link_is_a_form_like_any_other(visitor: Client, secret: str) -> None:
    answer = visitor.get(f"/staff/card/{secret}")
    assert answer.status_code in (200, 404)
    assert "<script>alert" not in answer.text


def test_signing_in_from_another_site_is_refused(visitor: Client, card: str) -> None:
    answer = visitor.post("/staff/sign-in", data={"card": card, "pin": RIGHT}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_ids_of_people_say_nothing_about_their_cards(kit: House, card: str) -> None:
    row = store.by_secret(kit.db.read(), card)
    assert ids.is_id(row["id"])
    stored = " ".join(str(value) for value in row.values())
    assert card not in stored
    assert RIGHT not in stored
