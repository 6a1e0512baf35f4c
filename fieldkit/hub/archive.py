"""The hub's database: SQLite with the kit's rule (one process, one writing connection), or PostgreSQL, which carries many."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.exc import DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import StaticPool

from ..db import StorageFull, Unreadable
from . import tables

RELEASE = 2
"""Of the tables; grows when they change."""

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "foreign_keys = ON", "trusted_schema = OFF")


class Archive:
    """The opened database of a hub. Offers `read` and `write` as the kit's does, with SQLAlchemy's connections."""

    def __init__(self, url: str, readonly: bool = False) -> None:
        """Open `url`, making the tables where they are missing. Raises Unreadable, StorageFull.

        `readonly` looks into a SQLite database that a serving hub may hold at the same time.
        """
        self.version = 0
        """Grows with every write of this process."""
        self._writing: AbstractContextManager[Any] = nullcontext()
        try:
            if url.startswith("sqlite:///"):
                path = Path(url.removeprefix("sqlite:///"))
                self._reader = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
                self._writer = self._reader if readonly else _sqlite_writer(path)
                self._writing = threading.Lock()
            else:
                self._reader = self._writer = create_engine(url, pool_pre_ping=True)
            self._prepare(readonly)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise Unreadable(f"FIELDKIT_HUB_DATABASE: Für diese Datenbank fehlt der Treiber ({error}).") from None
        except OperationalError as error:
            raise StorageFull(f"Die Datenbank des Hubs lässt sich nicht öffnen ({error.orig}).") from None
        except DatabaseError as error:
            raise Unreadable(f"Die Datenbank des Hubs ist beschädigt oder keine ({error.orig}).") from None

    def read(self) -> AbstractContextManager[Connection]:
        """A connection to read with, for a `with` block."""
        return self._reader.connect()

    def write(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Run `verb(conn, *args)` in one transaction; returns when it is durable, and what it erased is gone from the disk.

        What `verb` raises is raised here, and nothing of it is stored. Raises StorageFull.
        """
        with self._writing:
            try:
                with self._writer.begin() as conn:
                    conn.info.pop("scrub", None)
                    result = verb(conn, *args)
                    scrub = conn.info.pop("scrub", False)
            except OperationalError as error:
                text = str(error.orig)
                if "full" in text or "readonly" in text or "disk I/O" in text:
                    raise StorageFull(text) from error
                raise
            if scrub and self._writer.dialect.name == "sqlite":
                _scrub(self._writer)
            self.version += 1
        return result

    def close(self) -> None:
        """Close everything."""
        self._reader.dispose()
        self._writer.dispose()

    def _prepare(self, readonly: bool) -> None:
        if not readonly:
            tables.metadata.create_all(self._writer)
        with self.read() as conn:
            release = conn.scalar(select(tables.identity.c.release))
        if release is not None and release > RELEASE:
            raise Unreadable(
                "Die Datenbank des Hubs kommt von einer neueren Feldkit-Version. Bitte Feldkit aktualisieren; es wurde nichts verändert."
            )


def erased(conn: Connection) -> None:
    """Say that this transaction erased text, so that the write-ahead log is folded away before success is reported."""
    conn.info["scrub"] = True


def _sqlite_writer(path: Path) -> Engine:
    """The one connection that writes; sqlite3's own transaction handling is off, ours is BEGIN IMMEDIATE."""
    engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def furnish(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _scrub(writer: Engine) -> None:
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
