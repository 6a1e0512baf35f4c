"""What the hub says to this kit: each piece goes to whom it is for, by the door plates. Nothing is thrown away."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from .. import journal
from ..room import Contribution, Room

Piece = dict[str, Any]
Verb = Callable[[sqlite3.Connection, Piece], bool]


def take_in(conn: sqlite3.Connection, rooms: Iterable[Room], pieces: list[Piece]) -> int:
    """Take in pieces, checked and in order; how many of them mattered here.

    What this release does not understand is kept for one that does, and tried again every time.
    """
    verbs = _verbs(rooms)
    waiting = [json.loads(row["piece"]) for row in conn.execute("SELECT piece FROM unheard ORDER BY seq").fetchall()]
    conn.execute("DELETE FROM unheard")
    mattered = 0
    for piece in waiting + pieces:
        verb = verbs.get(piece["kind"])
        if verb is None:
            conn.execute("INSERT INTO unheard VALUES (?, ?)", [piece["seq"], json.dumps(piece)])
        else:
            mattered += verb(conn, piece)
    if pieces:
        conn.execute("UPDATE hub SET inbox = ?", [pieces[-1]["seq"]])
    return mattered


def _verbs(rooms: Iterable[Room]) -> dict[str, Verb]:
    rooms = tuple(rooms)
    plates = {plate.table: plate for room in rooms for plate in room.contributions}
    known: dict[str, Verb] = {
        "answer": _answer,
        "erase": lambda conn, piece: _erase(conn, plates, piece),
        "correct": lambda conn, piece: _correct(conn, plates, piece),
        "keys": _keys,
    }
    for room in rooms:
        known |= room.hears
    return known


def _is_here(conn: sqlite3.Connection, piece: Piece) -> bool:
    """Whether a record is on this kit: not withdrawn, and not purged after the hand-over."""
    about = [piece["tbl"], piece["rid"]]
    row = conn.execute("SELECT op FROM journal WHERE tbl = ? AND rid = ? ORDER BY epoch DESC, seq DESC LIMIT 1", about).fetchone()
    purged = conn.execute("SELECT 1 FROM purged WHERE tbl = ? AND rid = ?", about).fetchone()
    return row is not None and row["op"] == "put" and purged is None


def _answer(conn: sqlite3.Connection, piece: Piece) -> bool:
    if not _is_here(conn, piece):
        return False  # withdrawn meanwhile
    said = piece["payload"]
    conn.execute(
        """
        INSERT INTO answers (tbl, rid, status, body, office, at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (tbl, rid) DO UPDATE
        SET status = excluded.status, body = excluded.body, office = excluded.office, at = excluded.at
        """,
        [piece["tbl"], piece["rid"], *(said[name] for name in ("status", "body", "office", "at"))],
    )
    return True


def _erase(conn: sqlite3.Connection, plates: dict[str, Contribution], piece: Piece) -> bool:
    """Withdrawn at home, or erased before this kit was set back to an older state."""
    conn.execute("UPDATE purged SET receipt = NULL WHERE tbl = ? AND rid = ?", [piece["tbl"], piece["rid"]])
    if not _is_here(conn, piece):
        return False
    if piece["tbl"] in plates:
        plates[piece["tbl"]].withdraw(conn, piece["rid"])
    else:
        journal.erase(conn, piece["tbl"], piece["rid"])
    return True


def _correct(conn: sqlite3.Connection, plates: dict[str, Contribution], piece: Piece) -> bool:
    """New words from their owner, left at the hub's receipt page."""
    if not _is_here(conn, piece) or piece["tbl"] not in plates:
        return False
    plates[piece["tbl"]].correct(conn, piece["rid"], piece["payload"])
    return True


def _keys(conn: sqlite3.Connection, piece: Piece) -> bool:
    """New recipients for what is sealed here."""
    conn.execute("UPDATE hub SET recipients = ?", [json.dumps(piece["payload"]["recipients"])])
    return False  # nobody waits for it as for an answer
