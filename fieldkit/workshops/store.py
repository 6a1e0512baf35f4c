"""Workshops, their agenda and their boards in SQL. Knows the database, never the web."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any

from .. import clock, ids, journal
from . import boards_store, history, live, timer, votes_store

CODE_LENGTH = 6


class Elsewhere(Exception):
    """The group is at another step than whoever pressed thought; nothing changed."""


class NotOpen(Exception):
    """The workshop is not in the state this needs."""


def create(
    conn: sqlite3.Connection, workshop: dict[str, Any], steps: Sequence[tuple[dict[str, Any], dict[str, Any] | None]] = ()
) -> str:
    """Store a new workshop with its agenda, for the open stop if there is one; its code. Repeating an id changes nothing."""
    known = one(conn, workshop["id"])
    if known:
        return known["join_code"]
    stop = conn.execute("SELECT id FROM open_stop").fetchone()
    code = workshop.get("join_code") or _free_code(conn)
    row = {"stop_id": stop["id"] if stop else None, "at": clock.quarter(), **workshop, "join_code": code}
    journal.save(conn, "workshops", row)
    for step, board in steps:
        add_step(conn, workshop["id"], step, board)
    history.forget(conn, workshop["id"])
    return code


def change(conn: sqlite3.Connection, workshop_id: str, values: dict[str, Any]) -> None:
    """Give a workshop another title, partner, goal or focus."""
    history.remember(conn, workshop_id, "workshop", [("workshops", workshop_id)])
    journal.save(conn, "workshops", {"id": workshop_id, **values})
    live.changed(conn, workshop_id)


def add_step(conn: sqlite3.Connection, workshop_id: str, step: dict[str, Any], board: dict[str, Any] | None) -> None:
    """Add a step at the end of the agenda, with a board or without. Repeating an id changes nothing. Can be undone."""
    if conn.execute("SELECT 1 FROM workshop_steps WHERE id = ?", [step["id"]]).fetchone():
        return
    board = board and {"id": ids.new_id(), **board, "step_id": step["id"]}
    rows = [("boards", board["id"])] if board else []
    history.remember(conn, workshop_id, "agenda", [*rows, ("workshop_steps", step["id"])])
    last = conn.execute("SELECT coalesce(max(place), 0) FROM workshop_steps WHERE workshop_id = ?", [workshop_id]).fetchone()[0]
    journal.save(conn, "workshop_steps", {**step, "workshop_id": workshop_id, "place": last + 1})
    if board:
        add_board(conn, board)
    live.changed(conn, workshop_id)


def add_board(conn: sqlite3.Connection, board: dict[str, Any]) -> None:
    """Add a board to a step, for everybody or for a group; `options` is a dict."""
    journal.save(conn, "boards", board | {"options": json.dumps(board.get("options", {}), ensure_ascii=False)})
    live.changed(conn, boards_store.workshop_of(conn, board["id"]))


def open_workshop(conn: sqlite3.Connection, workshop_id: str) -> None:
    """Let people join, also again after it was closed: the step the group was at goes on. Raises NotOpen for one that has ended."""
    if _move(conn, workshop_id, {"prepared": "open", "closed": "open"}):
        workshop = one(conn, workshop_id) or {}
        if workshop["step_id"]:
            journal.save(conn, "workshop_steps", {"id": workshop["step_id"], "ended_at": ""})


def close(conn: sqlite3.Connection, workshop_id: str) -> None:
    """Take nothing more: everybody can still read. Raises NotOpen."""
    if _move(conn, workshop_id, {"prepared": "closed", "open": "closed"}):
        _end_step(conn, one(conn, workshop_id) or {})


def end(conn: sqlite3.Connection, workshop_id: str) -> None:
    """Finish for good: who took part is only a number from now on; keys, word pairs and what could be undone are gone."""
    workshop = one(conn, workshop_id)
    if workshop is None or workshop["state"] == "ended":
        return
    _end_step(conn, workshop)
    for board in boards_store.boards(conn, workshop_id):
        votes_store.count_for_the_journal(conn, board["id"])
    people = conn.execute("SELECT count(*) FROM participants WHERE workshop_id = ?", [workshop_id]).fetchone()[0]
    row = {"id": workshop_id, "state": "ended", "attendance": people + workshop["paper_people"]}
    journal.save(conn, "workshops", row)
    conn.execute("DELETE FROM participants WHERE workshop_id = ?", [workshop_id])
    history.forget(conn, workshop_id)
    conn.scrub = True  # type: ignore[attr-defined] # names and keys must not stay readable in the write-ahead log
    live.changed(conn, workshop_id)
    conn.afterwards.append(lambda _: live.presence.forget(workshop_id))  # type: ignore[attr-defined]


def go(conn: sqlite3.Connection, workshop_id: str, expected: str, to: str) -> None:
    """Move the group from the step `expected` (empty: before the first) to the step `to`.

    Raises Elsewhere when somebody else was quicker, NotOpen when the workshop is not open.
    """
    workshop = one(conn, workshop_id)
    if workshop is None or workshop["state"] != "open":
        raise NotOpen
    if workshop["step_id"] != expected:
        raise Elsewhere
    there = conn.execute("SELECT * FROM workshop_steps WHERE id = ? AND workshop_id = ?", [to, workshop_id]).fetchone()
    if there is None:
        raise Elsewhere
    history.remember(conn, workshop_id, "go", [("workshops", workshop_id), ("workshop_steps", to), ("workshop_steps", expected)])
    _end_step(conn, workshop)
    started = {} if there["started_at"] else {"started_at": clock.stamp(), "started_tick": timer.now()}
    journal.save(conn, "workshop_steps", {"id": to, "ended_at": "", **started})
    journal.save(conn, "workshops", {"id": workshop_id, "step_id": to})
    live.changed(conn, workshop_id)


def stretch(conn: sqlite3.Connection, step_id: str, minutes: int) -> None:
    """Give a step more minutes, or fewer."""
    step = conn.execute("SELECT * FROM workshop_steps WHERE id = ?", [step_id]).fetchone()
    if step is None:
        return
    history.remember(conn, step["workshop_id"], "stretch", [("workshop_steps", step_id)])
    extra = max(-step["minutes"], min(480, step["extra"] + minutes))
    journal.save(conn, "workshop_steps", {"id": step_id, "extra": extra})
    live.changed(conn, step["workshop_id"])


def switch(conn: sqlite3.Connection, board_id: str, values: dict[str, Any]) -> None:
    """Turn switches of a board and of the copies that groups work on: lock it, reveal it, change what its kind preset."""
    workshop_id = boards_store.workshop_of(conn, board_id)
    family = boards_store.family(conn, board_id)
    history.remember(conn, workshop_id, "switch", [("boards", one) for one in family])
    for one in family:
        journal.save(conn, "boards", {"id": one, **values})
        votes_store.count_for_the_journal(conn, one)
        live.changed(conn, one)
    live.changed(conn, workshop_id)


def one(conn: sqlite3.Connection, workshop_id: str) -> dict[str, Any] | None:
    """A workshop by its id."""
    return _dict(conn.execute("SELECT * FROM workshops WHERE id = ?", [workshop_id]).fetchone())


def by_code(conn: sqlite3.Connection, code: str) -> dict[str, Any] | None:
    """A workshop by its code, as somebody typed it."""
    return _dict(conn.execute("SELECT * FROM workshops WHERE join_code = ?", [ids.letters_of(code)]).fetchone())


def listing(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """All workshops, newest first, with how many steps each has."""
    rows = conn.execute(
        "SELECT *, (SELECT count(*) FROM workshop_steps WHERE workshop_id = workshops.id) AS steps FROM workshops ORDER BY rowid DESC"
    )
    return [dict(row) for row in rows]


def opened(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """The workshops that are open, newest first, each with the title of its present `step`."""
    rows = conn.execute(
        """
        SELECT workshops.*, workshop_steps.title AS step FROM workshops LEFT JOIN workshop_steps ON workshop_steps.id = step_id
        WHERE state = 'open' ORDER BY workshops.rowid DESC
        """
    )
    return [dict(row) for row in rows]


def any_open(conn: sqlite3.Connection) -> bool:
    """Whether there is a workshop to join."""
    return bool(conn.execute("SELECT EXISTS (SELECT 1 FROM workshops WHERE state = 'open')").fetchone()[0])


def agenda(conn: sqlite3.Connection, workshop_id: str) -> list[dict[str, Any]]:
    """The steps of a workshop in their order, each with the `kind` and `question` of its board."""
    rows = conn.execute(
        """
        SELECT workshop_steps.*, boards.id AS board_id, boards.kind, boards.question
        FROM workshop_steps LEFT JOIN boards ON boards.step_id = workshop_steps.id AND boards.group_id IS NULL
        WHERE workshop_id = ? GROUP BY workshop_steps.id ORDER BY workshop_steps.place
        """,
        [workshop_id],
    )
    return [dict(row) for row in rows]


def step(conn: sqlite3.Connection, step_id: str) -> dict[str, Any] | None:
    """A step by its id."""
    return _dict(conn.execute("SELECT * FROM workshop_steps WHERE id = ?", [step_id]).fetchone())


def _end_step(conn: sqlite3.Connection, workshop: dict[str, Any]) -> None:
    """The group leaves the step it is at."""
    here = step(conn, workshop.get("step_id", ""))
    if here is None or here["ended_at"]:
        return
    journal.save(conn, "workshop_steps", {"id": here["id"], "ended_at": clock.stamp()})
    for (board_id,) in conn.execute("SELECT id FROM boards WHERE step_id = ?", [here["id"]]).fetchall():
        votes_store.count_for_the_journal(conn, board_id)
        live.changed(conn, board_id)


def _move(conn: sqlite3.Connection, workshop_id: str, ways: dict[str, str]) -> bool:
    """Change the state the way it may; whether it did. The step the group is at comes back with it."""
    workshop = one(conn, workshop_id)
    if workshop is None or workshop["state"] == "ended":
        raise NotOpen
    if workshop["state"] not in ways:
        return False
    history.remember(conn, workshop_id, "state", [("workshops", workshop_id), ("workshop_steps", workshop["step_id"])])
    journal.save(conn, "workshops", {"id": workshop_id, "state": ways[workshop["state"]]})
    live.changed(conn, workshop_id)
    return True


def _free_code(conn: sqlite3.Connection) -> str:
    while True:
        code = "".join(secrets.choice(ids.CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if by_code(conn, code) is None:
            return code


def _dict(row: sqlite3.Row | None) -> dict[str, Any] | None:
    return dict(row) if row else None
