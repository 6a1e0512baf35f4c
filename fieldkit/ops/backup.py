"""Backups: a copy counts only when it has been opened and checked. Restoring begins a new epoch."""

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from .. import clock, journal
from ..house import House
from ..jobs import Progress
from .check import faults

PATTERN = "fieldkit-*.db"


class Failed(Exception):
    """There is no good copy; the text says why."""


def command(house: House, progress: Progress, folder: str) -> dict[str, Any]:
    """Write a verified copy of the open kit into `folder`. Raises Failed."""
    progress(0, 3, "Kopie wird geschrieben")
    target = Path(folder).expanduser()
    head = journal.head(house.db.read())
    name = f"fieldkit-{clock.now():%Y%m%d-%H%M%S}-{head.epoch}-{head.seq}.db"
    unfinished = target / f".{name}.part"
    try:
        target.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        _copy(house.db.path, unfinished)
        progress(1, 3, "Kopie wird geprüft")
        if _verified(unfinished).seq < head.seq:
            raise Failed("Die Kopie ist unvollständig. Bitte einen anderen Datenträger nehmen.")
        progress(2, 3, "Kopie wird gesichert")
        os.chmod(unfinished, 0o600)
        _sync(unfinished)
        unfinished.rename(target / name)
        _sync(target)
    except (OSError, sqlite3.Error) as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise Failed(
            f"In {target} lässt sich keine Kopie schreiben ({error}). Ist der Datenträger voll oder schreibgeschützt?"
        ) from None
    progress(3, 3, "")
    return {"file": str(target / name), "entries": head.seq, "epoch": head.epoch}


def restore(home: Path, source: Path) -> Path:
    """Put a backup in the place of the live database, after checking it; what was there is set aside, never deleted.

    `source` is a backup or a folder of them (the newest good one is taken). Returns the backup taken. Raises Failed. The caller holds no
    open house and begins a new epoch afterwards.
    """
    candidates = sorted(source.glob(PATTERN), reverse=True) if source.is_dir() else [source]
    reasons = []
    for copy in candidates:
        try:
            _verified(copy)
        except (Failed, sqlite3.Error, OSError) as error:
            reasons.append(f"{copy.name}: {error}")
            continue
        _replace(home, copy)
        return copy
    raise Failed("Hier liegt keine brauchbare Sicherung. " + " ".join(reasons or [str(source)]))


def newest(home: Path) -> Path | None:
    """The newest backup in the kit's own backup folder."""
    return max((home / "backups").glob(PATTERN), default=None)


def _copy(database: Path, target: Path) -> None:
    # VACUUM INTO, not a file copy: it sees one commit, and leaves out what was erased. SQLite refuses it under `query_only`,
    # so it gets a connection of its own; `mode=ro` still keeps it from ever writing or checkpointing the live file.
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        connection.execute("VACUUM INTO ?", [str(target)])
    finally:
        connection.close()


def _verified(copy: Path) -> journal.Head:
    """The head of a copy that was opened and is without fault. Raises Failed."""
    if not copy.is_file():
        raise Failed(f"{copy} gibt es nicht.")
    connection = sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        found = faults(connection)
        if found:
            raise Failed(f"{copy.name} ist beschädigt: {found[0]}")
        return journal.head(connection)
    except sqlite3.DatabaseError as error:
        raise Failed(f"{copy.name} ist keine Feldkit-Sicherung ({error}).") from None
    finally:
        connection.close()


def _replace(home: Path, copy: Path) -> None:
    aside = home / f"before-restore-{clock.now():%Y%m%d-%H%M%S}"
    fresh = home / "fieldkit.db.restoring"
    shutil.copyfile(copy, fresh)
    _sync(fresh)
    for name in ("fieldkit.db", "fieldkit.db-wal", "fieldkit.db-shm"):
        if (home / name).exists():
            aside.mkdir(exist_ok=True)
            (home / name).rename(aside / name)
    fresh.rename(home / "fieldkit.db")
    _sync(home)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
