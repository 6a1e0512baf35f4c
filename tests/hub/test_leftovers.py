"""What was erased at the hub is nowhere in its database's files any more, also not in space that holds no row."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fieldkit import ids
from fieldkit.hub import engines, leftovers, tables
from fieldkit.hub.archive import Away
from fieldkit.hub.central import Central
from fieldkit.hub.receipts import store
from tests.hub.arriving import IDEA, KIT, arrive

CANARY = "Kanarienvogel"
IDEAS = 100

FILES = """
    SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class
    WHERE relkind IN ('r', 'i', 't') AND relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace)
"""


@pytest.fixture
def on_disk(hub: Central, hub_database: str, request: pytest.FixtureRequest) -> Callable[[], bytes]:
    """Every byte of the database's files."""
    if hub_database.startswith("sqlite"):
        return lambda: b"".join(path.read_bytes() for path in hub.home.glob("hub.db*"))
    server, name = request.getfixturevalue("postgres_server"), re.search(r"/(\w+)\?", hub_database)[1]

    def everything() -> bytes:
        server.ask("CHECKPOINT", name)
        return b"".join(bytes(row[0]) for row in server.ask(FILES, name))

    return everything


@pytest.fixture
def withdrawn(hub: Central, on_disk: Callable[[], bytes]) -> None:
    """Ideas that were there, and were taken back."""
    names = [ids.new_id() for _ in range(IDEAS)]
    arrive(hub, *(("ideas", name, IDEA | {"body": f"{CANARY} {name}"}) for name in names))
    assert on_disk().count(CANARY.encode()) >= IDEAS
    hub.db.write(lambda conn: [store.withdraw(conn, hub.signing_key, {"kit": KIT, "tbl": "ideas", "id": name}) for name in names])


def marked(hub: Central) -> list[Any]:
    with hub.db.read() as conn:
        return list(conn.execute(select(tables.leftovers)))


def test_nothing_of_what_was_withdrawn_is_left_in_the_files(
    hub: Central, withdrawn: None, on_disk: Callable[[], bytes], hub_database: str
) -> None:
    if not hub_database.startswith("sqlite"):
        assert CANARY.encode() in on_disk()  # SQLite leaves some only now and then
    assert leftovers.remove(hub.db)
    assert CANARY.lower().encode() not in on_disk().lower()
    assert not leftovers.remove(hub.db)


def test_a_hub_that_ended_before_goes_on_when_it_is_quiet(hub: Central, withdrawn: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "QUIET", 0.01)
    assert marked(hub)
    with leftovers.removed_when_quiet(hub.db):
        patience = time.monotonic() + 20
        while marked(hub) and time.monotonic() < patience:
            time.sleep(0.02)
    assert not marked(hub)


def test_where_it_fails_it_stays_to_be_done(hub: Central, withdrawn: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise Away("fort")

    for name in ("vacuum_file", "vacuum_tables"):
        monkeypatch.setattr(engines, name, away)
    with pytest.raises(Away):
        leftovers.remove(hub.db)
    assert marked(hub)
