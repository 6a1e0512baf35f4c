"""The hub's database: SQLite with the kit's rule (one process, one writing connection), or PostgreSQL, which carries many."""

import itertools
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, DBAPIError, NoSuchModuleError, OperationalError, TimeoutError

from .. import clock
from ..db import StorageFull, Unreadable
from . import engines, search_index, tables, upgrades
from .upgrades import RELEASE as RELEASE

TURN = 0x464B4954  # the advisory lock of writes that take turns
TRIES = 8
CROSSED = ("40001", "40P01", "23505")  # serialization failure, deadlock, unique violation: somebody else was quicker
FULL, STANDBY = "53100", "25006"

Verb = TypeVar("Verb", bound=Callable[..., Any])


class Away(Exception):
    """The database does not answer at the moment. Nothing was stored unless it says so when asked again."""


class Unsuited(Exception):
    """PostgreSQL has no place for such a value: a text with NUL, a number beyond all numbers. Nothing of it is stored."""


def beside(verb: Verb) -> Verb:
    """Mark a verb that locks what it works on: several processes on one PostgreSQL run it at the same time. All others take turns."""
    verb.beside = True  # type: ignore[attr-defined]
    return verb


class Archive:
    """The opened database of a hub. Offers `read` and `write` as the kit's does, with SQLAlchemy's connections."""

    def __init__(self, url: str, readonly: bool = False) -> None:
        """Open `url`, bringing the tables up to date. Raises Unreadable, StorageFull.

        `readonly` looks into a SQLite database that a serving hub may hold at the same time.
        """
        self._writes, self._looks = 0, itertools.count(1)
        self._last_write = clock.monotonic()
        self._on_sqlite = url.startswith("sqlite:///")
        self._writing: AbstractContextManager[Any] = threading.Lock() if self._on_sqlite else nullcontext()
        try:
            self._reader, self._writer = engines.sqlite(url, readonly) if self._on_sqlite else engines.postgresql(url)
            with _closing_when_it_fails(self):
                self._prepare(readonly)
        except (NoSuchModuleError, ModuleNotFoundError, ArgumentError, ValueError) as error:
            raise Unreadable(
                "FIELDKIT_HUB_DATABASE muss so aussehen: postgresql+psycopg://NAME:PASSWORT@RECHNER/DATENBANK, "
                f"und das Paket fieldkit[postgresql] muss installiert sein ({error})."
            ) from None
        except OperationalError as error:
            raise StorageFull(f"Die Datenbank des Hubs lässt sich nicht öffnen ({error.orig}).") from None
        except DatabaseError as error:
            raise Unreadable(f"Die Datenbank des Hubs ist beschädigt oder keine ({error.orig}).") from None

    @property
    def version(self) -> int:
        """What pages are kept for. On SQLite it grows with every write.

        On PostgreSQL other processes write, too, and nobody tells us: every look is a new version, so that no page is kept.
        """
        return self._writes if self._on_sqlite else next(self._looks)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read with, for a `with` block. Raises Away, StorageFull, Unsuited."""
        try:
            with self._reader.connect() as conn:
                yield conn
        except (DBAPIError, TimeoutError) as error:
            raise _meaning(error) from error

    def write(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Run `verb(conn, *args)` in one transaction; returns when it is durable. Raises StorageFull, Away, Unsuited.

        What `verb` raises is raised here, and nothing of it is stored. On PostgreSQL it may run again, when another process
        was quicker. What it erased may stay in space that holds no row, until `write_anew`.
        """
        for tries_left in reversed(range(TRIES)):
            try:
                return self._write_once(verb, *args)
            except (DBAPIError, TimeoutError) as error:
                if not tries_left or _state(error) not in CROSSED:
                    raise _meaning(error) from error
            time.sleep(random.uniform(0, 0.05))  # noqa: S311 - so that two do not meet again

    @property
    def idle(self) -> float:
        """Seconds since this process wrote."""
        return clock.monotonic() - self._last_write

    def write_anew(self, names: Iterable[str]) -> None:
        """Put these tables together anew (SQLite: the whole file), so that nothing is left in space that holds no row.

        Nobody else can use a table meanwhile. Takes the table's size in free space. Raises StorageFull, Away.
        """
        try:
            with self._writing:
                (engines.vacuum_file if self._on_sqlite else partial(engines.vacuum_tables, names=names))(self._writer)
        except (DBAPIError, TimeoutError) as error:
            raise _meaning(error) from error
        except sqlite3.Error as error:
            raise StorageFull(str(error)) from error

    def close(self) -> None:
        """Close everything."""
        self._reader.dispose()
        self._writer.dispose()

    def _write_once(self, verb: Callable[..., Any], *args: Any) -> Any:
        with self._writing:
            with self._writer.begin() as conn:
                conn.info.pop("scrub", None)
                if not self._on_sqlite and not getattr(verb, "beside", False):
                    conn.execute(select(func.pg_advisory_xact_lock(TURN)))
                result = verb(conn, *args)
                search_index.go_on(conn)
                scrub = conn.info.pop("scrub", False)
            if scrub and self._on_sqlite:
                engines.scrub(self._writer)
            self._writes += 1
            self._last_write = clock.monotonic()
        return result

    def _prepare(self, readonly: bool) -> None:
        if not self._on_sqlite:
            self._refuse_forgetful()
        if readonly:
            with self._reader.connect() as conn:
                upgrades.check(conn)
        else:
            changed = self._write_once(upgrades.bring_up_to_date)
            if changed and self._on_sqlite:
                engines.scrub(self._writer)

    def _refuse_forgetful(self) -> None:
        """A receipt says that what was handed over survives a power cut; then the database must not be told to forget."""
        with self._reader.connect() as conn:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                if conn.exec_driver_sql(f"SHOW {setting}").scalar() == "off":
                    raise Unreadable(
                        f"Die PostgreSQL-Datenbank des Hubs hat „{setting} = off“: Bei einem Stromausfall ginge verloren, was der Hub "
                        f"schon bestätigt hat. Bitte dort „{setting} = on“ einstellen."
                    )


def erased(conn: Connection, *where: Table) -> None:
    """Say that this transaction erased text in these tables.

    So the write-ahead log is folded away before success is reported, and the tables are written anew later.
    """
    conn.info["scrub"] = True
    conn.execute(insert(tables.leftovers), [{"tbl": table.name} for table in where])


@contextmanager
def _closing_when_it_fails(archive: Archive) -> Iterator[None]:
    try:
        yield
    except BaseException:
        archive.close()
        raise


def _state(error: Exception) -> str | None:
    """PostgreSQL's code for what happened."""
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def _meaning(error: DBAPIError | TimeoutError) -> Exception:
    """What a fault of the database means for the hub; the fault itself where it is a mistake of ours."""
    fault = getattr(error, "orig", error)
    if isinstance(fault, sqlite3.Error):
        full = isinstance(error, OperationalError) and any(word in str(fault) for word in ("full", "readonly", "disk I/O"))
        return StorageFull(str(fault)) if full else error
    if isinstance(error, DataError):
        return Unsuited(str(fault))
    if _state(error) == FULL:
        return StorageFull(str(fault))
    if isinstance(error, OperationalError | TimeoutError) or _state(error) == STANDBY:
        return Away(str(fault))
    return error
