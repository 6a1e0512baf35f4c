"""The high-water mark: how far this kit has come, kept outside its database, and on which machine.

A database that does not contain the mark was set back (a restored card, an old backup, a card that lost what it had promised); one
that comes from another machine was copied. Either may have gone on elsewhere under the same numbers, so a new epoch begins.
The mark is written seldom and only after a commit: a database ahead of it is the usual case.
"""

import contextlib
import hashlib
import json
import os
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path

from .. import journal

NAME = "head.json"
SYSTEM = Path("/")
SERIALS = ("proc/device-tree/serial-number", "sys/class/dmi/id/product_uuid")


@dataclass(frozen=True)
class Mark:
    """The newest entry when the mark was written."""

    kit: str
    epoch: str
    seq: int
    digest: str
    machine: tuple[str, ...]
    """Hashes of what identifies the machine. Not every user may read all of them, so one in common is enough."""


def of(conn: sqlite3.Connection) -> Mark:
    """The mark of a database as it is, on this machine."""
    kit, head = conn.execute("SELECT id FROM kit").fetchone()["id"], journal.head(conn)
    return Mark(kit, head.epoch, head.seq, head.digest, machine(kit))


def read(home: Path) -> Mark | None:
    """The mark of a home; None where there is none that can be read."""
    try:
        said = json.loads((home / NAME).read_text(encoding="utf-8"))
        return Mark(said["kit"], said["epoch"], int(said["seq"]), said["digest"], tuple(said["machine"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(home: Path, mark: Mark) -> None:
    """Replace the mark in one step. A disk that takes no more keeps the old one, which is never wrong, only older."""
    with contextlib.suppress(OSError):
        unfinished = home / f".{NAME}.part"
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(asdict(mark), file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(home / NAME)


def doubt(conn: sqlite3.Connection, mark: Mark | None) -> str:
    """Whether this database may have gone on elsewhere: `rewound`, `copied`, or nothing when all is as usual."""
    now = of(conn)
    if mark is None or mark == now:
        return ""
    if mark.kit != now.kit or (mark.machine and now.machine and not set(mark.machine) & set(now.machine)):
        return "copied"
    row = conn.execute("SELECT digest FROM journal WHERE epoch = ? AND seq = ?", [mark.epoch, mark.seq]).fetchone()
    return "" if mark.seq == 0 or (row and row["digest"] == mark.digest) else "rewound"


def machine(kit: str) -> tuple[str, ...]:
    """What identifies this machine, hashed with the kit's id: serial number or built-in network cards."""
    board, pc = (_text(SYSTEM / name) for name in SERIALS)
    # The serial number of a PC is for root only, its network cards are for everybody: with both, one of them always matches.
    found = [board] if board else [pc, *_network_cards()]
    return tuple(hashlib.sha256(f"{kit} {identity}".encode()).hexdigest() for identity in found if identity)


def _network_cards() -> list[str]:
    folder = SYSTEM / "sys/class/net"
    cards = sorted(folder.iterdir()) if folder.is_dir() else []
    # Only real cards, and only addresses they were built with: hotspots and scans use made-up ones.
    real = [card for card in cards if (card / "device").exists() and _text(card / "addr_assign_type") == "0"]
    return [address for card in real if (address := _text(card / "address")).strip("0:")]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\0 \n")
    except OSError:
        return ""
