"""A start that heals itself: a damaged database is set aside, never deleted, and the newest good copy takes its place."""

import contextlib
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import blobs, clock, journal, notices
from ..config import Config
from ..db import APPLICATION_ID
from ..room import Room
from . import mark, mirror, replay, second_copy, snapshots, soundness
from .mark import Mark

KINDS = QUARANTINE, BEFORE_RESTORE = "quarantine", "before-restore"
PARTS = ("fieldkit.db", "fieldkit.db-wal", "fieldkit.db-shm")


@dataclass(frozen=True)
class Found:
    """What was put in the place of the database before it was opened."""

    kind: str
    """Of the notice: `damaged`, `lost` (no copy either) or `restored`."""
    aside: str = ""
    """The folder in the home in which the old files lie now."""
    copy: Path | None = None


def look(config: Config) -> Found | None:
    """Set a damaged or missing database aside and put the newest good copy in its place; None when all is well.

    A database of a newer release, or of another program, is left alone: opening it says so.
    """
    known = mark.read(config.home)
    if not _is_broken(config.database, known):
        return None
    aside = _set_aside(config.home, QUARANTINE)
    kit = known.kit if known else "*"
    copy = _best([*_own(config.home), *_on_media(config, kit)])
    if copy is not None:
        _put_in_place(config.home, copy)
    return Found("damaged" if copy else "lost", aside, copy)


def bring_back(config: Config, source: Path) -> Found:
    """Put a copy in the place of the database; what was there is set aside. `source` is a backup, a folder of them, or a second medium.

    Raises snapshots.Failed when nothing good is there, and leaves everything as it was.
    """
    copy = _best(_candidates(config, source))
    if copy is None:
        raise snapshots.Failed(f"Hier liegt keine brauchbare Sicherung. {source}")
    fresh = _fetch(config.home, copy)
    aside = _set_aside(config.home, BEFORE_RESTORE)
    fresh.rename(config.database)
    snapshots.sync(config.home)
    return Found("restored", aside, copy)


def begin(conn: sqlite3.Connection, rooms: Sequence[Room], config: Config, found: Found | None) -> bool:
    """Where the database may have gone on elsewhere: take in what the second medium has more, begin a new epoch, and say so.

    Run before anything else is written. Whether a new epoch was begun.
    """
    known = mark.read(config.home)
    kind = found.kind if found else mark.doubt(conn, known)
    if not kind:
        return False
    kit = conn.execute("SELECT id FROM kit").fetchone()["id"]
    sources = set(second_copy.folders(config.home, config.media, kit))
    if found and found.copy and found.copy.with_suffix(".tail").exists():
        sources.add(found.copy.parent)
    taken = sum(replay.take_in(conn, rooms, second_copy.contents(folder, conn)) for folder in sources)
    for folder in sources:
        mirror.carry(folder, config.home, blobs.used(conn, (plate for room in rooms for plate in room.leaves)))
    newest = conn.execute("SELECT at FROM journal ORDER BY epoch DESC, seq DESC LIMIT 1").fetchone()
    notices.say(
        conn, kind, aside=found.aside if found else "", copy=found.copy.name if found and found.copy else "", taken=taken,
        missing=_missing(conn, known), newest=newest["at"] if newest else "",
    )  # fmt: skip
    replay.rebuild(conn, rooms)
    journal.new_epoch(conn, known.epoch if known else "")
    journal.log(conn, "Feldkit", "new epoch", "kit", "", kind)
    return True


def take_in(conn: sqlite3.Connection, rooms: Sequence[Room], entries: list[replay.Entry]) -> None:
    """A medium came that has entries we lack: take them in, begin a new epoch, and say so."""
    taken = replay.take_in(conn, rooms, entries)
    replay.rebuild(conn, rooms)
    journal.new_epoch(conn)
    journal.log(conn, "Feldkit", "new epoch", "kit", "", "caught-up")
    notices.say(conn, "caught-up", taken=taken)


