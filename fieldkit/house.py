"""What every room stands on: configuration, database, keys and assets, opened once per process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from . import journal, kit, schema
from .assets import Assets
from .config import Config
from .db import Database, Lock
from .doors import Sessions
from .jobs import Jobs
from .kit import Kit
from .room import Room
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
    sessions: Sessions = field(default_factory=Sessions)
    jobs: Jobs = field(default_factory=Jobs)

    @property
    def demo(self) -> bool:
        """Whether the content is an example; every page says so then."""
        return self.kit.demo

    def command(self, name: str) -> Callable[..., Any]:
        """Something the command line may ask for, from the door plates. Raises KeyError."""
        return {name: command for room in self.rooms for name, command in room.commands.items()}[name]


@contextmanager
def opened(config: Config, rooms: tuple[Room, ...], doing: str) -> Iterator[House]:
    """Open the kit at `config.home`, making identity and schema where they are missing.

    Raises InUse when another process works there, Unreadable for a database that is broken or of a newer release.
    """
    lock = Lock(config.home, doing)
    try:
        journal.let_leave(plate for room in rooms for plate in room.leaves)
        plans = [schema.migrations, *(room.migrations for room in rooms if room.migrations)]
        db = Database(config.database, plans)
        try:
            db.write(kit.make)
            identity = kit.load(db.read())
            yield House(config, rooms, db, identity, Office(identity.ticket_key), Assets())
        finally:
            db.close()
    finally:
        lock.release()
