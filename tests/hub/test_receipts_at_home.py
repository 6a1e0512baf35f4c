"""At home, with the receipt from the square: Ayşe reads what became of it, says it better, or takes it back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fieldkit import journal, tickets, wire
from fieldkit.house import House
from fieldkit.hub import app, ingest, leftovers, outbox, tables
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import store as reading
from fieldkit.hub.ideas.question import Question
from fieldkit.hub.receipts import routes
from fieldkit.ideas import moderation_store
from fieldkit.ideas import store as ideas_store
from fieldkit.sync import handover, store
from tests.conftest import Browser, Line

ANSWER = {"status": "doing", "body": "Sechs Bänke kommen im März.", "office": "Straßen- und Grünflächenamt"}


def quiet(*_: Any, **__: Any) -> None:
    """Nobody watches."""


@pytest.fixture
def sync(enrolled: House) -> Callable[[], Any]:
    """The kit hands over."""
    return lambda: handover.run(enrolled, quiet, wait=quiet)


@pytest.fixture
def home(hub: Central, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    """The kit's home, as everywhere; and nobody has tried a code yet."""
    monkeypatch.setattr(routes.trying, "_buckets", type(routes.trying._buckets)())
    return request.getfixturevalue("home")


@pytest.fixture
def ayse(hub: Central) -> Browser:
    """Ayşe's own browser, at the hub's public door."""
    return Browser(app.create_wsgi(hub))


@pytest.fixture
def code(idea: Callable[..., str], sync: Callable[[], Any], visitor: Browser) -> str:
    """Her receipt; somebody supported the idea, and the kit has handed it over."""
    code = idea("Mehr Bänke im Schatten", body="Am Brunnen.")
    sync()
    return code


def stored(hub: Central, table: str = "ideas") -> list[Any]:
    """What the hub holds."""
    with hub.db.read() as conn:
        return list(conn.execute(select(tables.records).where(tables.records.c.tbl == table)).mappings())


def test_she_reads_the_answer_with_her_code(ayse: Browser, code: str, hub: Central, enrolled: House) -> None:
    assert "Jetzt: für alle zu lesen" in ayse.get(f"/r/{code}").text
    hub.db.write(outbox.answer, hub.signing_key, enrolled.kit.id, stored(hub)[0]["rid"], ANSWER, "Frau Krüger")
    shown = ayse.get(f"/r/{code}").text
    assert ANSWER["body"] in shown
    assert ANSWER["office"] in shown
    assert "Wird umgesetzt" in shown
    assert "Frau Krüger" not in shown


def test_she_may_type_it_as_she_likes(ayse: Browser, code: str) -> None:
    answer = ayse.post("/r", data={"code": code.lower().replace("-", " ")}, follow_redirects=True)
    assert "Mehr Bänke im Schatten" in answer.text
    assert answer.request.path == f"/r/{code}"


