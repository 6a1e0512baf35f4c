"""Finding in thousands of ideas what somebody remembers a word of: the same on both databases, but for parts of words."""

from typing import Any

import pytest
from sqlalchemy import select, text

from fieldkit.hub import search_index, tables
from fieldkit.hub.central import Central
from tests.hub.test_entries import FakeKit

TEXTS = {
    "bank": {"title": "Mehr Bänke im Schatten", "body": "Gern mit Lehne. Für Ältere!"},
    "park": {"title": "Parkbank am Kanal", "place": "Maybachufer"},
    "street": {"title": "Straßenbäume gießen", "body": "Im Sommer, jede Woche"},
    "wc": {"title": "WC am U8-Ausgang", "body": "Eine öffentliche Toilette"},
    "dog": {"title": "Hundeauslauf", "body": ""},
    "odd": {"title": "it's 100% \"*' \\ _", "body": "[a-z] \u0000 NUL & | ! <-> :*"},
    "support": {"idea_id": "bank", "strokes": 1},
}


@pytest.fixture
def kit(hub: Central) -> FakeKit:
    """A kit that has handed over the texts above."""
    sender = FakeKit(hub)
    for rid, said in TEXTS.items():
        sender.say(rid, said, "supports" if rid == "support" else "ideas")
    assert sender.send(sender.packed(1, len(TEXTS))).status_code == 201
    return sender


def found(hub: Central, typed: str) -> set[str]:
    """What a search finds."""
    records = tables.records.alias("ideas")
    with hub.db.read() as conn:
        return set(
            conn.execute(select(records.c.rid).where(search_index.matching(records, typed), records.c.tbl == "ideas")).scalars()
        )


@pytest.mark.parametrize(
    ("typed", "rids"),
    [
        ("Bänke", {"bank"}), ("Bänken", {"bank"}), ("baenke", {"bank"}), ("BÄNKE schatten", {"bank"}), ("schatten lehnen", {"bank"}),
        ("Strassenbaum", {"street"}), ("Straßenbäumen", {"street"}), ("Wochen", {"street"}), ("Toiletten", {"wc"}), ("Hund", {"dog"}),
        ("wc", {"wc"}), ("U8", {"wc"}), ("Kanäle", {"park"}), ("maybach", {"park"}), ("Bänke Kanal", set()), ("Pinguin", set()),
        ("100", {"odd"}), ("nul", {"odd"}), ("", set(TEXTS) - {"support"}), ("die und", set(TEXTS) - {"support"}), ("Bänke für die", {"bank"}),
        ("it's", {"odd"}), ("\"*' \\", set(TEXTS) - {"support"}), ("* | ! :* <->", set(TEXTS) - {"support"}), ("äöü" * 30, set()),
    ],
)  # fmt: skip
def test_a_word_in_any_form_finds_the_idea(hub: Central, kit: FakeKit, typed: str, rids: set[str]) -> None:
    assert found(hub, typed) == rids


def test_sqlite_also_finds_the_end_of_a_compound(hub: Central, kit: FakeKit, hub_database: str) -> None:
    on_sqlite = hub_database.startswith("sqlite")
    assert found(hub, "bank") == ({"bank", "park"} if on_sqlite else {"bank"})
    assert found(hub, "bäume") == ({"street"} if on_sqlite else set())


def test_a_new_wording_is_found_at_once_and_the_old_one_no_more(hub: Central, kit: FakeKit) -> None:
    kit.say("bank", {"title": "Mehr Hängematten"})
    kit.send(kit.packed(len(TEXTS) + 1, len(TEXTS) + 1))
    assert (found(hub, "Bänke"), found(hub, "Hängematte")) == (set(), {"bank"})


def test_what_was_erased_is_not_found_any_more(hub: Central, kit: FakeKit) -> None:
    kit.say("bank", None)
    kit.send(kit.packed(len(TEXTS) + 1, len(TEXTS) + 1))
    assert found(hub, "Bänke") == found(hub, "Lehne") == set()


def test_an_index_is_used_and_not_every_record_read(hub: Central, kit: FakeKit) -> None:
    with hub.db.read() as conn:
        on_sqlite = conn.dialect.name == "sqlite"
        if not on_sqlite:
            conn.execute(text("SET LOCAL enable_seqscan = off"))  # a handful of rows is otherwise read in one go
        query = select(tables.records.c.rid).where(search_index.matching(tables.records, "Bänke"))
        sql = query.compile(conn, compile_kwargs={"literal_binds": True}).string
        plan = str(conn.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if on_sqlite else ''}{sql}".replace("%%", "%")).all())
    assert ("records_search VIRTUAL TABLE INDEX 0:G0" if on_sqlite else "records_by_words") in plan


@pytest.mark.parametrize("hub_database", ["sqlite"], indirect=True)
class TestTheIndexOnSQLite:
    """It is written a bite at a time, so that nobody waits for it."""

    def test_texts_that_still_wait_for_the_index_are_found(self, hub: Central, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search_index, "BITE", 3)
        sender = FakeKit(hub)
        for number in range(10):
            sender.say(f"idea{number}", {"title": f"Vorschlag {number}", "body": "Springbrunnen"})
        sender.send(sender.packed(1, 10))
        assert indexed(hub) == 3
        assert len(found(hub, "Springbrunnen")) == len(found(hub, "brunnen")) == 10
        sender.say("idea9", {"title": "Anderes"})  # waits
        sender.say("idea0", {"title": "Anderes"})  # is in the index
        sender.send(sender.packed(11, 12))
        assert len(found(hub, "Springbrunnen")) == 8
        for _ in range(5):
            hub.db.write(lambda conn: None)
        assert (indexed(hub), len(found(hub, "Springbrunnen")), len(found(hub, "anderes"))) == (10, 8, 2)

    def test_nothing_of_an_erased_text_stays_in_the_index(self, hub: Central, kit: FakeKit) -> None:
        assert {"han", "nge"} & trigrams(hub) == set()
        kit.say("secret", {"title": "Hängematte"})
        kit.say("secret", None)
        kit.send(kit.packed(len(TEXTS) + 1, len(TEXTS) + 1))
        assert {"han", "nge"} <= trigrams(hub)
        kit.send(kit.packed(len(TEXTS) + 2, len(TEXTS) + 2))
        assert {"han", "nge"} & trigrams(hub) == set()
        database = b"".join(path.read_bytes() for path in hub.home.glob("hub.db*"))
        assert b"hangematte" not in database

    def test_a_database_that_was_vacuumed_finds_the_same(self, hub: Central, kit: FakeKit, hub_database: str) -> None:
        import sqlite3

        with hub.db._writing, sqlite3.connect(hub_database.removeprefix("sqlite:///")) as conn:
            conn.execute("VACUUM")
        conn.close()
        assert found(hub, "Bänken") == {"bank"}


def indexed(hub: Central) -> int:
    """How many texts are in the index."""
    with hub.db.read() as conn:
        return conn.scalar(text("SELECT count(*) FROM records_search_docsize")) or 0


def trigrams(hub: Central) -> set[str]:
    """Every term of the index, also those of deleted texts in old segments."""

    def look(conn: Any) -> set[str]:
        conn.exec_driver_sql("CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5vocab(records_search, 'row')")
        return {row[0] for row in conn.exec_driver_sql("SELECT term FROM terms")}

    return hub.db.write(look)
