"""What every room stands on: configuration, database, keys and assets, opened once per process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import blobs, journal, kit, schema
from .assets import Assets
from .config import Config
from .db import Database, Lock
from .doors import Sessions
from .jobs import Jobs
from .kit import Kit
from .room import Room
from .storage import rescue
from .storage.copies import Copies
from .tickets import Office


@dataclass
class House:
    """An opened kit. Halls find the rooms here, by their door plates."""

    config: Config
    rooms: tuple[Room, ...]
    db: Database
    kit: Kit
    office: Office
    assets: Assets
    copies: Copies
    sessions: Sessions = field(default_factory=Sessions)
    jobs: Jobs = field(default_factory=Jobs)
    examined: dict[str, Any] = field(default_factory=dict)
    """What `fieldkit doctor` found last, in short; empty before it looked."""

    @property
    def demo(self) -> bool:
        """Whether the content is an example; every page says so then."""
        return self.kit.demo

    def command(self, name: str) -> Callable[..., Any]:
        """Something the command line may ask for, from the door plates. Raises KeyError."""
        return {name: command for room in self.rooms for name, command in room.commands.items()}[name]


@contextmanager
def opened(config: Config, rooms: tuple[Room, ...], doing: str, restoring: Path | None = None) -> Iterator[House]:
    """Open the kit at `config.home`, making identity and schema where they are missing.

    A damaged database is set aside for the newest good copy, and one that was set back or copied begins a new epoch. `restoring` names
    a copy to bring back instead of what is there. Raises InUse when another process works there, Unreadable for a database of a newer
    release, snapshots.Failed when there is nothing good to bring back.
    """
    lock = Lock(config.home, doing)
    try:
        plates = [plate for room in rooms for plate in room.leaves]
        journal.let_leave(plates)
        plans = [schema.migrations, *(room.migrations for room in rooms if room.migrations)]
        found = rescue.bring_back(config, restoring) if restoring else rescue.look(config)
        db = Database(config.database, plans)
        copies = None
        try:
            db.write(kit.make)
            begun_anew = db.write(rescue.begin, rooms, config, found)
            identity = kit.load(db.read())
            copies = Copies(config, db, identity.id, rooms, lambda entries: db.write(rescue.take_in, rooms, entries))
            copies.write_mark()
            if not begun_anew and not rescue.aside(config.home):  # or a row that names them may still come back
                db.write(blobs.sweep, plates)
            yield House(config, rooms, db, identity, Office(identity.ticket_key), Assets(), copies)
        finally:
            if copies:
                copies.close()
            db.close()
    finally:
        lock.release()
