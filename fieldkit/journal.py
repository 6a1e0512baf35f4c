"""save() and erase(): the write primitives of everything that travels, and the hash chain that proves it arrived.

Every entry covers the one before it, so a receipt for the newest digest is a receipt for all. The chain covers a salted
hash of the body, not the body: a body can be erased later (DSGVO) and the chain still verifies, and the salt keeps anyone from
guessing a short text by its hash.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from . import blobs, clock
from .room import Leaves

EMPTY = ""
"""The digest before the first entry of an epoch."""


class Stay(Exception):
    """A table was saved that no door plate lets travel; a mistake of ours, never of a visitor."""


@dataclass(frozen=True)
class Head:
    """The newest entry of the journal."""

    epoch: str
    seq: int
    digest: str


_leaving: dict[str, Leaves] = {}


def let_leave(leaves: Iterable[Leaves]) -> None:
    """Tell the journal, at start-up, what the door plates let travel."""
    _leaving.update({item.table: item for item in leaves})


def save(conn: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    """Write a row by its `id`, new or changed, and the entry that carries it, in the running transaction.

    Columns missing from `row` keep their value, or take their default in a new row. Raises Stay for a table that may not leave.
    """
    columns = ", ".join(_plate(table).columns)
    _release_blobs(conn, table, row["id"], [column for column in _plate(table).blobs if column in row])
    changes = ", ".join(f"{column} = :{column}" for column in row if column != "id")
    written = conn.execute(f"UPDATE {table} SET {changes} WHERE id = :id RETURNING {columns}", row).fetchall()
    if not written:
        values = ", ".join(f":{column}" for column in row)
        written = conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values}) RETURNING {columns}", row).fetchall()
    _append(conn, table, row["id"], "put", dict(written[0]))


def plates() -> list[Leaves]:
    """The door plates of every table that may travel."""
    return list(_leaving.values())


def columns(table: str) -> tuple[str, ...]:
    """The columns of a table that may leave. Raises Stay like `save`."""
    return _plate(table).columns


def enter(conn: sqlite3.Connection, table: str, rid: str) -> None:
    """Enter a row once more as it stands, where journal and table had come to disagree."""
    _append(conn, table, rid, "put", _row(conn, table, rid))


def erase(conn: sqlite3.Connection, table: str, rid: str) -> None:
    """Delete a row for good: from its table and from every journal body. What stays is that something was erased.

    The writer folds the write-ahead log away before it reports success. Raises Stay like `save`.
    """
    take_out(conn, table, rid)
    conn.execute("DELETE FROM purged WHERE tbl = ? AND rid = ?", [table, rid])
    _append(conn, table, rid, "erase", None)


def purge(conn: sqlite3.Connection, table: str, rid: str) -> None:
    """Take a row off this kit that the hub has confirmed and keeps. No entry says so: an erasure would travel to the hub."""
    row = _row(conn, table, rid)
    conn.execute("INSERT OR IGNORE INTO purged (tbl, rid, receipt) VALUES (?, ?, ?)", [table, rid, row.get("receipt")])
    take_out(conn, table, rid)


def take_out(conn: sqlite3.Connection, table: str, rid: str) -> None:
    """Delete a row, every journal body of it and what may quote it, without an entry: part of `erase` and `purge`."""
    _release_blobs(conn, table, rid, _plate(table).blobs)
    forget(conn, table, rid)
    conn.execute("UPDATE log SET note = '' WHERE tbl = ? AND rid = ?", [table, rid])  # a reason may quote what it was about
    conn.execute(f"DELETE FROM {table} WHERE id = ?", [rid])
    conn.execute("DELETE FROM answers WHERE tbl = ? AND rid = ?", [table, rid])  # it may quote what was erased


def forget(conn: sqlite3.Connection, table: str, rid: str) -> None:
    """Take the earlier bodies of a row out of the journal, before it is erased or corrected by its owner."""
    conn.execute("UPDATE journal SET salt = NULL, body = NULL WHERE tbl = ? AND rid = ?", [table, rid])
    conn.scrub = True  # type: ignore[attr-defined]


def _release_blobs(conn: sqlite3.Connection, table: str, rid: str, columns: Sequence[str]) -> None:
    """Have the files that a row names in these columns removed after the commit, unless a row names them then."""
    row = conn.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", [rid]).fetchone() if columns else None
    names = {name for name in row or () if name}
    if names:
        conn.afterwards.append(lambda after: blobs.remove_unused(after, _leaving.values(), names))  # type: ignore[attr-defined]


def head(conn: sqlite3.Connection) -> Head:
    """The newest entry of the present epoch; `seq` 0 and an empty digest when there is none."""
    epoch = conn.execute("SELECT epoch FROM kit").fetchone()[0]
    row = conn.execute("SELECT seq, digest FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1", [epoch]).fetchone()
    return Head(epoch, row["seq"], row["digest"]) if row else Head(epoch, 0, EMPTY)


def entries(conn: sqlite3.Connection, epoch: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` entries of an epoch behind number `after`, oldest first, salts as hex: ready for the wire."""
    rows = conn.execute(
        "SELECT seq, tbl, rid, op, hex(salt) AS salt, body, body_hash, at, digest FROM journal "
        "WHERE epoch = ? AND seq > ? ORDER BY seq LIMIT ?",
        [epoch, after, limit],
    )
    return [dict(row) | {"salt": row["salt"].lower() or None} for row in rows]


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> str:
    """JSON in the one form that is hashed: sorted keys, no spaces, UTF-8 as it is."""
    return _encode(value)


