"""What a workshop decided, and who does what by when, in SQL."""

import sqlite3
from collections.abc import Callable
from typing import Any

from .. import journal
from . import boards_store, history, live

DECISION, TASK = "decision", "task"


class Gone(Exception):
    """The note or outcome is not there (any more), or belongs to another workshop."""


class Wordless(Exception):
    """Nothing is written on the note."""


class NoStop(Exception):
    """There is no open stop whose idea it could become."""


def write_down(conn: sqlite3.Connection, workshop_id: str, outcome: dict[str, Any]) -> None:
    """Store a decision or a task by its `id`, new or changed. Can be undone."""
    history.remember(conn, workshop_id, "outcome", [("outcomes", outcome["id"])])
    journal.save(conn, "outcomes", {**outcome, "workshop_id": workshop_id})
    live.changed(conn, workshop_id)


def one(conn: sqlite3.Connection, workshop_id: str, outcome_id: str) -> dict[str, Any] | None:
    """A decision or task of a workshop by its id."""
    row = conn.execute("SELECT * FROM outcomes WHERE id = ? AND workshop_id = ?", [outcome_id, workshop_id]).fetchone()
    return dict(row) if row else None


def change(conn: sqlite3.Connection, workshop_id: str, outcome_id: str, values: dict[str, Any]) -> None:
    """Give a decision or a task other words. Can be undone. Raises Gone."""
    if one(conn, workshop_id, outcome_id) is None:
        raise Gone
    write_down(conn, workshop_id, {"id": outcome_id, **values})


def strike(conn: sqlite3.Connection, workshop_id: str, outcome_id: str) -> None:
    """Take a decision or a task out of the protocol. Can be undone. Raises Gone."""
    if one(conn, workshop_id, outcome_id) is None:
        raise Gone
    history.remember(conn, workshop_id, "outcome", [("outcomes", outcome_id)])
    journal.erase(conn, "outcomes", outcome_id)
    live.changed(conn, workshop_id)


def of(conn: sqlite3.Connection, workshop_id: str) -> list[dict[str, Any]]:
    """All outcomes of a workshop, decisions first."""
    rows = conn.execute("SELECT * FROM outcomes WHERE workshop_id = ? ORDER BY kind, place, rowid", [workshop_id])
    return [dict(row) for row in rows]


def make_idea(conn: sqlite3.Connection, workshop: dict[str, Any], note_id: str, takes: Callable[..., bool], who: str) -> None:
    """Hand a note to the room that takes notes; it keeps the note's id and is told where it comes from. Raises Gone, Wordless, NoStop."""
    note = conn.execute("SELECT * FROM notes WHERE id = ? AND state = 'shown'", [note_id]).fetchone()
    if note is None or boards_store.workshop_of(conn, note["board_id"]) != workshop["id"]:
        raise Gone
    if not note["text"].strip():
        raise Wordless
    words = {"id": note["id"], "text": note["text"], "origin": f"{workshop['title']} ({workshop['join_code']})"}
    if not takes(conn, words, who):
        raise NoStop
    if note["idea_id"] != note["id"]:
        journal.save(conn, "notes", {"id": note["id"], "idea_id": note["id"]})
        live.changed(conn, note["board_id"], secret=True)
