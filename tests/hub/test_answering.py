"""Staff of the hub read and answer; everybody else stands before a closed door."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from werkzeug.test import Client

from fieldkit import clock, ids
from fieldkit.db import InUse, Unreadable
from fieldkit.hub import app, central, ingest, outbox, tables
from fieldkit.hub.archive import Archive
from fieldkit.hub.central import Central
from tests.hub.arriving import KIT


def titles(reader: Client, query: str = "") -> list[str]:
    """The ideas on the list."""
    return re.findall(r'<a href="/ideas/[^"]+" dir="auto">([^<]+)</a>', reader.get(f"/ideas{query}").text)


FOUND = {
    "": {"Mehr Bänke", "Ein Brunnen für den Platz"},
    "?kit=kit8kit8kit8kit8": {"Ein Brunnen für den Platz"},
    "?stop=stop1": {"Mehr Bänke"},
    "?district=Mitte": {"Ein Brunnen für den Platz"},
    "?q=BAENKE": {"Mehr Bänke"},
    "?q=brunn+platz": {"Ein Brunnen für den Platz"},
    "?q=100%25": set(),
    "?answered=no": {"Mehr Bänke", "Ein Brunnen für den Platz"},
    "?answered=yes": set(),
    "?page=99999": set(),
    "?kit=nobody": set(),
}


def test_staff_find_ideas_by_kit_stop_district_and_words(archive: Central, reader: Client) -> None:
    assert {query: set(titles(reader, query)) for query in FOUND} == FOUND


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
    assert (piece.kit, piece.kind, piece.rid) == (KIT, "answer", "bench")
    assert (line.who, line.rid) == ("Frau Krüger", "bench")


def test_a_hub_that_forgot_what_it_said_goes_on_behind_it(archive: Central, monkeypatch: pytest.MonkeyPatch) -> None:
    def say(body: str) -> int:
        archive.db.write(outbox.say, archive.signing_key, KIT, outbox.ANSWER, "ideas", "bench", {"body": body})
        with archive.db.read() as conn:
            return outbox.last_number(conn, KIT)

    kept, heard = say("Ja."), say("Ja, im März.")
    archive.db.write(lambda conn: conn.execute(update(tables.kits).values(outbox_seq=kept)))  # as its backup has it
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert say("Ja, im April.") > heard > kept


def test_an_office_can_be_asked_before_it_has_said_anything_and_the_idea_stays_open(archive: Central, reader: Client) -> None:
    asked = {"status": "checking", "body": "", "office": "Grünflächenamt"}
    assert reader.post(f"/ideas/{KIT}/bench", data=asked).status_code == 303
    assert titles(reader, "?answered=no&office=Gr%C3%BCnfl%C3%A4chenamt") == ["Mehr Bänke"]
    with archive.db.read() as conn:
        payload = json.loads(conn.scalar(select(tables.outbox.c.payload)))
    assert (payload["status"], payload["body"], payload["office"]) == ("checking", "", "Grünflächenamt")


def test_an_answer_is_looked_at_as_visitors_see_it_before_it_is_stored(archive: Central, reader: Client) -> None:
    answer = {"status": "doing", "body": "Die Bänke\nkommen im März.", "office": "Grünflächenamt", "version": "0"}
    page = reader.post(f"/ideas/{KIT}/bench/preview", data=answer).text
    assert '<p class="pre-line" dir="auto">Die Bänke\nkommen im März.</p>' in page.split('class="answer"')[1]
    part = reader.post(f"/ideas/{KIT}/bench/preview", data=answer, headers={"HX-Request": "true"}).text
    assert part.count("kommen im März.") == 1
    assert "<html" not in part
    bare = reader.post(f"/ideas/{KIT}/bench/preview", data=answer | {"body": ""}, headers={"HX-Request": "true"})
    assert (bare.status_code, "wer was bis wann" in bare.text) == (422, True)
    assert titles(reader, "?answered=yes") == []


def test_somebody_answers_one_idea_after_the_other_and_is_told_at_the_end(archive: Central, reader: Client) -> None:
    answer = {"status": "doing", "body": "Ja.", "office": "Amt", "version": "0", "then": "next"}
    path = re.search(r'<a href="(/ideas/[^"]+)" dir="auto">', reader.get("/ideas?answered=no").text)[1].replace("&amp;", "&")
    first = reader.post(path, data=answer)
    assert "Hier ist die nächste Idee." in reader.get(first.location).text
    last = reader.post(first.location, data=answer)
    assert last.location.startswith("/ideas?")
    assert "Das war die letzte Idee dieser Liste." in reader.get(last.location).text
    assert titles(reader, "?answered=no") == []


def test_the_history_says_who_decided_what_and_not_the_words(archive: Central, reader: Client) -> None:
    words = {"status": "checking", "body": "", "office": "Grünflächenamt", "version": "0"}
    reader.post(f"/ideas/{KIT}/bench", data=words)
    reader.post(f"/ideas/{KIT}/bench", data=words | {"status": "doing", "body": "Kommt bald.", "version": "1"})
    page = reader.get(f"/ideas/{KIT}/bench").text
    history = page[page.index("Verlauf") :]
    assert history.index("Wird umgesetzt") < history.index("Wird geprüft · Grünflächenamt")
    assert "Frau Krüger" in history
    assert "Kommt bald." not in history


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


@pytest.mark.parametrize("hub_database", ["sqlite"], indirect=True)
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