def body_hash(salt: bytes, body: str) -> str:
    """The salted SHA-256 of a canonical body, as hex."""
    return hashlib.sha256(salt + body.encode()).hexdigest()


def chain(previous: str, kit: str, epoch: str, entry: dict[str, Any]) -> str:
    """The digest of an entry: SHA-256 over the one before it and everything in it but salt and body."""
    covered = [previous, kit, epoch, *(entry[key] for key in ("seq", "tbl", "rid", "op", "at", "body_hash"))]
    return hashlib.sha256(canonical(covered).encode()).hexdigest()


def new_epoch(conn: sqlite3.Connection, beyond: str = "") -> None:
    """Begin a new chain, after a restore or a copy: the old one may have gone on elsewhere, up to the epoch `beyond` as far as we know.

    Everything that exists is entered again under its old id, and every erasure once more, so the hub ends up with the same records
    whatever it had.
    """
    old = conn.execute("SELECT epoch FROM kit").fetchone()[0]
    conn.execute("UPDATE kit SET epoch = ?", [next_epoch(old, beyond)])
    for table, leaves in _leaving.items():
        for row in conn.execute(f"SELECT {', '.join(leaves.columns)} FROM {table} ORDER BY rowid").fetchall():
            _append(conn, table, row["id"], "put", dict(row))
    for row in conn.execute("SELECT DISTINCT tbl, rid FROM journal WHERE op = 'erase'").fetchall():
        _append(conn, row["tbl"], row["rid"], "erase", None)


def next_epoch(*before: str) -> str:
    """A name for an epoch: a number that sorts, and chance, so that two copies of a card never take the same one."""
    number = max((int(epoch.split("-")[0]) for epoch in before if epoch), default=0)
    return f"{number + 1:04d}-{secrets.token_hex(4)}"


def _plate(table: str) -> Leaves:
    try:
        return _leaving[table]
    except KeyError:
        raise Stay(f"{table}: keine Türplatte lässt diese Tabelle reisen") from None


def _row(conn: sqlite3.Connection, table: str, rid: str) -> dict[str, Any]:
    """The columns of one row that may leave, as they are now."""
    return dict(conn.execute(f"SELECT {', '.join(_plate(table).columns)} FROM {table} WHERE id = ?", [rid]).fetchone())


LAST = """
    SELECT kit.id, kit.epoch, seq, digest FROM kit
    LEFT JOIN journal ON journal.epoch = kit.epoch AND seq = (SELECT max(seq) FROM journal WHERE epoch = kit.epoch)
"""
"""Who we are and the newest entry of the present epoch, if there is one."""


def _append(conn: sqlite3.Connection, table: str, rid: str, op: str, body: dict[str, Any] | None) -> None:
    kit, epoch, seq, previous = conn.execute(LAST).fetchone()
    salt = secrets.token_bytes(16)
    text = None if body is None else canonical(body)
    entry: dict[str, Any] = {
        "epoch": epoch,
        "seq": (seq or 0) + 1,
        "tbl": table,
        "rid": rid,
        "op": op,
        "salt": None if text is None else salt,
        "body": text,
        "body_hash": body_hash(salt, text or ""),
        "at": clock.quarter(),
    }
    entry["digest"] = chain(previous or EMPTY, kit, epoch, entry)
    conn.execute("INSERT INTO journal VALUES (:epoch, :seq, :tbl, :rid, :op, :salt, :body, :body_hash, :at, :digest)", entry)


def log(conn: sqlite3.Connection, who: str, act: str, table: str, rid: str, note: str = "") -> None:
    """Write down what a member of staff did and why. Stays on the kit."""
    conn.execute(
        "INSERT INTO log (at, who, act, tbl, rid, note) VALUES (?, ?, ?, ?, ?, ?)",
        [clock.stamp(), who, act, table, rid, note],
    )
