"""A contact is opened with a key that is not here, for a moment, and that it was opened is remembered."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from fieldkit import seal
from fieldkit.doors import HUB_ANSWER, HUB_READ
from fieldkit.house import House
from fieldkit.hub import commands, keyfile, tables
from fieldkit.hub.central import Central
from fieldkit.hub.contacts import export
from fieldkit.sync import handover
from tests.conftest import Browser

CONTACT = "ayse.kanarienvogel@example.org"

pytestmark = pytest.mark.slow  # key files open slowly, on purpose


@pytest.fixture
def idea_at_hub(hub: Central, kit: House, line: Any, visitor: Browser, stop: dict[str, Any], stick: Any) -> str:
    """Ayşe left an idea with a contact, the kit handed it over; where it is at the hub."""
    commands.new_keys(hub, lambda *_: None, stick.public)
    kit.command("enrol")(kit, lambda *_: None, commands.enrol(hub, lambda *_: None, "Kit 7")["string"])
    visitor.move("https", "10.42.0.17")
    visitor.fill("/ideas/new", title="Mehr Bänke", contact=CONTACT, contact_consent="1")
    handover.run(kit, lambda *_: None, wait=lambda _: None)
    return f"{kit.kit.id}/{kit.db.read().execute('SELECT id FROM ideas').fetchone()[0]}"


@pytest.fixture
def open_it(idea_at_hub: str, stick: Any) -> Callable[..., TestResponse]:
    """Somebody opens the contact, with the right key and passphrase unless said otherwise."""

    def post(browser: Client, key: bytes | None = None, words: str = stick.passphrase) -> TestResponse:
        file = stick.file().read_bytes() if key is None else key
        form = {"key": (io.BytesIO(file), "operations.key.age" if file else ""), "passphrase": words}
        return browser.post(f"/contacts/{idea_at_hub}", data=form, content_type="multipart/form-data")

    return post


def lines(hub: Central) -> list[Any]:
    """What the protocol says about contacts."""
    with hub.db.read() as conn:
        return list(conn.execute(select(tables.audit).where(tables.audit.c.act.contains("contact"))))


def test_who_may_answer_opens_the_contact_once_and_the_protocol_knows_it(
    hub: Central, idea_at_hub: str, open_it: Callable[..., TestResponse], colleague: Callable[..., Client]
) -> None:
    olga = colleague("Olga", HUB_ANSWER)
    path = re.search(r'href="(/contacts/[^"]+)"', olga.get(f"/ideas/{idea_at_hub}").text)[1]
    assert 'type="file"' in olga.get(path).text
    shown = open_it(olga)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert f"data-contact>{CONTACT}<" in shown.text
    assert [(line.who, line.act, line.rid) for line in lines(hub)] == [("Olga", "open contact", idea_at_hub.split("/")[1])]
    with hub.db.read() as conn:
        everything = str([conn.execute(select(table)).all() for table in tables.metadata.sorted_tables])
    assert "kanarienvogel" not in everything


@pytest.mark.parametrize(
    ("key", "words", "reason"),
    [
        (None, "geraten", "passt nicht"),
        (None, "", "gib das Passwort"),
        (b"", "egal egal egal", "wähle die Schlüsseldatei"),
        (b"Einkaufszettel", "egal egal egal", "keine Schlüsseldatei"),
    ],
)
def test_what_does_not_open_is_said_in_a_sentence_and_shows_nothing(
    hub: Central, open_it: Callable[..., TestResponse], reader: Client, key: bytes | None, words: str, reason: str
) -> None:
    answer = open_it(reader, key=key, words=words)
    assert (answer.status_code, reason in answer.text, CONTACT in answer.text) == (422, True, False)
    assert lines(hub) == []


def test_another_key_does_not_open_it(
    hub: Central, idea_at_hub: str, open_it: Callable[..., TestResponse], reader: Client, recipients: dict[str, str]
) -> None:
    kit, rid = idea_at_hub.split("/")
    other = seal.seal({"contact": CONTACT}, list(recipients.values()))

    def sealed_before(conn: Any) -> None:
        where = (tables.records.c.kit == kit, tables.records.c.tbl == "contacts", tables.records.c.rid == rid)
        conn.execute(tables.records.update().where(*where).values(body=f'{{"id":"{rid}","sealed":"{other}"}}'))

    hub.db.write(sealed_before)
    answer = open_it(reader)
    assert (answer.status_code, "früheren Schlüssel" in answer.text) == (422, True)
    assert lines(hub) == []


def test_who_only_reads_hears_of_no_contact_and_cannot_open_it(
    idea_at_hub: str, open_it: Callable[..., TestResponse], colleague: Callable[..., Client]
) -> None:
    olga = colleague("Olga", HUB_READ)
    assert "Kontakt hinterlassen" not in olga.get(f"/ideas/{idea_at_hub}").text
    assert open_it(olga).status_code == 403


def test_where_no_contact_was_left_there_is_none_to_open(reader: Client) -> None:
    assert reader.get("/contacts/kit7/idea1").status_code == 404
    assert reader.post("/contacts/kit7/idea1").status_code == 404


def test_the_contacts_of_a_place_are_taken_along_as_a_table(
    hub: Central, idea_at_hub: str, stick: Any, recipients: dict[str, str]
) -> None:
    found = commands.COMMANDS["contacts"](hub, lambda *_: None, place="Rathausplatz Neukölln")
    assert commands.COMMANDS["contacts"](hub, lambda *_: None, place="Anderswo") == []
    assert [line.act for line in lines(hub)] == ["export contacts"]
    other = found[0] | {"sealed": seal.seal({"contact": "x"}, list(recipients.values())), "title": "Verloren"}
    missed: list[str] = []
    table = export.opened([*found, other], keyfile.unlock(stick.file("escrow").read_bytes(), stick.passphrase), missed.append)
    assert table.decode("utf-8-sig").splitlines()[1:] == [f"Mehr Bänke;{CONTACT};{idea_at_hub.split('/')[1]}"]
    assert missed == ["Verloren"]
