"""All copies of an open kit's database: its own backups against a damaged file, and the second medium against a lost disk."""

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import journal
from ..config import Config
from ..db import Database
from ..room import Room
from . import mark, snapshots
from .leftovers import ROOM, Leftovers
from .second_copy import SecondCopy, TakeIn

KEPT = 3
"""Own backups, the newest ones."""


@dataclass(frozen=True)
class Backups:
    """What lies in the kit's own backup folder."""

    newest: Path | None
    trouble: str = ""
    """Why the last one failed, or what was erased has not gone altogether."""


class Copies:
    """Keeps the copies of one open database up to date."""

    def __init__(self, config: Config, db: Database, kit: str, rooms: Sequence[Room], take_in: TakeIn) -> None:
        """Hear of every commit from now on."""
        self.second = SecondCopy(config.home, config.media, db, kit, take_in)
        self._leftovers = Leftovers(config.home, db, rooms)
        self._home, self._db = config.home, db
        self._folder = config.home / "backups"
        self._tending = threading.Lock()
        self.closed = threading.Event()
        self._marker = self._folder / "erased"
        self._committed, self._erased = False, self._marker.exists()
        self._trouble = ""
        db.after_commit = self._after_commit

    def due(self) -> bool:
        """Whether something was erased that older copies may still show, or the second one wants a new snapshot."""
        return self._erased or self._leftovers.due() or self.second.due()

    def backups(self) -> Backups:
        """The kit's own backups."""
        return Backups(next(iter(snapshots.newest_first(self._folder)), None), self._trouble or self._leftovers.trouble)

    def tend(self, closing: bool = False) -> None:
        """See to everything that is due but the hourly backup. Never raises."""
        with self._tending:
            if self.closed.is_set() and not closing:
                return
            if self._leftovers.due(closing):
                self._erased |= self._leftovers.remove()  # copies of the index show it, too
            if self._erased:
                self._erased = False  # what is erased while we copy asks for another copy
                self._renew()
            self.second.tend(closing)

    def back_up(self) -> None:
        """Another own backup, unless the newest holds every entry already. Never raises."""
        with self._tending:
            if self.closed.is_set():
                return
            head, newest = journal.head(self._db.read()), self.backups().newest
            if head.seq and (newest is None or not newest.stem.endswith(f"-{head.epoch}-{head.seq}")):
                self._back_up()

    def write_mark(self) -> None:
        """Write down how far we have come, if that has changed."""
        now = mark.of(self._db.read())
        if now != mark.read(self._home):
            mark.write(self._home, now)

    def close(self) -> None:
        """Leave all copies as they should be, before the database is closed."""
        self.closed.set()
        if self._committed:
            self.tend(closing=True)
        self.second.leave()
        self.write_mark()

    def _after_commit(self, conn: sqlite3.Connection, erased: bool) -> None:
        self._committed = True
        self._leftovers.after_commit(erased)
        if erased:
            self._erased = True
            self._note_erased()
        self.second.after_commit(conn, erased)

    def _note_erased(self) -> None:
        """Write down that backups still show what was just erased: a power cut must not make us forget it."""
        if self._folder.is_dir() and not self._marker.exists():
            with contextlib.suppress(OSError):
                self._marker.touch()
                snapshots.sync(self._folder)

    def _renew(self) -> None:
        """In the place of all own backups a new one, without what was erased; none, where the disk has no room for it."""
        old = snapshots.newest_first(self._folder)
        made = self._back_up() if old else None
        if old and made is None and self._has_room():
            self._erased = True  # is the database damaged? Then its last good copies stay
            return
        for copy in old:
            if copy != made:
                copy.unlink(missing_ok=True)
        self._marker.unlink(missing_ok=True)

    def _has_room(self) -> bool:
        return shutil.disk_usage(self._home).free >= ROOM * self._db.path.stat().st_size

    def _back_up(self) -> Path | None:
        """Write another own backup and keep the newest few; the new one, or None where that failed."""
        try:
            if not self._has_room():
                raise snapshots.Failed("Auf dem Kit ist zu wenig Platz für eine Sicherung.")
            self._folder.mkdir(exist_ok=True)
            made = snapshots.write(self._db.path, self._folder)
            snapshots.keep(self._folder, made.path, KEPT)
        except (snapshots.Failed, OSError) as error:
            self._trouble = str(error)
            return None
        self._trouble = ""
        return made.path
