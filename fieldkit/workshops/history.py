"""Undo for the team: what rows were before they were changed, kept until the workshop has ended."""

import json
import sqlite3
from collections.abc import Iterable

from .. import journal
from ..i18n import N_
from . import live, votes_store

ACTS = {
    "workshop": N_("Angaben geändert"),
    "state": N_("geöffnet oder geschlossen"),
    "go": N_("Schritt gewechselt"),
    "stretch": N_("Zeit geändert"),
    "switch": N_("Schalter geändert"),
    "note": N_("Notiz geändert"),
    "group": N_("Notizen gruppiert"),
    "agenda": N_("Ablauf geändert"),
    "outcome": N_("Ergebnis aufgeschrieben"),
}
"""What can be undone, as it is told to the team."""

MOST = 100  # acts of a workshop that can be undone


def remember(conn: sqlite3.Connection, workshop_id: str, act: str, rows: Iterable[tuple[str, str]]) -> None:
    """Keep what these rows, as (table, id), are before they are changed. A row that is not there yet is taken away again by undo."""
    before = [(table, rid, _row(conn, table, rid)) for table, rid in rows if rid]
    text = json.dumps(before, ensure_ascii=False)
    conn.execute("INSERT INTO workshop_history (workshop_id, act, before) VALUES (?, ?, ?)", [workshop_id, act, text])
    conn.execute(
        """
        DELETE FROM workshop_history
        WHERE workshop_id = :id AND id NOT IN (SELECT id FROM workshop_history WHERE workshop_id = :id ORDER BY id DESC LIMIT :most)
        """,
        {"id": workshop_id, "most": MOST},
    )


def last(conn: sqlite3.Connection, workshop_id: str) -> sqlite3.Row | None:
    """The newest act, with `id` and `act`."""
    return conn.execute(
        "SELECT id, act, before FROM workshop_history WHERE workshop_id = ? ORDER BY id DESC LIMIT 1", [workshop_id]
    ).fetchone()


def undo(conn: sqlite3.Connection, workshop_id: str, expected: int) -> bool:
    """Take the newest act back if it is still the one that somebody saw; whether it was."""
    act = last(conn, workshop_id)
    if act is None or act["id"] != expected:
        return False
    conn.execute("DELETE FROM workshop_history WHERE id = ?", [act["id"]])
    for table, rid, row in reversed(json.loads(act["before"])):
        now = _row(conn, table, rid)
        if row is None and now is not None:
            journal.erase(conn, table, rid)
        elif row is not None and now is not None:  # what its author withdrew meanwhile stays gone
            journal.save(conn, table, row)
        if table == "notes" and row is not None:
            votes_store.trim(conn, row["board_id"])
        if table in ("notes", "boards"):
            live.changed(conn, rid if table == "boards" else (row or now or {}).get("board_id", ""))
    live.changed(conn, workshop_id)
    return True


def forget(conn: sqlite3.Connection, workshop_id: str) -> None:
    """Nothing can be undone any more."""
    conn.execute("DELETE FROM workshop_history WHERE workshop_id = ?", [workshop_id])


def forget_note(conn: sqlite3.Connection, note_id: str) -> None:
    """Its author withdrew a note: no act may bring its words back."""
    conn.execute("DELETE FROM workshop_history WHERE instr(before, ?)", [note_id])


def _row(conn: sqlite3.Connection, table: str, rid: str) -> dict | None:
    row = conn.execute(f"SELECT {', '.join(journal.columns(table))} FROM {table} WHERE id = ?", [rid]).fetchone()
    return dict(row) if row else None
