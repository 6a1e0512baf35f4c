"""Photos and files: each whole in a file of its own, `blobs/ab/<sha256>` beside the database, named after the hash of its content.

A row names a blob in a column that ends in `_sha256`: the name of the column is the whole convention. So the hub, which knows neither the rooms
nor the release of a kit, finds the blobs of any record in its body; and no visitor can pass a text for one, because nobody types into such a
column. A file is on the disk before the row that names it is committed, and goes after the commit that took the last such row away.
"""

import contextlib
import hashlib
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .db import StorageFull
from .room import Leaves

SUFFIX = "_sha256"
LARGEST = 64 * 1024 * 1024  # bytes of one blob


def named_in(body: Mapping[str, Any]) -> set[str]:
    """The blobs that a record names."""
    said = [body[name] for name in body if name.endswith(SUFFIX)]
    return {value for value in said if isinstance(value, str) and is_name(value)}


def is_name(text: str) -> bool:
    """Whether this could name a blob."""
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None


def folder(conn: sqlite3.Connection) -> Path:
    """Where the blobs of a database lie."""
    return Path(conn.execute("PRAGMA database_list").fetchone()["file"]).parent / "blobs"


def file(place: Path, name: str) -> Path:
    """The file of a blob in such a folder."""
    return place / name[:2] / name


def keep(conn: sqlite3.Connection, content: bytes) -> str:
    """Put a blob on the disk, durably, and return its name for the row; part of a verb that writes the row. Raises StorageFull.

    On the writer like everything else: so nobody can remove the file between here and the commit.
    """
    name = hashlib.sha256(content).hexdigest()
    target = file(folder(conn), name)
    if target.exists():
        return name
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(target)
        for place in (target.parent, target.parent.parent, target.parent.parent.parent):
            _sync_folder(place)
    except OSError as error:
        raise StorageFull(f"{target} ließ sich nicht schreiben ({error.strerror}).") from None
    return name


def used(conn: sqlite3.Connection, plates: Iterable[Leaves]) -> set[str]:
    """Every blob that a row names."""
    columns = [(plate.table, column) for plate in plates for column in plate.blobs]
    return {row[0] for table, column in columns for row in conn.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")}


def remove_unused(conn: sqlite3.Connection, plates: Iterable[Leaves], names: Iterable[str]) -> None:
    """Remove those of these blobs that no row names any more. Never fails: what stays is swept at the next start."""
    place, still = folder(conn), used(conn, plates)
    for name in set(names) - still:
        _overwrite_and_remove(file(place, name))


def sweep(conn: sqlite3.Connection, plates: Iterable[Leaves]) -> None:
    """Remove every file that no row names: what a power cut left behind between file and row, or between row and file."""
    place = folder(conn)
    if place.is_dir():
        still = used(conn, plates)
        for path in [path for path in place.glob("*/*") if path.name not in still]:
            _overwrite_and_remove(path)


def intact(path: Path) -> bool:
    """Whether a blob is there and still is what its name says."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == path.name
    except OSError:
        return False


def faults(conn: sqlite3.Connection, plates: Iterable[Leaves]) -> Iterator[str]:
    """A German sentence for every blob that a row names and that is missing or damaged."""
    place = folder(conn)
    for name in sorted(used(conn, plates)):
        if not intact(file(place, name)):
            yield f"{file(place, name)}: Das Foto oder die Datei fehlt oder ist beschädigt."


def _overwrite_and_remove(path: Path) -> None:
    """As `secure_delete` does in the database: what was erased must not be found in the free blocks of a plain disk."""
    with contextlib.suppress(OSError):
        with path.open("r+b") as stream:
            stream.write(bytes(path.stat().st_size))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
