"""All copies of an open kit's database: its own backups against a damaged file, and the second medium against a lost disk."""

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from . import journal, mark, snapshots
from .config import Config
from .db import Database
from .second_copy import SecondCopy, TakeIn

KEPT = 3
"""Own backups, the newest ones."""


@dataclass(frozen=True)
class Backups:
    """What lies in the kit's own backup folder."""

    newest: Path | None
    trouble: str = ""
    """Why the last one failed."""


class Copies:
    """Keeps the copies of one open database up to date."""

    def __init__(self, config: Config, db: Database, kit: str, take_in: TakeIn) -> None:
        """Hear of every commit from now on."""
        self.second = SecondCopy(config.home, config.media, db, kit, take_in)
        self._home, self._db = config.home, db
        self._folder = config.home / "backups"
        self._tending = threading.Lock()
        self.closed = threading.Event()
        self._committed = self._erased = False
        self._trouble = ""
        db.after_commit = self._after_commit

    def due(self) -> bool:
        """Whether something was erased that older copies may still show, or the second one wants a new snapshot."""
        return self._erased or self.second.due()

    def backups(self) -> Backups:
        """The kit's own backups."""
        return Backups(next(iter(snapshots.newest_first(self._folder)), None), self._trouble)

    def tend(self, closing: bool = False) -> None:
        """See to everything that is due but the hourly backup. Never raises."""
        with self._tending:
            if self.closed.is_set() and not closing:
                return
            if self._erased:
                self._erased = False  # what is erased while we copy asks for another copy
                if self.backups().newest:
                    self._back_up(keep=1)
            self.second.tend(closing)

    def back_up(self) -> None:
        """Another own backup, unless the newest holds every entry already. Never raises."""
        with self._tending:
            if self.closed.is_set():
                return
            head, newest = journal.head(self._db.read()), self.backups().newest
            if head.seq and (newest is None or not newest.stem.endswith(f"-{head.epoch}-{head.seq}")):
                self._back_up(KEPT)

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
        self._erased |= erased
        self.second.after_commit(conn, erased)

    def _back_up(self, keep: int) -> None:
        try:
            made = snapshots.write(self._db.path, self._folder)
            snapshots.keep(self._folder, made.path, keep)
            self._trouble = ""
        except (snapshots.Failed, OSError) as error:
            self._trouble = str(error)
            self._erased |= keep == 1  # until that works, the old ones show it
