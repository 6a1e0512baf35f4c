"""Notes and votes from paper in SQL. One form is one act: it counts once however often it is sent, and can be undone as a whole."""

import sqlite3
from typing import Any

from .. import journal
from . import boards_store, history, live, notes_store, votes_store


def enter_notes(conn: sqlite3.Connection, board_id: str, form_id: str, notes: list[dict[str, Any]], who: str) -> int:
    """Store several notes from paper; how many are new. Raises notes_store.Closed, notes_store.Passed."""
    ids_made = [form_id, *(_nth_id(form_id, n) for n in range(1, len(notes)))]
    if conn.execute("SELECT 1 FROM notes WHERE id = ?", [form_id]).fetchone():
        return 0
    history.remember(conn, boards_store.workshop_of(conn, board_id), "paper", [("notes", rid) for rid in ids_made])
    for rid, note in zip(ids_made, notes, strict=True):
        notes_store.leave(conn, board_id, None, note | {"id": rid, "channel": "paper", "entered_by": who})
    return len(notes)


def enter_votes(conn: sqlite3.Connection, board_id: str, form_id: str, votes: list[dict[str, Any]], who: str) -> None:
    """Store votes from paper: `target`, `value`, and how many, `number`. Raises votes_store.Closed, votes_store.NotHere."""
    if conn.execute("SELECT 1 FROM votes WHERE entry_id = ?", [f"{form_id}.0"]).fetchone():
        return
    history.remember(conn, boards_store.workshop_of(conn, board_id), "paper", [(history.PAPER_VOTES, form_id)])
    for n, vote in enumerate(votes):
        votes_store.enter_paper(conn, board_id, {**vote, "id": f"{form_id}.{n}"}, who)


def count_people(conn: sqlite3.Connection, workshop_id: str, number: int) -> None:
    """Write down how many take part without a phone. Can be undone."""
    history.remember(conn, workshop_id, "workshop", [("workshops", workshop_id)])
    journal.save(conn, "workshops", {"id": workshop_id, "paper_people": number})
    live.changed(conn, workshop_id)


def _nth_id(form_id: str, n: int) -> str:
    """An id of its own for the nth note of a form, the same each time."""
    return notes_store.other_id({"id": form_id, "text": str(n)})
