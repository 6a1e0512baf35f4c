"""A hub goes on after an update of the software: its database is brought to the new release, whole or not at all."""

from pathlib import Path
from typing import Any

import pytest
from alembic.operations import Operations
from sqlalchemy import Connection, create_engine, inspect, select, text, update

from fieldkit import journal
from fieldkit.db import Unreadable
from fieldkit.hub import search_index, tables, upgrades
from fieldkit.hub.archive import Archive
from tests.hub import release1

ADVICE = (
    "tables.py has changed: add one to RELEASE and a step in fieldkit/hub/upgrades.py that makes the same of an older database."
)


@pytest.fixture
def old(hub_database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database as the first release left it."""
    on_sqlite = hub_database.startswith("sqlite")
    url = f"sqlite:///{tmp_path / 'old.db'}" if on_sqlite else request.getfixturevalue("postgres_server").new_database()
    engine = create_engine(url)
    release1.make(engine)
    engine.dispose()
    return url


def shape(conn: Connection) -> dict[str, Any]:
    """Everything about the tables, however they came to be."""
    look = inspect(conn)
    on_sqlite = conn.dialect.name == "sqlite"
    return {
        "triggers": sorted(conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
        if on_sqlite
        else []
    } | {
        name: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"] and "sequence") for c in look.get_columns(name)},
            "key": look.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(tuple(unique["column_names"]) for unique in look.get_unique_constraints(name)),
            "indexes": sorted(_in_words(index) for index in look.get_indexes(name)),
            "options": look.get_table_options(name),
        }
        for name in look.get_table_names()
    }


def _in_words(index: Any) -> str:
    options = {option: str(value) for option, value in index.get("dialect_options", {}).items()}
    return f"{index['name']} {index.get('expressions') or index['column_names']} {index['unique']} {options}"


def test_an_old_database_becomes_like_a_new_one(old: str, hub_database: str) -> None:
    shapes = []
    for url in (old, hub_database):
        archive = Archive(url)
        with archive.read() as conn:
            shapes.append(shape(conn))
        archive.close()
    mended, new = shapes
    assert {name: (mended.get(name), new.get(name)) for name in mended | new if mended.get(name) != new.get(name)} == {}, ADVICE


def test_nothing_is_lost_on_the_way_and_the_newest_body_still_fits_its_hash(old: str) -> None:
    archive = Archive(old)
    with archive.read() as conn:
        every = {
            name: [dict(row._mapping) for row in conn.execute(select(table))] for name, table in tables.metadata.tables.items()
        }
    archive.close()
    assert [(e["seq"], e["op"]) for e in sorted(every["entries"], key=lambda e: e["seq"])] == [
        (1, "put"),
        (2, "put"),
        (3, "put"),
        (4, "erase"),
    ]
    bench, gone = sorted(every["records"], key=lambda record: record["rid"])
    third = next(entry for entry in every["entries"] if entry["seq"] == 3)
    assert bench["body"] == release1.BENCH
    assert journal.body_hash(bytes.fromhex(bench["salt"]), bench["body"]) == third["body_hash"]
    assert (gone["erased"], gone["body"], gone["salt"]) == (1, None, None)
    assert {name: len(rows) for name, rows in every.items() if rows} == {
        "identity": 1, "invitations": 1, "kits": 1, "entries": 4, "records": 2, "answers": 1, "outbox": 1, "incidents": 1, "staff": 1,
        "audit": 1,
    }  # fmt: skip
    assert every["invitations"][0]["expires_at"] == "2026-12-22T14:00:00Z"
    assert (every["identity"][0]["release"], every["identity"][0]["signing_key"]) == (upgrades.RELEASE, b"k" * 32)
    assert (every["staff"][0]["role"], every["staff"][0]["failed"], every["answers"][0]["version"]) == ("administer", 2, 1)


def test_what_lists_and_searches_need_is_worked_out_anew(old: str) -> None:
    archive = Archive(old)
    with archive.read() as conn:
        found = conn.execute(select(tables.records).where(search_index.matching(tables.records, "Bänken"))).mappings().all()
    archive.close()
    assert [(r["rid"], r["about"], r["theme"], r["channel"]) for r in found] == [("bench", "stop1", "mobility", "paper")]


def test_an_update_that_fails_leaves_the_old_database_as_it_was(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = create_engine(old)
    with engine.connect() as conn:
        before = shape(conn)

    def stumble(op: Operations) -> None:
        upgrades._one_body_per_record(op)
        raise Unreadable("power cut")

    monkeypatch.setitem(upgrades.STEPS, 2, stumble)
    with pytest.raises(Unreadable):
        Archive(old)
    with engine.connect() as conn:
        assert shape(conn) == before
        assert conn.scalar(text("SELECT body FROM entries WHERE seq = 3")) == release1.BENCH
    engine.dispose()


def test_a_database_of_a_newer_release_is_left_alone(old: str) -> None:
    archive = Archive(old)
    archive.write(lambda conn: conn.execute(update(tables.identity).values(release=upgrades.RELEASE + 1)))
    archive.close()
    for readonly in (False, True):
        with pytest.raises(Unreadable, match="neueren Feldkit-Version"):
            Archive(old, readonly)


def test_looking_into_an_older_or_empty_database_changes_nothing_and_says_what_to_do(old: str, hub_database: str) -> None:
    for url, sentence in ((old, "älteren Feldkit-Version"), (hub_database, "noch kein Hub")):
        if url == hub_database and url.startswith("sqlite"):
            Archive(url).close()  # the tables of a hub that has no name yet
        with pytest.raises(Unreadable, match=sentence):
            Archive(url, readonly=True)
