"""Copies of the database as it was at one moment. A copy counts only when it has been opened and checked."""

import contextlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .. import clock, journal
from . import soundness

PATTERN = "fieldkit-*.db"
_NAME = re.compile(r"fieldkit-(\d+-\d+)-(\d+-[^-]+)-(\d+)")


class Failed(Exception):
    """There is no good copy; the text says why."""


@dataclass(frozen=True)
class Snapshot:
    """A checked copy and the newest entry in it."""

    path: Path
    head: journal.Head


def write(database: Path, folder: Path, check: Callable[[Path], journal.Head] | None = None) -> Snapshot:
    """Write a copy of the live `database` into an existing `folder`, under a name that says how far it goes. Raises Failed.

    It counts once `check` has passed it: `readable` by default, which is fast enough for a busy kit, or `verified`.
    """
    unfinished = folder / ".fieldkit.db.part"
    try:
        unfinished.unlink(missing_ok=True)
        _copy(database, unfinished)
        head = (check or readable)(unfinished)
        with contextlib.suppress(PermissionError):  # FAT knows no owners
            os.chmod(unfinished, 0o600)
        sync(unfinished)
        path = folder / f"fieldkit-{clock.now():%Y%m%d-%H%M%S}-{head.epoch}-{head.seq}.db"
        unfinished.rename(path)
        sync(folder)
    except (OSError, sqlite3.Error, Failed) as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        if isinstance(error, Failed):
            raise
        raise Failed(
            f"In {folder} lässt sich keine Kopie schreiben ({error}). Ist der Datenträger voll oder schreibgeschützt?"
        ) from None
    return Snapshot(path, head)


def readable(copy: Path) -> journal.Head:
    """The head of a copy whose pages are without fault. Raises Failed."""
    return _checked(copy, soundness.damage)


def verified(copy: Path) -> journal.Head:
    """The head of a copy without any fault: pages, chain, and journal and tables agree. Raises Failed."""
    return _checked(copy, soundness.faults)


@contextmanager
def reading(copy: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a copy that nobody writes to."""
    connection = sqlite3.connect(f"file:{quoted(copy)}?mode=ro&immutable=1", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        yield connection
    finally:
        connection.close()


def newest_first(folder: Path) -> list[Path]:
    """The copies in a folder, by how far they go; of two that go equally far, the one written later."""
    with contextlib.suppress(OSError):
        return sorted(folder.glob(PATTERN), key=reach, reverse=True)
    return []


def made_at(copy: Path) -> datetime:
    """When a copy was written."""
    return datetime.fromtimestamp(copy.stat().st_mtime, UTC)


def keep(folder: Path, newest: Path, count: int) -> None:
    """Remove all copies but `newest` and the best others, `count` in all. Not by their dates alone: the clock may have been wrong."""
    others = [copy for copy in newest_first(folder) if copy != newest]
    for old in others[count - 1 :]:
        old.unlink(missing_ok=True)
    sync(folder)


def sync(path: Path) -> None:
    """Have a file's content, or a folder's list of names, reach the medium."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _checked(copy: Path, look: Callable[[sqlite3.Connection], list[str]]) -> journal.Head:
    if not copy.is_file():
        raise Failed(f"{copy} gibt es nicht.")
    try:
        with reading(copy) as connection:
            found = look(connection)
            if found:
                raise Failed(f"{copy.name} ist beschädigt: {found[0]}")
            return journal.head(connection)
    except (sqlite3.DatabaseError, TypeError) as error:
        raise Failed(f"{copy.name} ist keine Feldkit-Sicherung ({error}).") from None


def _copy(database: Path, target: Path) -> None:
    # It sees one commit. Not SQLite's own backup, which copies pages with all that erased rows may have left in them (leftovers.py).
    with contextlib.closing(sqlite3.connect(f"file:{quoted(database)}?mode=ro", uri=True)) as live:
        live.execute("PRAGMA synchronous = OFF")  # synced as a whole afterwards
        live.execute("VACUUM INTO ?", [str(target)])


def quoted(path: Path) -> str:
    """A path within a URI: a stick may be called anything."""
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def reach(copy: Path) -> tuple[str, int, str]:
    named = _NAME.match(copy.name)
    return (named[2], int(named[3]), named[1]) if named else ("", 0, copy.name)
