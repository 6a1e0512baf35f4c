"""How the hub's databases are opened, and what each of them does in its own way to let nothing erased stay readable."""

import sqlite3
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

PRAGMAS = (
    *("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "foreign_keys = ON", "trusted_schema = OFF"),
    "cache_size = -32768",  # KiB: with SQLite's 2 MB a batch of 2,000 entries is written to the disk three times over
)

# PostgreSQL: a machine that died in the middle of a write must not hold up the others for the hours TCP takes to notice.
SETTINGS = ("lock_timeout = '20s'", "idle_in_transaction_session_timeout = '60s'")
POOL = 10  # connections of one process to read with, and as many to write with; PostgreSQL has 100 unless told otherwise


def sqlite(url: str, readonly: bool) -> tuple[Engine, Engine]:
    """To read with, and the one connection that writes; sqlite3's own transaction handling is off, ours is BEGIN IMMEDIATE."""
    path = Path(url.removeprefix("sqlite:///"))
    reader = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    if readonly:
        return reader, reader
    writer = create_engine(f"sqlite:///{path}", poolclass=StaticPool, connect_args={"check_same_thread": False})

    @event.listens_for(writer, "connect")
    def furnish(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(writer, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    return reader, writer


def postgresql(url: str) -> tuple[Engine, Engine]:
    """To read with, and to write with. Connections are tried before they are used: the database may have been restarted."""
    if not url.startswith("postgresql+psycopg://"):
        raise ArgumentError("so beginnt keine Adresse, die der Hub kennt")
    engines = []
    for settings in (("default_transaction_read_only = on", *SETTINGS), SETTINGS):
        engine = create_engine(
            url, pool_size=POOL, max_overflow=0, pool_timeout=20, pool_pre_ping=True, connect_args={"connect_timeout": 10}
        )
        event.listen(engine, "connect", partial(_furnish, settings))
        engines.append(engine)
    return engines[0], engines[1]


def _furnish(settings: tuple[str, ...], connection: Any, _: Any) -> None:
    """Settings of a session, outside of any transaction that may be rolled back."""
    connection.autocommit = True
    for setting in settings:
        connection.execute(f"SET {setting}")
    connection.autocommit = False


def scrub(writer: Engine) -> None:
    """Empty the write-ahead log: until then erased text stays readable in it."""
    connection = writer.raw_connection()
    try:
        for _ in range(100):
            busy = connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if not busy:
                return
            time.sleep(0.02)  # somebody is reading; the next erasure tries again if it takes longer
    finally:
        connection.close()


def vacuum_file(writer: Engine) -> None:
    """Put the whole file together anew. Raises sqlite3.Error."""
    connection = writer.raw_connection()
    try:
        connection.driver_connection.execute("VACUUM")
    finally:
        connection.close()
    scrub(writer)


def vacuum_tables(writer: Engine, names: Iterable[str]) -> None:
    """Put tables together anew. FULL: a mere VACUUM lets the bytes stand until other rows need their place. Raises DBAPIError."""
    with writer.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.detach()  # closed afterwards, with its own settings
        conn.exec_driver_sql("SET lock_timeout = '2s'")  # whoever comes after us waits as long as we do
        for name in names:
            conn.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")
