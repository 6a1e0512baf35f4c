"""The opened hub: its database, identity, keys and sessions. Offers pages the same surface as a kit's house."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nacl.public import PrivateKey
from nacl.signing import SigningKey
from sqlalchemy import Connection, insert, select

from ..assets import Assets
from ..db import Lock
from ..doors import Sessions
from ..room import Room
from . import tables
from .archive import RELEASE, Archive
from .staff import Gate

NAME = "CityLAB Berlin"

READ_ME = """\
Diese beiden Dateien öffnen die Kontaktdaten, die Menschen auf den Kits hinterlassen haben.

Bitte auf zwei getrennte Datenträger verschieben und hier löschen:
  operations.key  für die Menschen, die antworten
  escrow.key      für die Datenschutzbeauftragte, als Reserve
Ohne eine der beiden sind die Kontaktdaten für immer verloren. Der laufende Hub braucht sie nicht.
"""


@dataclass
class Central:
    """An opened hub."""

    home: Path
    db: Archive
    name: str
    signing_key: SigningKey
    seal_keys: tuple[bytes, bytes]
    """The public halves, which kits seal contacts to: operations, escrow."""
    assets: Assets = field(default_factory=Assets)
    sessions: Sessions = field(default_factory=Sessions)
    gate: Gate = field(default_factory=Gate)
    address: str = "http://127.0.0.1:9090"
    """Where this hub answers, for links and enrolment strings."""
    first_link: str = ""
    """The one-time secret with which a hub without staff is taken over; lives as long as the process."""
    rooms: tuple[Room, ...] = ()
    demo: bool = False

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
            archive.write(_make_identity, home)
            with archive.read() as conn:
                row = conn.execute(select(tables.identity)).one()
            yield Central(home, archive, row.name, SigningKey(row.signing_key), (row.seal_operations, row.seal_escrow))
        finally:
            archive.close()
    finally:
        if lock:
            lock.release()


def _make_identity(conn: Connection, home: Path) -> None:
    """Keys for a new hub. The private halves for contacts go into files of their own and never into the database."""
    if conn.scalar(select(tables.identity.c.one)) is not None:
        return
    operations, escrow = PrivateKey.generate(), PrivateKey.generate()
    folder = home / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "LIESMICH.txt").write_text(READ_ME, encoding="utf-8")
    for name, key in (("operations", operations), ("escrow", escrow)):
        descriptor = os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(bytes(key).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
    conn.execute(
        insert(tables.identity).values(
            one=1, release=RELEASE, name=NAME, signing_key=bytes(SigningKey.generate()),
            seal_operations=bytes(operations.public_key), seal_escrow=bytes(escrow.public_key),
        )
    )  # fmt: skip
