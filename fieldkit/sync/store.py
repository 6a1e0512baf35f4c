"""What this kit knows about its hub, in SQL."""

import json
import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import __version__, journal
from ..invitation import Invitation
from ..journal import Head
from ..room import Leaves


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
        INSERT INTO hub (one, url, name, verify_key, recipients) VALUES (1, ?, ?, ?, ?)
        ON CONFLICT (one) DO UPDATE SET url = excluded.url, name = excluded.name, recipients = excluded.recipients
        """,
        [invitation.url, name, invitation.verify_key, json.dumps(invitation.recipients)],
    )


def confirm(conn: sqlite3.Connection, receipt: dict[str, Any]) -> None:
    """Keep how far a checked receipt goes, and when by the hub's clock it first went so far: purging relies on that."""
    conn.execute("DELETE FROM confirmations WHERE epoch = :epoch AND seq > :seq", receipt)  # a hub that was set back
    conn.execute("INSERT OR IGNORE INTO confirmations (epoch, seq, hub_time) VALUES (:epoch, :seq, :hub_time)", receipt)
    conn.execute(
        """
        UPDATE hub SET confirmed_epoch = :epoch, confirmed_seq = :seq, confirmed_at = :hub_time,
            complete_seq = min(complete_seq, :seq),  -- a hub that was set back lost photos, too
            missing_seq = min(missing_seq, :seq)
        """,
        receipt,
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


def complete(conn: sqlite3.Connection) -> bool:
    """Whether the hub has every photo and file that our entries name, as far as it said so."""
    row = conn.execute("SELECT complete_epoch, complete_seq FROM hub").fetchone()
    head = journal.head(conn)
    return row is None or (row["complete_epoch"], row["complete_seq"]) == (head.epoch, head.seq)


def note_complete(conn: sqlite3.Connection, held: Head) -> None:
    """The hub said that of everything up to here no photo and no file is missing."""
    conn.execute("UPDATE hub SET complete_epoch = ?, complete_seq = ?", [held.epoch, held.seq])


def note_missing(conn: sqlite3.Connection, held: Head, names: list[str]) -> None:
    """The hub said which photos and files it misses of everything up to here."""
    conn.execute("UPDATE hub SET missing_epoch = ?, missing_seq = ?, missing = ?", [held.epoch, held.seq, json.dumps(names)])
    if not names:
        note_complete(conn, held)


def missing(conn: sqlite3.Connection, plates: Iterable[Leaves]) -> list[str]:
    """Photos and files that rows here name and that the hub, as far as it said so, does not have; those of older entries first."""
    epoch, hub = journal.head(conn).epoch, conn.execute("SELECT * FROM hub").fetchone()
    if hub is None:
        return []
    complete = hub["complete_seq"] if hub["complete_epoch"] == epoch else 0
    asked = hub["missing_seq"] if hub["missing_epoch"] == epoch else 0
    lacking = set(json.loads(hub["missing"]))
    newest: dict[str, int] = {}
    for plate in plates:
        for column in plate.blobs:
            rows = conn.execute(
                f"SELECT {column} AS name, coalesce((SELECT max(seq) FROM journal WHERE tbl = ? AND rid = {plate.table}.id "
                f"AND epoch = ?), 0) AS seq FROM {plate.table} WHERE {column} <> ''",
                [plate.table, epoch],
            )
            for name, seq in rows:
                if seq > complete and (seq > asked or name in lacking):
                    newest[name] = max(seq, newest.get(name, 0))
    return sorted(newest, key=lambda name: newest[name])


def pending(conn: sqlite3.Connection) -> int:
    """How many entries the hub has not confirmed."""
    return journal.head(conn).seq - confirmed(conn).seq


def condition(conn: sqlite3.Connection, home: Path, copies: int) -> dict[str, Any]:
    """What the kit tells the hub of itself, `wire.CONDITION`; `copies` of its data, itself counted."""
    return {
        "release": __version__, "free": shutil.disk_usage(home).free, "pending": pending(conn), "copies": copies,
        "confirmed": confirmed(conn).seq,
    }  # fmt: skip
