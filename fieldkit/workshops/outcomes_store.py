"""What a workshop decided, and who does what by when, in SQL."""

import sqlite3
from typing import Any

from .. import journal
from . import history, live

DECISION, TASK = "decision", "task"


def write_down(conn: sqlite3.Connection, workshop_id: str, outcome: dict[str, Any]) -> None:
    """Store a decision or a task by its `id`, new or changed. Can be undone."""
    history.remember(conn, workshop_id, "outcome", [("outcomes", outcome["id"])])
    journal.save(conn, "outcomes", {**outcome, "workshop_id": workshop_id})
    live.changed(conn, workshop_id)


def of(conn: sqlite3.Connection, workshop_id: str) -> list[dict[str, Any]]:
    """All outcomes of a workshop, decisions first."""
    rows = conn.execute("SELECT * FROM outcomes WHERE workshop_id = ? ORDER BY kind, place, rowid", [workshop_id])
    return [dict(row) for row in rows]
