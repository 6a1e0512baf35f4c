"""Bringing back what another copy of this kit has and its database has not: nothing acknowledged may be lost."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .. import journal
from ..room import Room

Entry = dict[str, Any]
"""As `journal.entries` gives it, with its `epoch`."""


def take_in(conn: sqlite3.Connection, rooms: Sequence[Room], entries: Iterable[Entry]) -> int:
    """Take in entries in their order; how many were not here yet. `rebuild` and begin a new epoch afterwards.

    Those that continue our chain are taken as they are, digests and all. Of others, left under numbers that have been used here since,
    contributions we do not know are entered anew and withdrawals obeyed; for what both copies have, ours stands.
    """
    taken, homeless = 0, []
    strangers: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if _known(conn, entry):
            continue
        taken += 1
        if not _continues(conn, entry):
            strangers[entry["tbl"], entry["rid"]] = entry  # the newest of each record
        elif not _continue(conn, entry):
            homeless.append(entry)
    until_no_more(lambda entry: put(conn, entry), homeless)
    until_no_more(lambda entry: _adopt(conn, rooms, entry), strangers.values())
    return taken


def until_no_more(verb: Callable[[Entry], bool], entries: Iterable[Entry]) -> None:
    """Do it for all entries; those that fail because they hang on something that comes later, once more."""
    waiting, before = list(entries), -1
    while waiting and len(waiting) != before:
        before = len(waiting)
        waiting = [entry for entry in waiting if not verb(entry)]


def rebuild(conn: sqlite3.Connection, rooms: Iterable[Room]) -> None:
    """Have every room bring up to date what it makes from its rows."""
    for room in rooms:
        if room.rebuild:
            room.rebuild(conn)


def _known(conn: sqlite3.Connection, entry: Entry) -> bool:
    found = conn.execute("SELECT digest FROM journal WHERE epoch = ? AND seq = ?", [entry["epoch"], entry["seq"]]).fetchone()
    return found is not None and found["digest"] == entry["digest"]


def _continues(conn: sqlite3.Connection, entry: Entry) -> bool:
    kit, head = conn.execute("SELECT id FROM kit").fetchone()["id"], journal.head(conn)
    if entry["epoch"] != head.epoch and entry["seq"] == 1:  # the next epoch, if it follows on ours
        head = journal.Head(entry["epoch"], 0, journal.EMPTY) if _number(entry["epoch"]) == _number(head.epoch) + 1 else head
    follows = (entry["epoch"], entry["seq"]) == (head.epoch, head.seq + 1)
    return follows and journal.chain(head.digest, kit, entry["epoch"], entry) == entry["digest"]


def _number(epoch: str) -> int:
    return int(epoch.split("-")[0])


def _continue(conn: sqlite3.Connection, entry: Entry) -> bool:
    """Add an entry as it is; whether its row could be written, too."""
    conn.execute("UPDATE kit SET epoch = ?", [entry["epoch"]])
    salt = bytes.fromhex(entry["salt"]) if entry["salt"] else None
    conn.execute(
        "INSERT INTO journal (epoch, seq, tbl, rid, op, salt, body, body_hash, at, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*(entry[name] for name in ("epoch", "seq", "tbl", "rid", "op")), salt,
         *(entry[name] for name in ("body", "body_hash", "at", "digest"))],
    )  # fmt: skip
    if entry["op"] == "erase":
        journal.take_out(conn, entry["tbl"], entry["rid"])
    return entry["op"] == "erase" or not entry["body"] or put(conn, entry)


def _adopt(conn: sqlite3.Connection, rooms: Sequence[Room], entry: Entry) -> bool:
    """Do what the newest entry of a record says, unless our own journal knows better; whether it is settled."""
    table, rid = entry["tbl"], entry["rid"]
    here = conn.execute(
        "SELECT op FROM journal WHERE tbl = ? AND rid = ? ORDER BY epoch DESC, seq DESC LIMIT 1", [table, rid]
    ).fetchone()
    if entry["op"] == "erase" and here and here["op"] == "put":
        _withdraw(conn, rooms, table, rid)
    elif entry["op"] == "put" and entry["body"] and not here:
        if not put(conn, entry):
            return False
        journal.enter(conn, table, rid)
    return True


def _withdraw(conn: sqlite3.Connection, rooms: Sequence[Room], table: str, rid: str) -> None:
    """Erase a row the way its room does, with all that hangs on it."""
    verbs = {plate.table: plate.withdraw for room in rooms for plate in room.contributions}
    if table in verbs:
        verbs[table](conn, rid)
    else:
        journal.erase(conn, table, rid)


def put(conn: sqlite3.Connection, entry: Entry) -> bool:
    """Write the row of an entry; whether it could be. What it hangs on may have been withdrawn here."""
    table, body = entry["tbl"], json.loads(entry["body"])
    row = {name: body[name] for name in body if name in journal.columns(table)}
    changes = ", ".join(f"{name} = :{name}" for name in row if name != "id")
    try:
        if not conn.execute(f"UPDATE {table} SET {changes} WHERE id = :id", row).rowcount:
            values = ", ".join(f":{name}" for name in row)
            conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})", row)
    except sqlite3.IntegrityError:
        return False
    return True