@pytest.mark.parametrize("typed", ["", "hallo", "ABCD-EFGH", "0000-0000-0000", "x" * 500, "%00"])
def test_a_wrong_code_gets_a_sentence_and_stays_in_the_form(ayse: Browser, hub: Central, typed: str) -> None:
    answer = ayse.post("/r", data={"code": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert ayse.get(f"/r/{typed or 'x'}").status_code == 404


def test_a_code_that_is_not_here_yet_says_so(ayse: Browser, hub: Central) -> None:
    answer = ayse.get("/r/2222-2222-2222")
    assert answer.status_code == 404
    assert "noch nichts" in answer.text


def test_one_look_up_costs_one_slow_hash(ayse: Browser, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []
    real = tickets.receipt_of
    monkeypatch.setattr(tickets, "receipt_of", lambda typed: hashed.append(typed) or real(typed))
    ayse.get(f"/r/{code}")
    assert hashed == [code]


def test_what_she_corrects_holds_here_at_once_and_reaches_the_kit(
    ayse: Browser, code: str, hub: Central, enrolled: House, sync: Callable[[], Any]
) -> None:
    answer = ayse.post(f"/r/{code}/correction", data={"title": "Sechs Bänke", "body": "Mit Lehne."}, follow_redirects=True)
    assert "Sechs Bänke" in answer.text
    assert b"Am Brunnen" not in b"".join(path.read_bytes() for path in hub.home.glob("hub.db*"))
    assert sync()["pending"] == 0
    row = enrolled.db.read().execute("SELECT title, body FROM ideas").fetchone()
    assert tuple(row) == ("Sechs Bänke", "Mit Lehne.")
    assert '"Mit Lehne."' in stored(hub)[0]["body"]
    assert stored(hub)[0]["salt"]  # the kit's own bytes again


def moderated(kit: House) -> None:
    """A facilitator hides the idea and shows it again: the kit enters its words, as it knows them, once more."""
    rid = kit.db.read().execute("SELECT id FROM ideas").fetchone()[0]
    kit.db.write(moderation_store.hide, "ideas", rid, "Versehen", "Jonas")
    kit.db.write(moderation_store.show, "ideas", rid, "Jonas")


def handed_over(kit: House, hub: Central) -> wire.Batch:
    """What a stick carries that the kit writes now."""
    held = store.confirmed(kit.db.read())
    entries = journal.entries(kit.db.read(), held.epoch, held.seq, wire.MOST_ENTRIES)
    batch = wire.unpack(wire.pack(kit.kit.id, held.epoch, held.digest, entries)[0])
    hub.db.write(ingest.take, batch, hub.signing_key, store.hub(kit.db.read()).inbox)
    return batch


def everything(hub: Central) -> bytes:
    """Every byte the hub's database holds of texts, once it has been quiet."""
    leftovers.remove(hub.db)
    with hub.db.read() as conn:
        rows = [tuple(row) for table in tables.metadata.sorted_tables for row in conn.execute(select(table))]
    return repr(rows).encode() + b"".join(path.read_bytes() for path in hub.home.glob("hub.db*"))


def test_a_kit_that_has_not_heard_of_it_does_not_bring_the_old_words_back(
    ayse: Browser, code: str, hub: Central, enrolled: House, sync: Callable[[], Any]
) -> None:
    ayse.post(f"/r/{code}/correction", data={"title": "Sechs Bänke", "body": "Mit Lehne."})
    moderated(enrolled)
    batch = handed_over(enrolled, hub)
    assert "Sechs Bänke" in ayse.get(f"/r/{code}").text
    assert b"Am Brunnen" not in everything(hub)
    (row,) = stored(hub)
    assert (row["seq"], row["words"]) == (batch.to_seq, "sechs banke mit lehne.")
    with hub.db.read() as conn:
        assert ingest.head(conn, enrolled.kit.id, batch.epoch).digest == batch.entries[-1]["digest"]
    sync()
    assert stored(hub)[0]["salt"]  # the kit's own bytes again


def test_not_for_a_moment_are_the_old_words_back_when_the_kit_hands_over_by_net(
    ayse: Browser, code: str, hub: Central, enrolled: House, sync: Callable[[], Any], line: Line
) -> None:
    ayse.post(f"/r/{code}/correction", data={"title": "Sechs Bänke", "body": "Mit Lehne."})
    moderated(enrolled)
    seen = []

    def watched(environ: Any, start: Any) -> Any:
        answer = list(line.hub(environ, start))
        seen.append((environ["PATH_INFO"].rsplit("/")[-1], stored(hub)[0]["body"]))
        return answer

    line.app = watched
    sync()
    assert [call for call, _ in seen].count("entries") == 2  # before the kit heard of it, and after
    assert [body for _, body in seen if "Am Brunnen" in body] == []


def test_her_last_word_counts_also_when_she_says_it_on_the_square(
    ayse: Browser, code: str, hub: Central, enrolled: House, sync: Callable[[], Any]
) -> None:
    ayse.post(f"/r/{code}/correction", data={"title": "Sechs Bänke", "body": "Mit Lehne."})
    sync()
    rid = stored(hub)[0]["rid"]
    enrolled.db.write(ideas_store.correct, rid, {"title": "Acht Bänke", "body": "Aus Holz."})
    sync()
    assert "Acht Bänke" in ayse.get(f"/r/{code}").text
    assert b"Mit Lehne" not in everything(hub)


def test_of_two_corrections_at_home_only_the_newer_one_is_left(ayse: Browser, code: str, hub: Central) -> None:
    for body in ("Mit Lehne.", "Aus Holz."):
        ayse.post(f"/r/{code}/correction", data={"title": "Sechs Bänke", "body": body})
    with hub.db.read() as conn:
        assert "outbox" in conn.scalars(select(tables.leftovers.c.tbl)).all()
    assert b"Mit Lehne" not in everything(hub)


def test_a_hub_brought_back_from_a_backup_does_not_think_that_its_pieces_were_heard(
    ayse: Browser, code: str, hub: Central, enrolled: House
) -> None:
    enrolled.db.write(lambda conn: conn.execute("UPDATE hub SET inbox = 50"))
    ayse.post(f"/r/{code}/correction", data={"title": "Sechs Bänke", "body": "Mit Lehne."})
    moderated(enrolled)
    handed_over(enrolled, hub)
    assert "Sechs Bänke" in ayse.get(f"/r/{code}").text


def test_a_correction_with_mistakes_keeps_what_she_typed(ayse: Browser, code: str) -> None:
    answer = ayse.post(f"/r/{code}/correction", data={"title": "", "body": "Mit Lehne."})
    assert answer.status_code == 422
    assert "Mit Lehne." in answer.text


def test_taking_back_is_asked_once_and_erases_here_and_on_the_kit(
    ayse: Browser, code: str, hub: Central, enrolled: House, sync: Callable[[], Any], visitor: Browser
) -> None:
    assert "Wirklich löschen?" in ayse.post(f"/r/{code}/withdrawal").text
    assert "Es ist gelöscht" in ayse.post(f"/r/{code}/withdrawal", data={"confirm": "yes"}, follow_redirects=True).text
    assert ayse.get(f"/r/{code}").status_code == 404
    assert [(row["erased"], row["body"]) for row in stored(hub)] == [(1, None)]
    assert b"Brunnen" not in b"".join(path.read_bytes() for path in hub.home.glob("hub.db*"))
    assert sync()["pending"] == 0
    assert enrolled.db.read().execute("SELECT count(*) FROM ideas").fetchone()[0] == 0
    assert list(enrolled.db.read().execute("SELECT * FROM journal WHERE body LIKE '%Brunnen%'")) == []


def test_supports_comments_and_contact_go_with_an_idea(
    ayse: Browser, code: str, hub: Central, visitor: Browser, sync: Callable[[], Any], enrolled: House
) -> None:
    idea_id = stored(hub)[0]["rid"]
    visitor.post(f"/ideas/{idea_id}/support")
    visitor.fill(f"/ideas/{idea_id}/comments/new", body="Ja bitte!")
    sync()
    ayse.post(f"/r/{code}/withdrawal", data={"confirm": "yes"})
    assert {row["erased"] for table in ("ideas", "supports", "comments") for row in stored(hub, table)} == {1}


def test_what_a_kit_brings_late_about_an_idea_that_was_withdrawn_does_not_stay(
    ayse: Browser, code: str, hub: Central, visitor: Browser, enrolled: House
) -> None:
    rid = stored(hub)[0]["rid"]
    ayse.post(f"/r/{code}/withdrawal", data={"confirm": "yes"})
    visitor.post(f"/ideas/{rid}/support")
    visitor.fill(f"/ideas/{rid}/comments/new", body="Am Brunnen, ja bitte!")
    enrolled.db.write(journal.save, "contacts", {"id": rid, "sealed": "Verschlossen", "at": "2026-11-22T14:00:00Z"})
    batch = handed_over(enrolled, hub)
    for table in ("supports", "comments", "contacts"):
        assert [(row["erased"], row["body"]) for row in stored(hub, table)] == [(1, None)], table
    assert not any(words in everything(hub) for words in (b"Am Brunnen", b"Verschlossen"))
    with hub.db.read() as conn:
        assert ingest.head(conn, enrolled.kit.id, batch.epoch).digest == batch.entries[-1]["digest"]


def test_what_was_merged_into_a_withdrawn_idea_stands_on_its_own_again(
    ayse: Browser, code: str, hub: Central, idea: Callable[..., str], enrolled: House, sync: Callable[[], Any]
) -> None:
    def listed() -> list[str]:
        with hub.db.read() as conn:
            return [row["title"] for row in reading.every(conn, Question())]

    main = stored(hub)[0]["rid"]
    idea("Noch mehr Bänke")
    (twin,) = enrolled.db.read().execute("SELECT id FROM ideas WHERE title = 'Noch mehr Bänke'").fetchone()
    enrolled.db.write(moderation_store.merge, twin, main, "Jonas")
    sync()
    assert listed() == ["Mehr Bänke im Schatten"]
    ayse.post(f"/r/{code}/withdrawal", data={"confirm": "yes"})
    assert listed() == ["Noch mehr Bänke"]
    enrolled.db.write(moderation_store.reply, twin, "Gern.", "Jonas")
    handed_over(enrolled, hub)  # and it says that it is merged, still
    assert listed() == ["Noch mehr Bänke"]
    sync()
    assert listed() == ["Noch mehr Bänke"]
    assert {row["rid"]: row["salt"] for row in stored(hub)}[twin]  # the kit's own bytes again


def test_somebody_who_tries_many_codes_has_to_wait_and_loses_nothing(ayse: Browser, code: str) -> None:
    for _ in range(10):
        ayse.post(f"/r/{code}/correction", data={"title": ""})
    answer = ayse.post(f"/r/{code}/correction", data={"title": "Sechs Bänke", "body": ""})
    assert answer.status_code == 429
    assert "Sechs Bänke" in answer.text


def test_the_receipt_on_the_square_says_where_to_look_at_home(
    visitor: Browser, idea: Callable[..., str], enrolled: House
) -> None:
    enrolled.db.write(lambda conn: conn.execute("UPDATE hub SET url = 'https://hub.citylab.example'"))
    page = visitor.fill("/ideas/new", title="Mehr Bänke").text
    code = re.search(r'data-receipt="([^"]+)"', page)[1]
    assert f"https://hub.citylab.example/r/{code}" in page
