"""The opened hub: its database, identity, keys and sessions. Offers pages the same surface as a kit's house."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nacl.signing import SigningKey
from sqlalchemy import Connection, insert, select

from ..assets import Assets
from ..db import Lock
from ..room import Room
from . import keys, tables
from .archive import RELEASE, Archive
from .team.gate import Gate
from .team.sessions import Sessions

NAME = "CityLAB Berlin"


@dataclass
class Central:
    """An opened hub."""

    home: Path
    db: Archive
    name: str
    signing_key: SigningKey
    assets: Assets = field(default_factory=Assets)
    sessions: Sessions = field(init=False)
    gate: Gate = field(default_factory=Gate)
    address: str = "http://127.0.0.1:9090"
    """Where this hub answers, for links and enrolment strings."""
    first_link: str = ""
    """The one-time secret with which a hub without staff is taken over; lives as long as the process."""
    rooms: tuple[Room, ...] = ()
    demo: bool = False

    def __post_init__(self) -> None:
        """Sessions live in the database."""
        self.sessions = Sessions(self.db)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom kits seal contacts and bundles to: age recipients, operations and escrow; none before `fieldkit hub keys`."""
        with self.db.read() as conn:
            return tuple(keys.known(conn))

    @property
    def verify_key(self) -> bytes:
        """How kits recognise this hub."""
        return bytes(self.signing_key.verify_key)


def database_url(home: Path) -> str:
    """`FIELDKIT_HUB_DATABASE`, without it a SQLite file in the hub's home."""
    return os.environ.get("FIELDKIT_HUB_DATABASE") or f"sqlite:///{home / 'hub.db'}"


@contextmanager
def opened(home: Path, doing: str) -> Iterator[Central]:
    """Open the hub at `home`, making keys and tables where they are missing.

    Raises InUse when another process works on its SQLite file, Unreadable, StorageFull.
    """
    url = database_url(home)
    lock = Lock(home, doing) if url.startswith("sqlite") else None
    try:
        archive = Archive(url)
        try:
            archive.write(_make_identity)
            with archive.read() as conn:
                row = conn.execute(select(tables.identity)).one()
            yield Central(home, archive, row.name, SigningKey(row.signing_key))
        finally:
            archive.close()
    finally:
        if lock:
            lock.release()


def _make_identity(conn: Connection) -> None:
    """A name and a signing key for a new hub."""
    if conn.scalar(select(tables.identity.c.one)) is None:
        conn.execute(insert(tables.identity).values(one=1, release=RELEASE, name=NAME, signing_key=bytes(SigningKey.generate())))
