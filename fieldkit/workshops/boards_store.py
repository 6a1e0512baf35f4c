"""Boards in SQL, as they are right now: who may see what, and whether anything is taken."""

import json
import sqlite3
from typing import Any

from .. import journal
from ..boards import kind_of
from . import live, timer

BOARD = """
    SELECT boards.*, workshop_steps.workshop_id, workshops.join_code, workshops.state AS workshop_state, workshops.step_id = boards.step_id AS current,
        workshop_steps.place AS step_place, workshop_steps.minutes, workshop_steps.extra, workshop_steps.started_at, workshop_steps.started_tick, workshop_steps.ended_at
    FROM boards JOIN workshop_steps ON workshop_steps.id = boards.step_id JOIN workshops ON workshops.id = workshop_id
"""


FAMILY = """(
    SELECT copy.id FROM boards AS mother JOIN boards AS copy
        ON copy.id = mother.id OR (mother.group_id IS NULL AND copy.step_id = mother.step_id)
    WHERE mother.id = ?
)"""
"""The ids of what is seen on a board: itself and, where it is the one for everybody, the copies of the groups."""

APART = "(SELECT boards.id FROM boards JOIN workshop_groups ON workshop_groups.id = boards.group_id WHERE apart = 1)"
"""The ids of the copies whose groups work by themselves right now."""

SISTERS = "(SELECT sister.id FROM boards AS one JOIN boards AS sister ON sister.step_id = one.step_id WHERE one.id = ?)"
"""The ids of all boards of a step. What one person may give is counted over all of them, in whichever group they sat."""


def board(conn: sqlite3.Connection, board_id: str) -> dict[str, Any] | None:
    """A board by its id, with its options as a dict, the step's minutes, and the state of its workshop as `workshop_state`."""
    row = conn.execute(BOARD + "WHERE boards.id = ?", [board_id]).fetchone()
    return _board(row) if row else None


def boards(conn: sqlite3.Connection, workshop_id: str) -> list[dict[str, Any]]:
    """All boards of a workshop in the order of the agenda."""
    rows = conn.execute(BOARD + "WHERE workshops.id = ? ORDER BY workshop_steps.place, boards.rowid", [workshop_id])
    return [_board(row) for row in rows]


def board_for(conn: sqlite3.Connection, step_id: str, group_id: str | None) -> dict[str, Any] | None:
    """The board of a step that somebody of this group works on: the group's own, else the one for everybody."""
    rows = conn.execute(
        BOARD + "WHERE boards.step_id = ? AND (group_id IS NULL OR group_id = ?) ORDER BY group_id IS NULL, boards.rowid",
        [step_id, group_id],
    )
    found = rows.fetchone()
    return _board(found) if found else None


def workshop_of(conn: sqlite3.Connection, board_id: str) -> str:
    """The id of the workshop a board belongs to."""
    return conn.execute(BOARD + "WHERE boards.id = ?", [board_id]).fetchone()["workshop_id"]


def family(conn: sqlite3.Connection, board_id: str) -> list[str]:
    """The board itself and, where it is the one for everybody, the copies of the groups."""
    return [row[0] for row in conn.execute(f"SELECT id FROM boards WHERE id IN {FAMILY} ORDER BY rowid", [board_id])]


def used(conn: sqlite3.Connection, board_id: str) -> bool:
    """Whether notes hang on a board, also removed ones, or somebody voted on it."""
    query = "SELECT EXISTS (SELECT 1 FROM notes WHERE board_id = :id) OR EXISTS (SELECT 1 FROM votes WHERE board_id = :id)"
    return bool(conn.execute(query, {"id": board_id}).fetchone()[0])


def names_on(conn: sqlite3.Connection, board_id: str) -> list[str]:
    """The ids of the notes of a board that carry a name."""
    return [row[0] for row in conn.execute("SELECT id FROM notes WHERE board_id = ? AND name <> ''", [board_id])]


def forget_names(conn: sqlite3.Connection, board_id: str) -> None:
    """On a board without names no note has one, not in the journal either: what was turned off must not travel."""
    if conn.execute("SELECT named FROM boards WHERE id = ?", [board_id]).fetchone()["named"]:
        return
    for note_id in names_on(conn, board_id):
        journal.forget(conn, "notes", note_id)
        journal.save(conn, "notes", {"id": note_id, "name": ""})


def changed(conn: sqlite3.Connection, board: dict[str, Any], secret: bool) -> None:
    """Say that a board shows something else now, and with it the one for everybody and those that work on its notes."""
    mothers = conn.execute("SELECT id FROM boards WHERE step_id = ? AND group_id IS NULL", [board["step_id"]]).fetchall()
    shown = {board["id"], *(row[0] for row in mothers)} if board["group_id"] else {board["id"]}
    for one in list(shown):
        shown |= {row[0] for row in conn.execute("SELECT id FROM boards WHERE source_id = ?", [one])}
    for one in shown:
        live.changed(conn, one, secret)


def at_present(board: dict[str, Any]) -> dict[str, Any]:
    """A board with what depends on the moment: `over` (its time is up), `hidden` (what others wrote), `takes` (anything at all),
    `accepts` (what of notes, dots and choices, at its present stage), `secret` (its votes, for the team, too)."""
    seconds = timer.left(board)
    over = bool(board["ended_at"]) or (seconds is not None and seconds <= 0)
    open_ = board["workshop_state"] == "open" and not board["locked"]
    waits = board["reveal"] == "facilitator" or (board["reveal"] == "timer" and not over)
    return board | {
        "over": over,
        "hidden": waits and not board["revealed"],
        "takes": open_,
        "accepts": kind_of(board).accepted(board),
        "secret": bool(board["votes_hidden"] and open_ and not board["ended_at"]),
    }


def _board(row: sqlite3.Row) -> dict[str, Any]:
    return at_present(dict(row) | {"options": json.loads(row["options"])})
