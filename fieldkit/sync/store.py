"""What this kit knows about its hub, in SQL."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from .. import journal
from ..invitation import Invitation
from ..journal import Head


@dataclass(frozen=True)
class Hub:
    """The hub this kit is enrolled at, and how far it has confirmed what we handed over."""

    url: str
    name: str
    verify_key: bytes
    confirmed_epoch: str
    confirmed_seq: int
    confirmed_at: str
    inbox: int


def hub(conn: sqlite3.Connection) -> Hub | None:
    """The hub, or None before the kit is enrolled."""
    row = conn.execute("SELECT url, name, verify_key, confirmed_epoch, confirmed_seq, confirmed_at, inbox FROM hub").fetchone()
    return Hub(*row) if row else None


def adopt(conn: sqlite3.Connection, invitation: Invitation, name: str) -> None:
    """Remember the hub that let us in. At another hub than before, nothing is confirmed yet."""
    known = hub(conn)
    if known and known.verify_key != invitation.verify_key:
        conn.execute("DELETE FROM hub")
    conn.execute(
        """
        INSERT INTO hub (one, url, name, verify_key, seal_keys) VALUES (1, ?, ?, ?, ?)
        ON CONFLICT (one) DO UPDATE SET url = excluded.url, name = excluded.name, seal_keys = excluded.seal_keys
        """,
        [invitation.url, name, invitation.verify_key, json.dumps([key.hex() for key in invitation.seal_keys])],
    )


def confirm(conn: sqlite3.Connection, receipt: dict[str, Any]) -> None:
    """Keep how far a checked receipt goes."""
    conn.execute(
        "UPDATE hub SET confirmed_epoch = ?, confirmed_seq = ?, confirmed_at = ?",
        [receipt["epoch"], receipt["seq"], receipt["hub_time"]],
    )


def digest_at(conn: sqlite3.Connection, epoch: str, seq: int) -> str | None:
    """Our own digest at a number; None when we have no such entry."""
    if seq == 0:
        return journal.EMPTY
    row = conn.execute("SELECT digest FROM journal WHERE epoch = ? AND seq = ?", [epoch, seq]).fetchone()
    return row["digest"] if row else None


def confirmed(conn: sqlite3.Connection) -> Head:
    """How far the hub has confirmed the present epoch, with our digest there."""
    known, present = hub(conn), journal.head(conn)
    seq = known.confirmed_seq if known and known.confirmed_epoch == present.epoch else 0
    return Head(present.epoch, seq, digest_at(conn, present.epoch, seq) or journal.EMPTY)


def pending(conn: sqlite3.Connection) -> int:
    """How many entries the hub has not confirmed."""
    return journal.head(conn).seq - confirmed(conn).seq


def hear(conn: sqlite3.Connection, pieces: list[dict[str, Any]]) -> int:
    """Take in what the hub said, checked and in order; how many answers there were. What was withdrawn here meanwhile is passed over."""
    heard = 0
    for piece in pieces:
        if piece["kind"] == "answer" and _is_here(conn, piece["tbl"], piece["rid"]):
            _answer(conn, piece)
            heard += 1
        conn.execute("UPDATE hub SET inbox = ?", [piece["seq"]])
    return heard


def _is_here(conn: sqlite3.Connection, table: str, rid: str) -> bool:
    row = conn.execute(
        "SELECT op FROM journal WHERE tbl = ? AND rid = ? ORDER BY epoch DESC, seq DESC LIMIT 1", [table, rid]
    ).fetchone()
    return row is not None and row["op"] == "put"


def _answer(conn: sqlite3.Connection, piece: dict[str, Any]) -> None:
    said = piece["payload"]
    conn.execute(
        """
        INSERT INTO answers (tbl, rid, status, body, office, at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (tbl, rid) DO UPDATE
        SET status = excluded.status, body = excluded.body, office = excluded.office, at = excluded.at
        """,
        [piece["tbl"], piece["rid"], *(said[name] for name in ("status", "body", "office", "at"))],
    )
