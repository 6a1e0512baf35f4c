"""What erased rows leave behind in the database, and how it goes: the whole file is written anew as soon as the kit is quiet.

`secure_delete` overwrites what is deleted, but not the places that rows had before SQLite moved them within a page: of a thousand erased
words about one stayed readable. A search index keeps words until it is merged.
"""

import contextlib
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from .. import clock
from ..db import Database, StorageFull, Writer
from ..room import Room
from . import snapshots

QUIET = 1.0  # seconds without a commit, for each megabyte of the database: nobody shall wait for «Danke» because of this
ROOM = 3
"""So many times the size of the database must be free."""
PAUSE = 3600.0  # seconds until another try, where it failed


class Leftovers:
    """Knows, also after a power cut, whether there may be some in an open database."""

    def __init__(self, home: Path, db: Database, rooms: Sequence[Room]) -> None:
        """The `rooms` tidy up what they make from their rows."""
        self._home, self._db, self._rooms = home, db, rooms
        self._marker = home / "leftovers"
        self._there = self._marker.exists()
        self._busy_until = float("-inf")
        self.trouble = ""
        """Why it failed the last time."""

    def after_commit(self, erased: bool) -> None:
        """Somebody wrote, perhaps erased; on the writer."""
        self._busy_until = max(self._busy_until, clock.monotonic() + QUIET * self._db.path.stat().st_size / 1e6)
        if erased and not self._there:
            self._there = True
            with contextlib.suppress(OSError):
                self._marker.touch()
                snapshots.sync(self._home)

    def due(self, closing: bool = False) -> bool:
        """Whether there is something to remove, and it is quiet enough."""
        return self._there and (closing or clock.monotonic() > self._busy_until)

    def remove(self) -> bool:
        """Write the file anew; whether that was done, or `trouble` says why not. Never raises."""
        self.trouble = ""
        try:
            if shutil.disk_usage(self._home).free < ROOM * self._db.path.stat().st_size:
                raise StorageFull("Auf dem Kit ist zu wenig Platz, um alle Spuren von Gelöschtem zu entfernen.")
            self._db.write(self._tidy)
        except (StorageFull, OSError, sqlite3.Error) as error:
            self.trouble = str(error)
        if self.trouble:
            self._busy_until = clock.monotonic() + PAUSE
        return not self.trouble

    def _tidy(self, conn: Writer) -> None:
        for room in self._rooms:
            if room.tidy:
                room.tidy(conn)
        conn.afterwards.append(self._write_anew)

    def _write_anew(self, conn: Writer) -> None:
        try:
            conn.write_anew()
            self._there = False
            self._marker.unlink(missing_ok=True)
        except (OSError, sqlite3.Error) as error:
            self.trouble = f"Spuren von Gelöschtem ließen sich nicht entfernen ({error})."