def aside(home: Path) -> list[str]:
    """The folders in which old databases lie, oldest first. What people withdraw today may still be readable in them."""
    return sorted(path.name for kind in KINDS for path in home.glob(f"{kind}-*") if path.is_dir())


def remove_aside(home: Path, folder: str) -> None:
    """Delete one of these folders for good. Raises KeyError for any other name."""
    if folder not in aside(home):
        raise KeyError(folder)
    shutil.rmtree(home / folder)


def _missing(conn: sqlite3.Connection, known: Mark | None) -> int:
    """How many entries there were, by the mark, that are not here; there may have been a few more."""
    if known is None:
        return 0
    row = conn.execute("SELECT max(seq) FROM journal WHERE epoch = ?", [known.epoch]).fetchone()
    return max(0, known.seq - (row[0] or 0))


def _is_broken(database: Path, known: Mark | None) -> bool:
    if database.is_dir():
        return True
    if not database.exists() or database.stat().st_size == 0:
        return known is not None and known.seq > 0  # there was something
    try:
        with contextlib.closing(sqlite3.connect(f"file:{snapshots.quoted(database)}?mode=ro", uri=True)) as conn:
            # Reading only: closing a connection that may write would fold the log into the file before we have kept it.
            ours = conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            return bool(soundness.damage(conn)) or (not ours and {"kit", "journal"} <= tables)
    except sqlite3.OperationalError as error:
        return "unsupported file format" in str(error) or "malformed" in str(error)  # all others: the disk is full or read-only
    except sqlite3.DatabaseError:
        return True


def _set_aside(home: Path, name: str) -> str:
    """Move the files of the database into a new folder; its name, or nothing when there was no file."""
    there = [home / part for part in PARTS if (home / part).exists()]
    if not there:
        return ""
    stamp = f"{name}-{clock.now():%Y%m%d-%H%M%S}"
    number = next(n for n in range(1, 1000) if not (home / f"{stamp}{f'-{n}' if n > 1 else ''}").exists())
    aside = home / (stamp if number == 1 else f"{stamp}-{number}")
    aside.mkdir(mode=0o700)
    for path in there:
        path.rename(aside / path.name)
    snapshots.sync(aside)
    snapshots.sync(home)
    return aside.name


def _put_in_place(home: Path, copy: Path) -> None:
    _fetch(home, copy).rename(home / PARTS[0])
    snapshots.sync(home)


def _fetch(home: Path, copy: Path) -> Path:
    """A synced duplicate in the home, ready to be renamed."""
    fresh = home / ".fieldkit.db.restoring"
    shutil.copyfile(copy, fresh)
    fresh.chmod(0o600)
    snapshots.sync(fresh)
    return fresh


def _own(home: Path) -> list[Path]:
    return snapshots.newest_first(home / "backups")


def _on_media(config: Config, kit: str) -> list[Path]:
    return [copy for folder in second_copy.folders(config.home, config.media, kit) for copy in snapshots.newest_first(folder)]


def _best(candidates: Sequence[Path]) -> Path | None:
    """Of the copies that go furthest, one without any fault; failing that, one that can be read."""
    for check in (snapshots.verified, snapshots.readable):
        for copy in sorted(candidates, key=snapshots.reach, reverse=True):
            with contextlib.suppress(snapshots.Failed, OSError):
                check(copy)
                return copy
    return None


def _candidates(config: Config, source: Path) -> list[Path]:
    if not source.is_dir():
        return [source]
    folders = [path for path in (source, *source.glob("*"), *source.glob(f"{second_copy.FOLDER}/*")) if _holds_copy(path)]
    known = mark.read(config.home)
    ours = [folder for folder in folders if known and folder.name == known.kit]
    if len(folders) > 1 and not ours and source not in folders:
        raise snapshots.Failed(
            "Hier liegen Kopien mehrerer Kits: " + ", ".join(str(folder) for folder in folders) + ". Bitte eine davon nennen."
        )
    return [copy for folder in (ours or folders) for copy in snapshots.newest_first(folder)]


def _holds_copy(folder: Path) -> bool:
    return folder.is_dir() and bool(snapshots.newest_first(folder))
