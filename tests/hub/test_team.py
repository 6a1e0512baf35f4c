"""The team of the hub: cards, PINs, what each role may do, and who did what."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from fieldkit import clock, credentials, doors, gate, sheet
from fieldkit.doors import HUB_ADMIN, HUB_ANSWER, HUB_READ, Person
from fieldkit.hub import app, central, commands, outbox, tables
from fieldkit.hub.central import Central
from fieldkit.hub.team import store
from fieldkit.hub.team.gate import Gate

PIN = "407162"


@pytest.fixture(autouse=True)
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; here only its result matters."""
    monkeypatch.setattr(credentials, "HASHER", credentials.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def stranger(reader: Client) -> Client:
    """Somebody whom nobody knows."""
    return type(reader)(reader.application)


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


def staff_of(hub: Central) -> dict[str, dict[str, Any]]:
    """Everybody, by name."""
    with hub.db.read() as conn:
        return {row["name"]: row for row in store.everybody(conn)}


def log_of(hub: Central) -> list[tuple[str, str]]:
    """Who did what."""
    with hub.db.read() as conn:
        return [(line.who, line.act) for line in conn.execute(select(tables.audit).order_by(tables.audit.c.id))]


def sign_in(browser: Client, secret: str, pin: str) -> int:
    """Try card and PIN."""
    return browser.post("/sign-in", data={"card": secret, "pin": pin}).status_code


def test_the_first_person_takes_the_hub_over_with_the_link_from_the_terminal(hub: Central) -> None:
    hub.first_link = "f2rst0f2rst0"
    browser = Client(app.create_wsgi(hub))
    assert browser.get("/first/wrong").status_code == 404
    assert (
        browser.post("/first/f2rst0f2rst0", data={"name": "Frau Krüger", "pin": "123456", "again": "123456"}).status_code == 422
    )
    card = browser.post("/first/f2rst0f2rst0", data={"name": "Frau Krüger", "pin": PIN, "again": PIN})
    assert 'class="qr"' in card.text
    assert browser.get("/audit").status_code == 200
    assert browser.get("/first/f2rst0f2rst0").status_code == 404
    link = re.search(r'href="http://localhost(/card/[^"]+)"', card.text)[1]
    other = Client(app.create_wsgi(hub))
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', other.get(link).text))
    assert other.post("/sign-in", data={**fields, "pin": PIN}).status_code == 303
    assert other.get("/kits").status_code == 200
    other.post("/sign-out")
    assert other.get("/kits").status_code == 303


def test_two_people_with_the_first_link_make_one_administrator(hub: Central) -> None:
    hub.db.write(store.take_over, "Frau Krüger", PIN)
    with pytest.raises(store.Used):
        hub.db.write(store.take_over, "Mallory", PIN)


def test_five_wrong_pins_make_the_card_wait_and_strangers_do_not(hub: Central, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    _, secret = hub.db.write(store.add, "Frau Krüger", PIN, "test")
    for _ in range(6):
        with pytest.raises(gate.Wrong):
            hub.gate.enter(hub.db, "stranger", "000001", "phone")
    for _ in range(5):
        with pytest.raises(gate.Wrong):
            hub.gate.enter(hub.db, secret, "000001", "phone")
    with pytest.raises(gate.Wait, match="30 Sekunden"):
        hub.gate.enter(hub.db, secret, PIN, "phone")
    with pytest.raises(gate.Wait):  # a restart does not help
        Gate().enter(hub.db, secret, PIN, "phone")
    now[0] += 31
    assert hub.gate.enter(hub.db, secret, PIN, "phone") == Person(staff_of(hub)["Frau Krüger"]["id"], "Frau Krüger", HUB_ADMIN)


def test_a_second_card_for_the_same_name_is_refused(hub: Central) -> None:
    commands.staff_add(hub, quiet, "Frau Krüger")
    with pytest.raises(store.Taken):
        commands.staff_add(hub, quiet, " Frau  Krüger ")


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_the_terminal_refuses_a_card_in_a_sentence(hub: Central, name: str) -> None:
    with pytest.raises(store.Refused, match=r"\.$"):
        commands.staff_add(hub, quiet, name)


def test_the_terminal_makes_a_card_for_any_role(hub: Central, stranger: Client) -> None:
    made = commands.staff_add(hub, quiet, "Olga", HUB_ANSWER)
    assert sign_in(stranger, made["link"].rsplit("/", 1)[1], made["pin"]) == 303
    assert staff_of(hub)["Olga"]["role"] == HUB_ANSWER


def test_signing_in_leads_to_the_page_one_wanted(hub: Central, stranger: Client) -> None:
    _, secret = hub.db.write(store.add, "Olga", PIN, "test")
    assert 'name="then" value="/kits?show=tasks"' in stranger.get("/sign-in?then=/kits?show%3Dtasks").text
    there = stranger.post("/sign-in", data={"card": secret, "pin": PIN, "then": "/kits?show=tasks"})
    assert there.location == "/kits?show=tasks"
    elsewhere = stranger.post("/sign-in", data={"card": secret, "pin": PIN, "then": "//evil.example"})
    assert elsewhere.location == "/"


def test_every_role_may_do_what_the_lower_ones_may() -> None:
    assert [[doors.may(role, audience) for audience in doors.HUB_ROLES] for role in doors.HUB_ROLES] == [
        [True, False, False], [True, True, False], [True, True, True],
    ]  # fmt: skip
    assert not doors.may(HUB_ADMIN, doors.FACILITATOR)
    assert not doors.may(doors.FACILITATOR, HUB_READ)


NEEDED = {"read": HUB_READ, "answer": HUB_ANSWER, "administer": HUB_ADMIN, "visitor": doors.VISITOR}
METHODS = {"GET", "POST"}


def test_every_door_of_the_hub_says_whom_it_is_open_to(hub: Central) -> None:
    application = app.create_hub(hub)
    said = {
        rule.rule: getattr(application.view_functions[rule.endpoint], "audience", None)
        for rule in application.url_map.iter_rules()
    }
    assert {rule: audience for rule, audience in said.items() if audience not in NEEDED.values()} == {}


@pytest.mark.parametrize("role", [HUB_READ, HUB_ANSWER])
def test_nobody_gets_through_a_door_that_needs_a_higher_role(hub: Central, colleague: Callable[..., Client], role: str) -> None:
    browser, application = colleague("Olga", role), app.create_hub(hub)
    beyond = 0
    for rule in application.url_map.iter_rules():
        audience = application.view_functions[rule.endpoint].audience
        if audience in doors.HUB_ROLES and not doors.may(role, audience):
            address = re.sub(
                r"<(?:any\((\w+)[^>]*|(int\b[^:]*:)?[^>]+)>", lambda part: part[1] or ("1" if part[2] else "x"), rule.rule
            )
            for method in rule.methods & METHODS:
                answer = browser.open(address, method=method)
                assert (answer.status_code, "Deine Rolle reicht" in answer.text) == (403, True), f"{method} {rule.rule}"
                beyond += 1
    assert beyond > 5


def test_pages_hide_what_a_role_may_not_do(colleague: Callable[..., Client], reader: Client) -> None:
    olga = colleague("Olga", HUB_READ)
    assert "Karte ausstellen" in reader.get("/team").text
    assert "Karte ausstellen" not in olga.get("/team").text
    assert ("/audit" in reader.get("/team").text, "/audit" in olga.get("/team").text) == (True, False)


def test_an_administrator_hands_a_card_to_a_colleague(hub: Central, reader: Client, stranger: Client) -> None:
    shown = reader.post("/team", data={"name": "Olga", "role": HUB_READ})
    assert shown.headers["Cache-Control"] == "no-store"
    secret, pin = re.search(r"/card/(\w{28})", shown.text)[1], re.search(r'data-pin="(\d{6})"', shown.text)[1]
    assert sign_in(stranger, secret, pin) == 303
    team = reader.get("/team").text
    assert "Olga" in team
    assert secret not in team
    assert log_of(hub)[-1] == ("Frau Krüger", "add staff")


@pytest.mark.parametrize(
    ("name", "role"), [("", HUB_READ), ("x" * 41, HUB_READ), ("Olga", ""), ("Olga", "boss"), ("Frau Krüger", HUB_READ)]
)
def test_a_card_that_cannot_be_made_keeps_what_was_typed(hub: Central, reader: Client, name: str, role: str) -> None:
    answer = reader.post("/team", data={"name": name, "role": role})
    assert (answer.status_code, f'value="{name}"' in answer.text) == (422, True)
    assert set(staff_of(hub)) == {"Frau Krüger"}


def test_a_new_role_counts_from_the_next_click(hub: Central, reader: Client, colleague: Callable[..., Client]) -> None:
    olga = colleague("Olga", HUB_READ)
    assert olga.get("/audit").status_code == 403
    assert reader.post(f"/team/{staff_of(hub)['Olga']['id']}/role", data={"role": HUB_ADMIN}).status_code == 303
    assert olga.get("/audit").status_code == 200
    assert log_of(hub)[-1] == ("Frau Krüger", "change role")


def test_a_lost_card_is_locked_and_whoever_used_it_is_out_at_once(
    hub: Central, reader: Client, colleague: Callable[..., Client]
) -> None:
    olga = colleague("Olga", HUB_ADMIN)
    assert reader.post(f"/team/{staff_of(hub)['Olga']['id']}/revoking").status_code == 303
    assert olga.get("/team").status_code == 303
    assert log_of(hub)[-1] == ("Frau Krüger", "revoke staff")


@pytest.mark.parametrize("act", ["revoking", "role"])
def test_the_last_administrator_cannot_be_removed_or_demoted(
    hub: Central, reader: Client, colleague: Callable[..., Client], act: str
) -> None:
    colleague("Olga", HUB_ANSWER)
    answer = reader.post(f"/team/{staff_of(hub)['Frau Krüger']['id']}/{act}", data={"role": HUB_ANSWER})
    assert (answer.status_code, "letzte Person" in answer.text) == (422, True)
    assert staff_of(hub)["Frau Krüger"]["role"] == HUB_ADMIN
    colleague("Mara", HUB_ADMIN)
    assert reader.post(f"/team/{staff_of(hub)['Frau Krüger']['id']}/{act}", data={"role": HUB_ANSWER}).status_code == 303


@pytest.mark.parametrize("act", ["revoking", "role", "pin"])
def test_a_card_that_is_not_there_is_said_in_a_sentence(reader: Client, act: str) -> None:
    answer = reader.post(f"/team/nobody/{act}", data={"role": HUB_READ})
    assert (answer.status_code, "gibt es nicht" in answer.text) == (422, True)


def test_a_forgotten_pin_is_replaced_by_a_random_one(hub: Central, reader: Client, stranger: Client) -> None:
    staff_id, secret = hub.db.write(store.add, "Olga", PIN, "test", HUB_READ)
    shown = reader.post(f"/team/{staff_id}/pin").text
    assert sign_in(stranger, secret, PIN) == 422
    assert sign_in(stranger, secret, re.search(r'data-pin="(\d{6})"', shown)[1]) == 303


def test_ones_own_pin_is_changed_with_the_old_one_and_ends_other_sessions(hub: Central, stranger: Client) -> None:
    _, secret = hub.db.write(store.add, "Olga", PIN, "test", HUB_READ)
    phone, laptop = stranger, type(stranger)(stranger.application)
    for browser in (phone, laptop):
        sign_in(browser, secret, PIN)
    wrong = phone.post("/team/pin", data={"current": "407163", "pin": "518273", "again": "518273"})
    assert (wrong.status_code, "stimmt nicht" in wrong.text) == (422, True)
    assert phone.post("/team/pin", data={"current": PIN, "pin": "111111", "again": "111111"}).status_code == 422
    assert phone.post("/team/pin", data={"current": PIN, "pin": "518273", "again": "518273"}).status_code == 303
    assert phone.get("/team").status_code == 200
    assert laptop.get("/team").status_code == 303
    assert sign_in(laptop, secret, "518273") == 303


def test_ones_own_pin_cannot_be_guessed_at_an_unlocked_screen(hub: Central, stranger: Client) -> None:
    _, secret = hub.db.write(store.add, "Olga", PIN, "test", HUB_READ)
    sign_in(stranger, secret, PIN)
    said = [stranger.post("/team/pin", data={"current": "000001", "pin": "518273", "again": "518273"}).text for _ in range(6)]
    assert "zu viele falsche PINs" in said[-1]


def test_a_restart_signs_nobody_out_and_another_process_knows_everybody(tmp_path: Path) -> None:
    with central.opened(tmp_path, "first") as first:
        staff_id, _ = first.db.write(store.add, "Olga", PIN, "test", HUB_ANSWER)
        token = first.sessions.begin(Person(staff_id, "Olga", HUB_ANSWER))
    with central.opened(tmp_path, "second") as second:
        assert second.sessions.person(token) == Person(staff_id, "Olga", HUB_ANSWER)
        second.sessions.end(token)
        assert second.sessions.person(token) is None


@pytest.fixture
def olga(hub: Central) -> tuple[str, str]:
    """Somebody who signed in: her id and the token of her cookie."""
    staff_id, _ = hub.db.write(store.add, "Olga", PIN, "test", HUB_READ)
    return staff_id, hub.sessions.begin(Person(staff_id, "Olga", HUB_READ))


def test_the_database_holds_no_token_that_opens_anything(hub: Central, olga: tuple[str, str]) -> None:
    with hub.db.read() as conn:
        row = conn.execute(select(tables.sessions)).one()
    assert olga[1] not in tuple(row)
    assert hub.sessions.person(row.token) is None


def test_a_session_ends_after_two_hours_without_a_click_and_with_the_day(
    hub: Central, olga: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    _, token = olga
    for _ in range(int(doors.LONGEST / 3600)):
        moment[0] += timedelta(hours=1)
        assert hub.sessions.person(token)
    moment[0] += timedelta(seconds=2)
    assert hub.sessions.person(token) is None
    late = hub.sessions.begin(Person(olga[0], "Olga", HUB_READ))
    moment[0] += timedelta(seconds=doors.IDLE + 2)
    assert hub.sessions.person(late) is None


def test_a_click_is_written_down_at_most_once_a_minute(
    hub: Central, olga: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    began = clock.now()

    def seen_after(seconds: int) -> str:
        monkeypatch.setattr(clock, "now", lambda: began + timedelta(seconds=seconds))
        assert hub.sessions.person(olga[1])
        with hub.db.read() as conn:
            return conn.scalar(select(tables.sessions.c.seen))

    assert seen_after(1) == seen_after(50)
    first = seen_after(50)
    assert seen_after(70) > first


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "\x00", None])
def test_a_made_up_token_is_nobody(hub: Central, token: str | None) -> None:
    assert hub.sessions.person(token) is None


def note(hub: Central, *lines: tuple[str, str, str]) -> None:
    """Lines of the protocol: who, what and a note."""
    for who, act, words in lines:
        hub.db.write(outbox.log, who, act, "kit7kit7kit7kit7", "ideas", "bench", words)


def shown(reader: Client, query: str = "") -> list[str]:
    """The notes on a page of the protocol."""
    return re.findall(r"</a> <bdi>([^<]*)</bdi>", reader.get(f"/audit{query}").text)


def test_the_protocol_says_who_did_what_and_is_filtered(hub: Central, reader: Client) -> None:
    note(hub, ("Olga", "answer", "eins"), ("Mara", "answer", "zwei"), ("Olga", "never heard of", "drei"))
    assert shown(reader) == ["drei", "zwei", "eins"]
    assert shown(reader, "?who=Olga") == ["drei", "eins"]
    assert shown(reader, "?act=answer&who=Mara") == ["zwei"]
    assert shown(reader, "?kit=another") == []
    assert shown(reader, "?page=99999") == []
    assert "Antwort gegeben" in reader.get("/audit").text


def test_the_protocol_speaks_of_roles_and_decisions_as_people_do(hub: Central, reader: Client) -> None:
    note(
        hub,
        ("Olga", "add staff", "Karl: read: administer"),
        ("Olga", "settle", "fork: begin-anew"),
        ("Olga", "answer", "a: read"),
    )
    assert shown(reader) == ["a: read", "Zwei verschiedene Fassungen: Neu beginnen lassen", "Karl: read: Verwalten"]


def test_a_long_protocol_has_pages(hub: Central, reader: Client) -> None:
    note(hub, *(("Olga", "answer", str(number)) for number in range(120)))
    assert shown(reader, "?page=3&who=Olga") == [str(number) for number in range(19, -1, -1)]


def test_the_protocol_as_a_table_has_no_formulas(hub: Central, reader: Client) -> None:
    note(hub, ("=cmd|' /C calc'!A0", "answer", "+49 30"), ("Olga", "answer", "Bänke; „Bäume“"))
    answer = reader.get("/audit.csv?act=answer")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows[1:]] == ["Olga", "'=cmd|' /C calc'!A0"]
    assert [row[-1] for row in rows[1:]] == ["Bänke; „Bäume“", "'+49 30"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\0x"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert sheet.cell(text).startswith("'")
