"""Break-out groups in SQL: each has its own copy of a step's board."""

import sqlite3
from typing import Any

from .. import journal
from . import live


def add(conn: sqlite3.Connection, workshop_id: str, group: dict[str, Any]) -> None:
    """Store a group by its `id`, with `name` and `place`."""
    journal.save(conn, "workshop_groups", {**group, "workshop_id": workshop_id})
    live.changed(conn, workshop_id)


def of(conn: sqlite3.Connection, workshop_id: str) -> list[dict[str, Any]]:
    """The groups of a workshop in their order."""
    return [
        dict(row) for row in conn.execute("SELECT * FROM workshop_groups WHERE workshop_id = ? ORDER BY place", [workshop_id])
    ]


def seat(conn: sqlite3.Connection, workshop_id: str, participant_id: str, group_id: str | None) -> None:
    """Put somebody into a group, or back to everybody."""
    conn.execute("UPDATE participants SET group_id = ? WHERE id = ? AND workshop_id = ?", [group_id, participant_id, workshop_id])
    live.changed(conn, workshop_id)
