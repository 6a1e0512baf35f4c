"""The agenda and the settings of its boards, changed after they were made, in SQL. Everything can be undone."""

import json
import sqlite3
from typing import Any

from .. import journal
from . import boards_store, history, live, store


class InUse(Exception):
    """The step is under way, or something hangs on its board: it cannot go."""


class TooFew(Exception):
    """Somebody has given more votes already than this would allow."""


class Voted(Exception):
    """Somebody has voted: what could be chosen cannot become something else."""


def change_step(conn: sqlite3.Connection, step_id: str, step: dict[str, Any], board: dict[str, Any] | None) -> None:
    """Give a step and its board, and the copies groups work on, other words and settings. Raises TooFew, Voted."""
    known = store.step(conn, step_id)
    if known is None:
        return
    boards = [row[0] for row in conn.execute("SELECT id FROM boards WHERE step_id = ?", [step_id])] if board else []
    for one in boards:
        _refuse_harm(conn, one, board or {})
    rows = [("workshop_steps", step_id), *(("boards", one) for one in boards)]
    if not (board or {}).get("named", 1):
        rows += [("notes", note) for one in boards for note in boards_store.names_on(conn, one)]
    history.remember(conn, known["workshop_id"], "agenda", rows)
    journal.save(conn, "workshop_steps", {**step, "id": step_id})
    for one in boards:
        journal.save(conn, "boards", {**(board or {}), "id": one, "options": _options(conn, one, board or {})})
        boards_store.forget_names(conn, one)
        live.changed(conn, one)
    live.changed(conn, known["workshop_id"])


def move_step(conn: sqlite3.Connection, step_id: str, by: int) -> None:
    """Move a step up (-1) or down (1) in the agenda."""
    known = store.step(conn, step_id)
    if known is None:
        return
    order = [step["id"] for step in store.agenda(conn, known["workshop_id"])]
    at = order.index(step_id)
    to = max(0, min(len(order) - 1, at + by))
    if to == at:
        return
    order.insert(to, order.pop(at))
    history.remember(conn, known["workshop_id"], "agenda", [("workshop_steps", rid) for rid in order])
    _number(conn, order)
    live.changed(conn, known["workshop_id"])


def remove_step(conn: sqlite3.Connection, step_id: str) -> None:
    """Take a step out of the agenda, with its boards. Raises InUse where the group is there or something hangs on them."""
    known = store.step(conn, step_id)
    if known is None:
        return
    workshop_id = known["workshop_id"]
    boards = [row[0] for row in conn.execute("SELECT id FROM boards WHERE step_id = ?", [step_id])]
    workshop = store.one(conn, workshop_id) or {}
    if workshop["step_id"] == step_id or any(boards_store.used(conn, board) for board in boards):
        raise InUse
    working = [row[0] for b in boards for row in conn.execute("SELECT id FROM boards WHERE source_id = ?", [b]).fetchall()]
    order = [step["id"] for step in store.agenda(conn, workshop_id)]
    rows = [("boards", rid) for rid in working + boards]
    history.remember(conn, workshop_id, "agenda", [*rows, *(("workshop_steps", rid) for rid in order)])
    for rid in working:
        journal.save(conn, "boards", {"id": rid, "source_id": None})
    for board in boards:
        for (tally,) in conn.execute("SELECT id FROM tallies WHERE board_id = ?", [board]).fetchall():
            journal.erase(conn, "tallies", tally)
        journal.erase(conn, "boards", board)
    journal.erase(conn, "workshop_steps", step_id)
    _number(conn, [rid for rid in order if rid != step_id])
    live.changed(conn, workshop_id)


def _number(conn: sqlite3.Connection, order: list[str]) -> None:
    for place, rid in enumerate(order, 1):
        journal.save(conn, "workshop_steps", {"id": rid, "place": place})


def _options(conn: sqlite3.Connection, board_id: str, board: dict[str, Any]) -> str:
    """The options as they were set, under those a kind keeps itself, such as how far a board has come."""
    known = (boards_store.board(conn, board_id) or {}).get("options", {})
    return json.dumps(known | board.get("options", {}), ensure_ascii=False)


def _refuse_harm(conn: sqlite3.Connection, board_id: str, board: dict[str, Any]) -> None:
    """Inside the write, because somebody may be voting at this moment."""
    rows = conn.execute(
        "SELECT target, count(*) AS dots FROM votes WHERE board_id = ? AND participant_id IS NOT NULL GROUP BY participant_id, target",
        [board_id],
    ).fetchall()
    if not rows:
        return
    given = conn.execute(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM votes WHERE board_id = ? AND participant_id IS NOT NULL GROUP BY participant_id)",
        [board_id],
    ).fetchone()[0]
    stacked = max(row["dots"] for row in rows) > 1
    if given > board.get("votes_each", given) or (stacked and not board.get("votes_stack", 1)):
        raise TooFew
    known = (boards_store.board(conn, board_id) or {}).get("options", {})
    if any(known.get(name) != value for name, value in board.get("options", {}).items() if isinstance(value, list)):
        raise Voted
