"""Staff of the hub read and answer; everybody else stands before a closed door."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from fieldkit import ids, journal, wire
from fieldkit.db import InUse, Unreadable
from fieldkit.hub import app, central, ingest, tables
from fieldkit.hub.archive import Archive
from fieldkit.hub.central import Central

KIT, EPOCH = "kit7kit7kit7kit7", "0001-abcdef01"


def arrive(hub: Central, *records: tuple[str, str, dict[str, Any]], kit: str = KIT, name: str = "Kit 7") -> None:
    """Records as a kit hands them over."""
    hub.db.write(ingest.invite, kit.encode(), name)
    hub.db.write(ingest.enrol, kit.encode(), kit, bytes(32))
    entries = []
    digest = ""
    for seq, (table, rid, said) in enumerate(records, 1):
        entry = {"seq": seq, "tbl": table, "rid": rid, "op": "put", "at": "2026-11-22T14:00:00Z", "salt": "ab" * 16}
        entry |= {"body": journal.canonical(said), "body_hash": "0" * 64, "said": said}
        digest = journal.chain(digest, kit, EPOCH, entry)
        entries.append(entry | {"digest": digest})
    hub.db.write(ingest.take, wire.Batch(kit, EPOCH, 1, "", entries), hub.signing_key)


STOP = {"place": "Rathausplatz", "district": "Neukölln", "question": "Was fehlt?", "answer_by": "2027-01-15"}
IDEA = {"stop_id": "stop1", "title": "Mehr Bänke", "body": "Im Schatten.", "category": "meeting", "state": "visible"}


@pytest.fixture
def archive(hub: Central) -> Central:
    """Three ideas from Neukölln, one of them merged and one hidden, and one from Wedding."""
    arrive(
        hub,
        ("stops", "stop1", STOP),
        ("ideas", "bench", IDEA),
        ("ideas", "twin", IDEA | {"title": "Bänke!", "merged_into": "bench"}),
        ("ideas", "rude", IDEA | {"title": "Unfug", "state": "hidden"}),
        ("supports", "s1", {"idea_id": "bench", "strokes": 1}),
        ("supports", "s2", {"idea_id": "twin", "strokes": 6}),
        ("comments", "c1", {"idea_id": "bench", "body": "Ja bitte!", "name": "Ayşe", "state": "visible"}),
        ("comments", "c2", {"idea_id": "bench", "body": "Schimpfwort", "state": "hidden"}),
    )
    arrive(
        hub,
        ("stops", "stop2", STOP | {"place": "Leopoldplatz", "district": "Mitte"}),
        ("ideas", "well", IDEA | {"stop_id": "stop2", "title": "Ein Brunnen für den Platz"}),
        kit="kit8kit8kit8kit8", name="Kit 8",
    )  # fmt: skip
    return hub


def titles(reader: Client, query: str = "") -> list[str]:
    """The ideas on the list."""
    return re.findall(r'<a href="/ideas/[^"]+" dir="auto">([^<]+)</a>', reader.get(f"/ideas{query}").text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Mehr Bänke", "Ein Brunnen für den Platz"}),
        ("?kit=kit8kit8kit8kit8", {"Ein Brunnen für den Platz"}),
        ("?stop=stop1", {"Mehr Bänke"}),
        ("?district=Mitte", {"Ein Brunnen für den Platz"}),
        ("?q=BAENKE", {"Mehr Bänke"}),
        ("?q=brunn+platz", {"Ein Brunnen für den Platz"}),
        ("?q=100%25", set()),
        ("?answered=no", {"Mehr Bänke", "Ein Brunnen für den Platz"}),
        ("?answered=yes", set()),
        ("?page=99999", set()),
        ("?kit=nobody", set()),
    ],
)
def test_staff_find_ideas_by_kit_stop_district_and_words(archive: Central, reader: Client, query: str, found: set[str]) -> None:
    assert set(titles(reader, query)) == found


def test_support_counts_for_merged_ideas_together(archive: Central, reader: Client) -> None:
    assert titles(reader, "?sort=support") == ["Mehr Bänke", "Ein Brunnen für den Platz"]
    assert "7 dafür" in reader.get(f"/ideas/{KIT}/bench").text


def test_one_idea_shows_its_stop_and_the_comments_people_may_see(archive: Central, reader: Client) -> None:
    text = reader.get(f"/ideas/{KIT}/bench").text
    assert all(words in text for words in ("Im Schatten.", "Ja bitte!", "Was fehlt?", "15. Januar 2027"))
    assert "Schimpfwort" not in text


def test_an_answer_is_kept_logged_and_on_its_way_to_the_kit(archive: Central, reader: Client) -> None:
    answer = {"status": "doing", "body": "Die Bänke\nkommen im März.", "office": "Grünflächenamt"}
    assert reader.post(f"/ideas/{KIT}/bench", data=answer).status_code == 303
    assert titles(reader, "?answered=yes") == ["Mehr Bänke"]
    assert "Wird umgesetzt" in reader.get("/ideas").text
    with archive.db.read() as conn:
        piece = conn.execute(select(tables.outbox)).one()
        line = conn.execute(select(tables.audit).where(tables.audit.c.act == "answer")).one()
    assert (piece.kit, piece.seq, piece.rid) == (KIT, 1, "bench")
    assert (line.who, line.rid) == ("Frau Krüger", "bench")


def test_an_answer_without_reason_or_office_is_asked_for_and_keeps_the_words(archive: Central, reader: Client) -> None:
    answer = reader.post(f"/ideas/{KIT}/bench", data={"status": "später", "body": "Halb <fertig>", "office": ""})
    assert answer.status_code == 422
    assert answer.text.count("<li><a href=") >= 2
    assert "Halb &lt;fertig&gt;" in answer.text


@pytest.mark.parametrize("path", ["/ideas/nobody/bench", f"/ideas/{KIT}/nothing", "/nowhere", "/kits/nobody/revocation"])
def test_what_is_not_there_is_said_kindly(archive: Central, reader: Client, path: str) -> None:
    answer = reader.post(path) if path.endswith("revocation") else reader.get(path)
    assert (answer.status_code, "<h1>" in answer.text) == (404, True)


@pytest.mark.parametrize("path", ["/", "/ideas", "/kits", f"/ideas/{KIT}/bench"])
def test_a_stranger_is_sent_to_the_sign_in(archive: Central, path: str) -> None:
    answer = Client(app.create_wsgi(archive)).get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("path", [f"/ideas/{KIT}/bench", f"/kits/{KIT}/revocation", "/sign-out"])
def test_a_stranger_changes_nothing(archive: Central, path: str) -> None:
    assert Client(app.create_wsgi(archive)).post(path, data={"status": "doing"}).status_code == 403


def test_a_form_from_another_site_is_refused(archive: Central, reader: Client) -> None:
    answer = {"status": "doing", "body": "x", "office": "y"}
    assert reader.post(f"/ideas/{KIT}/bench", data=answer, headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_line_lets_in_one_kit_once_and_its_repetition_after_a_lost_answer(hub: Central) -> None:
    hub.db.write(ingest.invite, b"secret", "Kit 7")
    assert hub.db.write(ingest.enrol, b"secret", KIT, b"k" * 32) == "Kit 7"
    assert hub.db.write(ingest.enrol, b"secret", KIT, b"k" * 32) == "Kit 7"
    for secret, kit, key in ((b"secret", ids.new_id(), b"k" * 32), (b"guessed", KIT, b"k" * 32), (b"secret", KIT, b"x" * 32)):
        with pytest.raises(ingest.Unwelcome):
            hub.db.write(ingest.enrol, secret, kit, key)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"kit":"x","secret":"00","verify_key":"00"}',
        b'{"kit":5,"secret":5,"verify_key":5}',
        b"\xff",
        b"[" * 9999,
    ],
)
def test_a_broken_enrolment_is_refused_in_a_sentence(hub: Central, body: bytes) -> None:
    answer = Client(app.create_wsgi(hub)).post("/api/v1/enrolment", data=body)
    assert (answer.status_code, answer.json["error"][-1]) == (400, ".")


def test_a_second_hub_on_the_same_database_is_refused_by_name(hub: Central) -> None:
    with pytest.raises(InUse, match="tests"), central.opened(hub.home, "second"):
        pass


def test_a_database_of_a_newer_release_or_none_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hub.db").write_text(
        "Einkaufszettel: Brot, Milch und noch viel mehr als das, was in eine Kopfzeile passt.\n" * 20
    )
    with pytest.raises(Unreadable, match="beschädigt"):
        Archive(f"sqlite:///{tmp_path / 'hub.db'}")
    (tmp_path / "hub.db").unlink()
    with central.opened(tmp_path, "tests") as hub:
        hub.db.write(lambda conn: conn.execute(tables.identity.update().values(release=99)))
    with pytest.raises(Unreadable, match="neueren"), central.opened(tmp_path, "tests"):
        pass


def test_a_hub_keeps_its_identity(tmp_path: Path) -> None:
    with central.opened(tmp_path, "tests") as first:
        keys = first.verify_key, first.recipients
    with central.opened(tmp_path, "tests") as again:
        assert (again.verify_key, again.recipients) == keys
