"""Undo for the team: what rows were before they were changed, kept until the workshop has ended."""

import json
import sqlite3
from collections.abc import Iterable

from .. import journal
from ..i18n import N_
from . import boards_store, live, votes_store

ACTS = {
    "workshop": N_("Angaben geändert"),
    "state": N_("geöffnet oder geschlossen"),
    "go": N_("Schritt gewechselt"),
    "stretch": N_("Zeit geändert"),
    "switch": N_("Schalter geändert"),
    "note": N_("Notiz geändert"),
    "group": N_("Notizen gruppiert"),
    "agenda": N_("Ablauf geändert"),
    "outcome": N_("Beschluss oder Aufgabe geändert"),
    "paper": N_("Papier eingegeben"),
    "moderation": N_("Zettel freigegeben oder abgelehnt"),
    "groups": N_("Gruppen geändert"),
}
"""What can be undone, as it is told to the team."""

KEPT_HERE = {"participants": ("id", "group_id")}
"""Of tables that never leave the kit: what of a row is kept."""

PAPER_VOTES = "paper votes"
"""In place of a table: votes that were entered with one form, under its id."""

MOST = 100  # acts of a workshop that can be undone


class InUse(Exception):
    """Somebody wrote or voted on a board that this act made: taking it back would throw that away."""


def remember(conn: sqlite3.Connection, workshop_id: str, act: str, rows: Iterable[tuple[str, str]]) -> None:
    """Keep what these rows, as (table, id), are before they are changed. A row that is not there yet is taken away again by undo.

    Undo goes through them from the last to the first: a row comes after those that hang on it.
    """
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
    """Take the newest act back if it is still the one that somebody saw; whether it was. Raises InUse."""
    act = last(conn, workshop_id)
    if act is None or act["id"] != expected:
        return False
    before = json.loads(act["before"])
    if _in_use(conn, before):
        raise InUse
    conn.execute("DELETE FROM workshop_history WHERE id = ?", [act["id"]])
    for table, rid, row in reversed(before):
        _put_back(conn, table, rid, row)
    live.changed(conn, workshop_id)
    for (board_id,) in conn.execute(
        "SELECT boards.id FROM boards JOIN workshop_steps ON workshop_steps.id = step_id WHERE workshop_id = ?", [workshop_id]
    ).fetchall():
        votes_store.trim(conn, board_id)
        boards_store.forget_names(conn, board_id)
        live.changed(conn, board_id)
    return True


def skip(conn: sqlite3.Connection, workshop_id: str, expected: int) -> bool:
    """Let an act that cannot be taken back stand, so that older ones can be; whether it was still the newest, and in the way."""
    act = last(conn, workshop_id)
    if act is None or act["id"] != expected or not _in_use(conn, json.loads(act["before"])):
        return False
    conn.execute("DELETE FROM workshop_history WHERE id = ?", [act["id"]])
    live.changed(conn, workshop_id)
    return True


def forget(conn: sqlite3.Connection, workshop_id: str) -> None:
    """Nothing can be undone any more."""
    conn.execute("DELETE FROM workshop_history WHERE workshop_id = ?", [workshop_id])


def forget_note(conn: sqlite3.Connection, note_id: str) -> None:
    """Its author withdrew a note: no act may bring its words back, nor hang others under it. What else was done can still be undone."""
    for act in conn.execute("SELECT id, before FROM workshop_history WHERE instr(before, ?)", [note_id]).fetchall():
        kept = [(table, rid, _free(row, note_id)) for table, rid, row in json.loads(act["before"]) if rid != note_id]
        if kept:
            conn.execute("UPDATE workshop_history SET before = ? WHERE id = ?", [json.dumps(kept, ensure_ascii=False), act["id"]])
        else:
            conn.execute("DELETE FROM workshop_history WHERE id = ?", [act["id"]])


def _free(row: dict | None, note_id: str) -> dict | None:
    """A row that hangs on nothing where it hung on this note."""
    return row | {"parent_id": None} if row and row.get("parent_id") == note_id else row


def let_go(conn: sqlite3.Connection, note_id: str) -> None:
    """A note is about to be erased: what hangs on it, somebody else's, stands on its own again."""
    for (child,) in conn.execute("SELECT id FROM notes WHERE parent_id = ?", [note_id]).fetchall():
        journal.save(conn, "notes", {"id": child, "parent_id": None})


def _put_back(conn: sqlite3.Connection, table: str, rid: str, row: dict | None) -> None:
    if table == PAPER_VOTES:
        conn.execute("DELETE FROM votes WHERE entry_id GLOB ?", [f"{rid}.*"])
        return
    now = _row(conn, table, rid)
    if table in KEPT_HERE:
        conn.execute(f"UPDATE {table} SET group_id = ? WHERE id = ?", [(row or {}).get("group_id"), rid])
    elif row is None and now is not None:
        conn.execute("DELETE FROM votes WHERE target = ?", [rid])
        let_go(conn, rid)
        journal.erase(conn, table, rid)
    elif row is not None and (now is not None or table != "notes"):  # what its author withdrew meanwhile stays gone
        journal.save(conn, table, row)


def _in_use(conn: sqlite3.Connection, before: list[tuple[str, str, dict | None]]) -> bool:
    """Whether something came to hang on a board that an act made, or on another board of its step: undoing it would throw that away."""
    made = {rid for table, rid, row in before if row is None and table in ("boards", "workshop_steps")}
    return any(
        board["id"] not in made or boards_store.used(conn, board["id"])
        for rid in made
        for board in conn.execute("SELECT id FROM boards WHERE ? IN (id, step_id, source_id)", [rid])
    )


def _row(conn: sqlite3.Connection, table: str, rid: str) -> dict | None:
    if table == PAPER_VOTES:
        return None
    columns = KEPT_HERE.get(table) or journal.columns(table)
    row = conn.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", [rid]).fetchone()
    return dict(row) if row else None
