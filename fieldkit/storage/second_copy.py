"""The second medium: a stick that stays in the kit. Each contribution is appended there and synced before «Danke».

In its folder lies a snapshot of the database, and beside it a tail of what was entered since. A new pair is begun when the medium comes,
when the tail has grown, when something changed that no entry tells of, and after every erasure: the old pair is removed then, so that
nothing erased stays there.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import clock, journal
from ..db import Database
from . import media, mirror, snapshots, tail

FOLDER = "FELDKIT-KOPIE"
REMEMBERED = "second-medium"
"""The file in the home with the place that was chosen last: it need not be a stick."""
MOST_ENTRIES, MOST_BYTES = 5_000, 8_000_000
"""A longer tail is folded into a new snapshot."""
SOON, LATE, REST = 3.0, 60.0, 20
"""Seconds until a change that no entry tells of, such as an enrolment or a new card for the team, is in a snapshot: as soon as
possible, at the latest, and in between this many times as long as the last one took."""
STEP = 1000  # entries read at once

TakeIn = Callable[[list[tail.Entry]], None]


class NotPossible(Exception):
    """This medium cannot hold the second copy; the text says why."""


@dataclass(frozen=True)
class Standing:
    """How many copies there are of everything acknowledged, this device counted."""

    copies: int
    label: str = ""
    """The medium with the second one."""
    trouble: str = ""
    """Why there is no second one, although there was one or should be."""


class SecondCopy:
    """Keeps the second copy of an open database, on whichever medium carries this kit's folder."""

    def __init__(self, home: Path, further: Sequence[str], db: Database, kit: str, take_in: TakeIn) -> None:
        """Nothing is attached yet: `tend` does that. `take_in` gets what lies on a medium and may be missing here."""
        self._home, self._further, self._db, self._kit, self._take_in = home, further, db, kit, take_in
        self._lock = threading.Lock()  # between the writer and whoever tends
        self._tending = threading.Lock()
        self._tail: tail.Tail | None = None
        self._head = journal.Head("", 0, "")
        self._changes = 0
        self._unentered_since: float | None = None
        self._took = 0.0
        self._erased = False
        self._folder: Path | None = None
        self._trouble = ""

    def standing(self) -> Standing:
        """How it is now."""
        folder = self._folder
        if self._tail is not None and folder is not None:
            return Standing(2, folder.parent.parent.name)
        return Standing(1, "", self._trouble)

    def after_commit(self, conn: sqlite3.Connection, erased: bool) -> None:
        """Append what was just committed, before anybody hears of it. Without a medium the main disk holds alone."""
        with self._lock:
            self._erased |= erased
            if self._tail is None:
                return
            before = self._head
            try:
                self._append(conn)
            except Exception as error:  # whatever it is: the main disk holds, and the writer must go on
                self._lose(error)
            if conn.total_changes != self._changes and before == self._head and self._unentered_since is None:
                self._unentered_since = clock.monotonic()
            self._changes = conn.total_changes

    def tend(self, closing: bool = False) -> None:
        """Find the medium again, and begin a new pair where that is due; when `closing`, also for what could wait.

        Never raises: a bad medium is no reason to stop, the desk says so.
        """
        with self._tending:
            try:
                if self._tail is None:
                    folder = next(folders(self._home, self._further, self._kit), None)
                    if folder is not None:
                        self._attach(folder)
                elif self._folder is not None and self.due(closing):
                    self._begin(self._folder)
            except (OSError, sqlite3.Error, snapshots.Failed) as error:
                with self._lock:
                    self._lose(error)

    def make(self, place: Path) -> None:
        """Make the medium at `place` the second one. Raises NotPossible."""
        folder = place / FOLDER / self._kit
        with self._tending:
            try:
                if media.same_disk(place, self._home):
                    raise NotPossible("Dieser Ordner liegt auf demselben Datenträger wie das Kit. Bitte einen Stick nehmen.")
                folder.mkdir(parents=True, exist_ok=True)
                (self._home / REMEMBERED).write_text(str(place), encoding="utf-8")
                self.leave()
                self._attach(folder)
            except (OSError, sqlite3.Error, snapshots.Failed) as error:
                raise NotPossible(f"Auf {place} lässt sich keine zweite Kopie anlegen ({error}).") from None

    def leave(self) -> None:
        """Let go of the medium, so that it may be taken out."""
        with self._lock:
            if self._tail is not None:
                self._tail.close()
            self._tail = self._folder = None

    def _attach(self, folder: Path) -> None:
        missing = contents(folder, self._db.read())
        if missing:
            mirror.carry(folder, self._home, mirror.named(missing))
            self._take_in(missing)
        self._begin(folder)
        self._trouble = ""

    def due(self, closing: bool = False) -> bool:
        """Whether the present pair has had its day."""
        with self._lock:
            if self._tail is None:
                return False
            since, patience = self._unentered_since, min(max(SOON, REST * self._took), LATE)
            waited = since is not None and (closing or clock.monotonic() - since > patience)
            return self._erased or waited or self._tail.entries > MOST_ENTRIES or self._tail.size > MOST_BYTES

    def _begin(self, folder: Path) -> None:
        """A new snapshot with an empty tail. Until it is there, the writer goes on with the old one."""
        if not folder.is_dir() or media.same_disk(folder, self._home):
            raise FileNotFoundError(f"{folder}: der Stick steckt nicht mehr")  # what is there now is the kit's own disk
        with self._lock:
            self._erased, self._unentered_since = False, None  # what comes while we copy is not in the copy for sure
        began = clock.monotonic()
        snapshot = snapshots.write(self._db.path, folder)
        self._took = clock.monotonic() - began
        with self._lock:
            if self._tail is not None:
                self._tail.close()
            self._tail, self._head = tail.Tail(snapshot.path.with_suffix(".tail")), snapshot.head
            self._folder = folder
            self._append(self._db.read())
        _keep_only(folder, snapshot.path.stem)
        mirror.match(self._home, folder)

    def _append(self, conn: sqlite3.Connection) -> None:
        assert self._tail is not None
        assert self._folder is not None
        now = journal.head(conn)
        after = self._head.seq if self._head.epoch == now.epoch else 0
        while after < now.seq:
            entries = journal.entries(conn, now.epoch, after, STEP)
            mirror.carry(self._home, self._folder, mirror.named(entries))
            self._tail.append(entry | {"epoch": now.epoch} for entry in entries)
            after = entries[-1]["seq"]
        self._head = now

    def _lose(self, error: Exception) -> None:
        self._trouble = str(error)
        if self._tail is not None:
            with contextlib.suppress(OSError):
                self._tail.close()
        self._tail = None


