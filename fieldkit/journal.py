"""save() and erase(): the write primitives of everything that travels, and the hash chain that proves it arrived.

Every entry covers the one before it, so a receipt for the newest digest is a receipt for all. The chain covers a salted
hash of the body, not the body: a body can be erased later (DSGVO) and the chain still verifies, and the salt keeps anyone from
guessing a short text by its hash.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import clock
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
    leaves = _plate(table)
    changes = ", ".join(f"{column} = :{column}" for column in row if column != "id")
    changed = conn.execute(f"UPDATE {table} SET {changes} WHERE id = :id", row)
    if not changed.rowcount:
        conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(':' + c for c in row)})", row)
    _append(conn, table, row["id"], "put", body_of(conn, leaves, row["id"]))


def erase(conn: sqlite3.Connection, table: str, rid: str) -> None:
    """Delete a row for good: from its table and from every journal body. What stays is that something was erased.

    The writer folds the write-ahead log away before it reports success. Raises Stay like `save`.
    """
    _plate(table)
    forget(conn, table, rid)
    conn.execute("UPDATE log SET note = '' WHERE tbl = ? AND rid = ?", [table, rid])  # a reason may quote what it was about
    conn.execute(f"DELETE FROM {table} WHERE id = ?", [rid])
    conn.execute("DELETE FROM answers WHERE tbl = ? AND rid = ?", [table, rid])  # it may quote what was erased
    _append(conn, table, rid, "erase", None)


def forget(conn: sqlite3.Connection, table: str, rid: str) -> None:
    """Take the earlier bodies of a row out of the journal, before it is erased or corrected by its owner."""
    conn.execute("UPDATE journal SET salt = NULL, body = NULL WHERE tbl = ? AND rid = ?", [table, rid])
    conn.scrub = True  # type: ignore[attr-defined]


def body_of(conn: sqlite3.Connection, leaves: Leaves, rid: str) -> dict[str, Any]:
    """The columns of one row that may leave, as they are now."""
    row = conn.execute(f"SELECT {', '.join(leaves.columns)} FROM {leaves.table} WHERE id = ?", [rid]).fetchone()
    return dict(row)


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


def faults(conn: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the chain, or between journal and tables: a German sentence for each fault, none when all is well."""
    for (epoch,) in conn.execute("SELECT DISTINCT epoch FROM journal ORDER BY epoch").fetchall():
        yield from _chain_faults(conn, epoch)
    yield from _disagreements(conn)


def _chain_faults(conn: sqlite3.Connection, epoch: str) -> Iterator[str]:
    kit = conn.execute("SELECT id FROM kit").fetchone()["id"]
    previous, expected = EMPTY, 1
    for row in conn.execute("SELECT * FROM journal WHERE epoch = ? ORDER BY seq", [epoch]):
        entry = dict(row)
        where = f"Journal {epoch}/{entry['seq']}"
        if entry["seq"] != expected:
            yield f"{where}: Lücke, erwartet war Nummer {expected}."
        if entry["body"] is not None and body_hash(entry["salt"], entry["body"]) != entry["body_hash"]:
            yield f"{where}: Der Inhalt passt nicht zu seiner Prüfsumme."
        if chain(previous, kit, epoch, entry) != entry["digest"]:
            yield f"{where}: Die Kette ist hier unterbrochen."
        previous, expected = entry["digest"], entry["seq"] + 1


def _disagreements(conn: sqlite3.Connection) -> Iterator[str]:
    latest = {
        (row["tbl"], row["rid"]): (row["op"], row["body"])
        for row in conn.execute("SELECT tbl, rid, op, body FROM journal ORDER BY epoch, seq")
    }
    for table, leaves in _leaving.items():
        for row in conn.execute(f"SELECT {', '.join(leaves.columns)} FROM {table}"):
            operation, body = latest.pop((table, row["id"]), (None, None))
            if operation != "put" or body != canonical(dict(row)):
                yield f"{table}/{row['id']}: Die Tabelle sagt etwas anderes als das Journal."
    for (table, rid), (operation, _) in latest.items():
        if operation == "put" and table in _leaving:
            yield f"{table}/{rid}: steht im Journal, fehlt aber in der Tabelle."


def new_epoch(conn: sqlite3.Connection) -> None:
    """Begin a new chain, after a restore or a copy: the old one may have gone on elsewhere.

    Everything that exists is entered again under its old id, and every erasure once more, so the hub ends up with the same records
    whatever it had.
    """
    old = conn.execute("SELECT epoch FROM kit").fetchone()[0]
    conn.execute("UPDATE kit SET epoch = ?", [next_epoch(old)])
    for table, leaves in _leaving.items():
        for row in conn.execute(f"SELECT {', '.join(leaves.columns)} FROM {table} ORDER BY rowid").fetchall():
            _append(conn, table, row["id"], "put", dict(row))
    for row in conn.execute("SELECT DISTINCT tbl, rid FROM journal WHERE op = 'erase'").fetchall():
        _append(conn, row["tbl"], row["rid"], "erase", None)


def next_epoch(old: str | None = None) -> str:
    """A name for an epoch: a number that sorts, and chance, so that two copies of a card never take the same one."""
    number = int(old.split("-")[0]) + 1 if old else 1
    return f"{number:04d}-{secrets.token_hex(4)}"


def _plate(table: str) -> Leaves:
    try:
        return _leaving[table]
    except KeyError:
        raise Stay(f"{table}: keine Türplatte lässt diese Tabelle reisen") from None


def _append(conn: sqlite3.Connection, table: str, rid: str, op: str, body: dict[str, Any] | None) -> None:
    kit = conn.execute("SELECT id FROM kit").fetchone()["id"]
    last = head(conn)
    salt = secrets.token_bytes(16)
    text = None if body is None else canonical(body)
    entry: dict[str, Any] = {
        "epoch": last.epoch,
        "seq": last.seq + 1,
        "tbl": table,
        "rid": rid,
        "op": op,
        "salt": None if text is None else salt,
        "body": text,
        "body_hash": body_hash(salt, text or ""),
        "at": clock.quarter(),
    }
    entry["digest"] = chain(last.digest, kit, last.epoch, entry)
    conn.execute("INSERT INTO journal VALUES (:epoch, :seq, :tbl, :rid, :op, :salt, :body, :body_hash, :at, :digest)", entry)


def log(conn: sqlite3.Connection, who: str, act: str, table: str, rid: str, note: str = "") -> None:
    """Write down what a member of staff did and why. Stays on the kit."""
    conn.execute(
        "INSERT INTO log (at, who, act, tbl, rid, note) VALUES (?, ?, ?, ?, ?, ?)",
        [clock.stamp(), who, act, table, rid, note],
    )
