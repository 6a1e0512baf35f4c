"""Purging: what the hub has confirmed leaves the kit, contacts at once, contributions after the configured days.

Never by this kit's own clock: a receipt says how far the hub had come and when, by the hub's clock, and only receipts are compared. And never as an
erasure that would travel: the hub keeps what it has.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .. import clock, journal
from ..house import House
from ..i18n import N_
from ..jobs import Progress
from ..room import DAYS, RECEIPT, STAYS, Leaves, Room
from ..storage import replay

NAMES = {
    "ideas": N_("Ideen"),
    "supports": N_("Unterstützungen"),
    "comments": N_("Kommentare"),
    "contacts": N_("Kontakte"),
    "workshops": N_("Workshops"),
    "workshop_steps": N_("Schritte von Workshops"),
    "workshop_groups": N_("Gruppen von Workshops"),
    "boards": N_("Tafeln"),
    "notes": N_("Zettel"),
    "tallies": N_("Auszählungen"),
    "outcomes": N_("Ergebnisse von Workshops"),
}
"""What people call the rows of these tables, for reports."""

Row = tuple[str, str]
"""Table and id."""


@dataclass(frozen=True)
class Limit:
    """How far the hub has come in the present epoch: entries up to these numbers may leave."""

    epoch: str
    receipt: int
    days: int
    """Confirmed so many days before the newest receipt."""
    complete: int
    """No photo and no file is missing up to here."""
    hub_time: str


def command(house: House, progress: Progress) -> dict[str, Any]:
    """Purge what is due, for the command line; all purges so far, newest first, and how far the hub has confirmed."""
    progress(0, 1, "Übergebenes wird gelöscht")
    run(house)
    progress(1, 1, "")
    return {"purges": report(house.db.read()), "days": house.config.purge_days}


def run(house: House) -> dict[str, int]:
    """Purge what is due; how many rows of each table went."""
    return house.db.write(purge, house.rooms, house.config.purge_days) if _due(house) else {}


def report(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every purge, newest first: `at` (by the hub's clock), `epoch`, `seq` of the receipt, and `counts` by table."""
    rows = conn.execute("SELECT at, epoch, seq, counts FROM purges ORDER BY id DESC")
    return [dict(row) | {"counts": json.loads(row["counts"])} for row in rows]


def purge(conn: sqlite3.Connection, rooms: Sequence[Room], days: int) -> dict[str, int]:
    """Take off this kit what may go. Rows that hang together by references go together or not at all."""
    plates = [plate for room in rooms for plate in room.leaves]
    limit = _limit(conn, days)
    if limit is None:
        return {}
    gone = [row for plate in plates if plate.until == RECEIPT for row, may in _rows(conn, plate, limit, limit.receipt) if may]
    _take_off(conn, gone)
    old = _old(conn, plates, limit)
    _take_off(conn, old)
    if old:
        replay.rebuild(conn, rooms)  # the words of what went stand in the search index, too
    counts = dict(Counter(table for table, _ in gone + old))
    if counts:
        conn.execute(
            "INSERT INTO purges (at, epoch, seq, counts) VALUES (?, ?, ?, ?)",
            [limit.hub_time, limit.epoch, limit.receipt, json.dumps(counts)],
        )
    return counts


def _due(house: House) -> bool:
    """Whether anything may go, seen without holding up the writer."""
    conn = house.db.read()
    limit = _limit(conn, house.config.purge_days)
    plates = [plate for room in house.rooms for plate in room.leaves]
    if limit is None:
        return False
    contacts = (may for plate in plates if plate.until == RECEIPT for _, may in _rows(conn, plate, limit, limit.receipt))
    return any(contacts) or bool(limit.days and _old(conn, plates, limit))


def _limit(conn: sqlite3.Connection, days: int) -> Limit | None:
    """None when the hub has confirmed nothing of the present epoch."""
    epoch = journal.head(conn).epoch
    hub = conn.execute("SELECT * FROM hub WHERE confirmed_epoch = ?", [epoch]).fetchone()
    try:
        cutoff = clock.parse(hub["confirmed_at"]) - timedelta(days=days) if hub else None
    except ValueError:
        return None
    if cutoff is None:
        return None
    row = conn.execute(
        "SELECT max(seq) FROM confirmations WHERE epoch = ? AND hub_time BETWEEN ? AND ?",
        [epoch, _text(clock.RELEASED), _text(cutoff)],  # a hub that thought it was 1970 has not waited for so long
    ).fetchone()
    complete = hub["complete_seq"] if hub["complete_epoch"] == epoch else 0
    return Limit(epoch, hub["confirmed_seq"], min(row[0] or 0, hub["confirmed_seq"]), complete, hub["confirmed_at"])


def _text(moment: Any) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _rows(conn: sqlite3.Connection, plate: Leaves, limit: Limit, upto: int) -> Iterator[tuple[Row, bool]]:
    """Every row of a table, and whether its newest entry, and its photos, lie within the limit."""
    photos = " || ".join(plate.blobs) or "''"
    rows = conn.execute(
        f"""
        SELECT id, {photos} AS photos,
            (SELECT max(seq) FROM journal WHERE tbl = ? AND rid = {plate.table}.id AND epoch = ?) AS seq FROM {plate.table}
        """,
        [plate.table, limit.epoch],
    ).fetchall()
    for row in rows:
        there = row["seq"] is not None and row["seq"] <= upto and (not row["photos"] or row["seq"] <= limit.complete)
        yield (plate.table, row["id"]), there


def _old(conn: sqlite3.Connection, plates: Sequence[Leaves], limit: Limit) -> list[Row]:
    """The rows whose days are over, of groups in which all are."""
    may = {row: old for plate in plates if plate.until != STAYS for row, old in _rows(conn, plate, limit, limit.days)}
    group = {row: {row} for row in may}
    for one, other in _references(conn, plates, may):
        if one not in group:  # a row that stays refers to it
            may[other] = False
        elif group[one] is not group[other]:
            larger, smaller = sorted((group[one], group[other]), key=len, reverse=True)
            larger |= smaller
            group |= dict.fromkeys(smaller, larger)
    days = {plate.table for plate in plates if plate.until == DAYS}
    whole = {id(rows): all(may[row] for row in rows) for rows in group.values()}
    return [row for row, rows in group.items() if row[0] in days and whole[id(rows)]]


def _references(conn: sqlite3.Connection, plates: Iterable[Leaves], known: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    """Pairs of rows of which the first refers to the second, where the second is one of the `known`."""
    tables = {table for table, _ in known}
    for plate in plates:
        for key in conn.execute(f"PRAGMA foreign_key_list({plate.table})").fetchall():
            if key["table"] in tables:
                rows = conn.execute(f"SELECT id, {key['from']} AS other FROM {plate.table} WHERE {key['from']} IS NOT NULL")
                yield from (((plate.table, row["id"]), (key["table"], row["other"])) for row in rows)


def _take_off(conn: sqlite3.Connection, rows: Sequence[Row]) -> None:
    for table, rid in reversed(rows):  # what refers comes after what it refers to
        journal.purge(conn, table, rid)
