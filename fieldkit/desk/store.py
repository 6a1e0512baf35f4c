"""What the desk asks the database: of the journal and the door plates, never of a room's tables."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .. import clock, journal
from ..room import Paper, Room


class Reused(Exception):
    """The form was sent before with other words; the first version is stored."""


@dataclass(frozen=True)
class Handover:
    """How far this kit's journal has come, and how much of it the hub has confirmed."""

    hub: str
    """The name of the hub; empty before the kit is enrolled."""
    entries: int
    pending: int


def midnight() -> str:
    """When today began in Berlin, as the journal writes it."""
    day = datetime.combine(clock.today(), datetime.min.time(), clock.BERLIN)
    return (day - day.utcoffset()).strftime("%Y-%m-%dT%H:%M:%SZ")  # type: ignore[operator]


def contributions(conn: sqlite3.Connection, table: str) -> tuple[int, int]:
    """How many records of a table came today, and how many there are in all, withdrawn ones left out."""
    row = conn.execute(
        """
        SELECT count(*), coalesce(sum(first >= :since), 0) FROM (
            SELECT min(at) AS first FROM journal WHERE tbl = :table GROUP BY rid HAVING sum(op = 'erase') = 0
        )
        """,
        {"table": table, "since": midnight()},
    ).fetchone()
    return row[1], row[0]


def any_record(conn: sqlite3.Connection, table: str) -> bool:
    """Whether anything was ever kept in a table that travels."""
    return conn.execute("SELECT 1 FROM journal WHERE tbl = ? LIMIT 1", [table]).fetchone() is not None


def handover(conn: sqlite3.Connection) -> Handover:
    """What is not handed over yet. A new epoch begins at nothing."""
    head = journal.head(conn)
    hub = conn.execute("SELECT name, confirmed_epoch, confirmed_seq FROM hub").fetchone()
    confirmed = hub["confirmed_seq"] if hub and hub["confirmed_epoch"] == head.epoch else 0
    return Handover(hub["name"] if hub else "", head.seq, head.seq - confirmed)


def cards_today(conn: sqlite3.Connection, room: Room) -> list[dict[str, Any]]:
    """What was typed in from paper today, newest first: `rid`, `title`, `sheet`."""
    tables = [leaves.table for leaves in room.leaves]
    rows = conn.execute(
        f"""
        SELECT rid, at, json_extract(body, '$.channel') AS channel, json_extract(body, '$.title') AS title,
            json_extract(body, '$.sheet') AS sheet
        FROM journal WHERE epoch = ? AND tbl IN ({", ".join("?" * len(tables))}) AND op = 'put' ORDER BY seq DESC
        """,
        [journal.head(conn).epoch, *tables],
    )
    cards: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["at"] < midnight():
            break
        if row["channel"] == "paper" and row["title"]:
            newest = cards.pop(row["rid"], dict(row))  # as it reads now, in the place where it was first entered
            cards[row["rid"]] = newest
    return list(cards.values())


def enter(conn: sqlite3.Connection, paper: Paper, card: dict[str, Any], who: str) -> None:
    """Enter a paper card. Sending the same form again changes nothing. Raises Reused."""
    before = conn.execute("SELECT body FROM journal WHERE rid = ? ORDER BY epoch DESC, seq DESC LIMIT 1", [card["id"]]).fetchone()
    if before is None:
        paper.enter(conn, card, who)
    elif before["body"] and _differs(json.loads(before["body"]), card):
        raise Reused


def wish_time(conn: sqlite3.Connection, who: str, act: str, moment: datetime) -> None:
    """Write down that somebody set the clock, or wished to."""
    journal.log(conn, who, act, "kit", "", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


def totals(conn: sqlite3.Connection, rooms: Iterable[Room]) -> list[tuple[str, int, int]]:
    """For every kind of contribution on the door plates: its label, today's and all."""
    return [(kind.label, *contributions(conn, kind.table)) for room in rooms for kind in room.contributions]


def _differs(stored: dict[str, Any], card: dict[str, Any]) -> bool:
    return any(stored[field] != value for field, value in card.items() if field in stored)