def folders(home: Path, further: Sequence[str], kit: str) -> Iterator[Path]:
    """This kit's folders on what is plugged in; never one on the kit's own disk."""
    with contextlib.suppress(OSError):
        further = [*further, (home / REMEMBERED).read_text(encoding="utf-8")]
    for medium in media.mounted(further):
        folder = medium.path / FOLDER / kit
        with contextlib.suppress(OSError):
            if medium.writable and folder.is_dir() and not media.same_disk(folder, home):
                yield folder


def contents(folder: Path, ours: sqlite3.Connection) -> list[tail.Entry]:
    """Every entry in a folder's pairs that our own journal does not have, older pairs first."""
    missing: list[tail.Entry] = []
    for copy in reversed(snapshots.newest_first(folder)):
        with contextlib.suppress(snapshots.Failed):  # its tail may be whole nevertheless
            snapshots.readable(copy)
            with snapshots.reading(copy) as theirs:
                if not _have(ours, journal.head(theirs)):  # the newest digest stands for all before it
                    missing += _all(theirs)
        missing += tail.read(copy.with_suffix(".tail"))
    return [entry for entry in missing if not _have(ours, journal.Head(entry["epoch"], entry["seq"], entry["digest"]))]


def _have(conn: sqlite3.Connection, head: journal.Head) -> bool:
    row = conn.execute("SELECT digest FROM journal WHERE epoch = ? AND seq = ?", [head.epoch, head.seq]).fetchone()
    return head.seq == 0 or (row is not None and row["digest"] == head.digest)


def _all(conn: sqlite3.Connection) -> Iterator[tail.Entry]:
    for (epoch,) in conn.execute("SELECT DISTINCT epoch FROM journal ORDER BY epoch").fetchall():
        after = 0
        while found := journal.entries(conn, epoch, after, STEP):
            yield from (entry | {"epoch": epoch} for entry in found)
            after = found[-1]["seq"]


def _keep_only(folder: Path, stem: str) -> None:
    for path in folder.glob("fieldkit-*"):
        if path.stem != stem:
            path.unlink(missing_ok=True)
    snapshots.sync(folder)
