"""Break-out groups in SQL: each has its own copy of a step's board, and all comes together again on the board for everybody."""

import json
import secrets
import sqlite3
from typing import Any

from .. import ids, journal
from . import boards_store, history, live, seats_store, store


class NoBoard(Exception):
    """The group is at no step, or at one without a board: there is nothing to work on in groups."""


class NoSuchGroup(Exception):
    """This group does not work by itself (any more)."""


def add(conn: sqlite3.Connection, workshop_id: str, group: dict[str, Any]) -> None:
    """Store a group by its `id`, with `name` and `place`."""
    journal.save(conn, "workshop_groups", {**group, "workshop_id": workshop_id})
    live.changed(conn, workshop_id)


def of(conn: sqlite3.Connection, workshop_id: str) -> list[dict[str, Any]]:
    """The groups of a workshop in their order."""
    return [
        dict(row) for row in conn.execute("SELECT * FROM workshop_groups WHERE workshop_id = ? ORDER BY place", [workshop_id])
    ]


def apart(conn: sqlite3.Connection, step_id: str) -> list[dict[str, Any]]:
    """The groups that work by themselves at a step, each with its `board_id`."""
    rows = conn.execute(
        """
        SELECT workshop_groups.*, boards.id AS board_id FROM workshop_groups JOIN boards ON boards.group_id = workshop_groups.id
        WHERE boards.step_id = ? AND apart = 1 ORDER BY workshop_groups.place
        """,
        [step_id],
    )
    return [dict(row) for row in rows]


def seat(conn: sqlite3.Connection, workshop_id: str, participant_id: str, group_id: str | None) -> None:
    """Put somebody into a group, or back to everybody."""
    conn.execute("UPDATE participants SET group_id = ? WHERE id = ? AND workshop_id = ?", [group_id, participant_id, workshop_id])
    live.changed(conn, workshop_id)


def choose(conn: sqlite3.Connection, workshop_id: str, participant_id: str, group_id: str) -> None:
    """Somebody chooses a group of the present step. Raises NoSuchGroup."""
    workshop = store.one(conn, workshop_id) or {}
    if workshop["state"] != "open" or group_id not in [group["id"] for group in apart(conn, workshop["step_id"])]:
        raise NoSuchGroup
    seat(conn, workshop_id, participant_id, group_id)


def place(conn: sqlite3.Connection, workshop_id: str, participant_id: str, group_id: str | None) -> None:
    """The team puts somebody elsewhere. Can be undone. Raises NoSuchGroup."""
    if group_id and group_id not in [group["id"] for group in of(conn, workshop_id) if group["apart"]]:
        raise NoSuchGroup
    history.remember(conn, workshop_id, "groups", [("participants", participant_id)])
    seat(conn, workshop_id, participant_id, group_id)


def break_out(conn: sqlite3.Connection, workshop_id: str, first_id: str, names: list[str], draw: bool) -> None:
    """Give each of these groups a copy of the present board and, with `draw`, deal everybody out by chance, as evenly as can be.

    `first_id` is the id of the first group: sending the form twice makes the groups once. Can be undone. Raises NoBoard.
    """
    if any(group["id"] == first_id for group in of(conn, workshop_id)):
        return
    workshop = store.one(conn, workshop_id) or {}
    board = boards_store.board_for(conn, workshop["step_id"], None)
    if board is None or workshop["state"] != "open":
        raise NoBoard
    before = [group for group in of(conn, workshop_id) if group["apart"]]
    people = seats_store.everybody(conn, workshop_id)
    group_ids = [first_id, *(ids.new_id() for _ in names[1:])]
    copies = [ids.new_id() for _ in names]
    rows = [("participants", one["id"]) for one in people] + [("boards", rid) for rid in copies]
    rows += [("workshop_groups", rid) for rid in group_ids + [group["id"] for group in before]]
    history.remember(conn, workshop_id, "groups", rows)
    _send_back(conn, workshop_id, before)
    for number, (group_id, name) in enumerate(zip(group_ids, names, strict=True), 1):
        add(conn, workshop_id, {"id": group_id, "name": name, "place": number, "apart": 1})
        journal.save(conn, "boards", _copy(conn, board) | {"id": copies[number - 1], "group_id": group_id})
    if draw:
        secrets.SystemRandom().shuffle(people)
        for n, one in enumerate(people):
            seat(conn, workshop_id, one["id"], group_ids[n % len(group_ids)])
    live.changed(conn, workshop_id)
    live.changed(conn, board["id"])


def together(conn: sqlite3.Connection, workshop_id: str) -> None:
    """Everybody comes back: what the groups made hangs on the board for all, the groups are over. Can be undone."""
    groups = [group for group in of(conn, workshop_id) if group["apart"]]
    if not groups:
        return
    rows = [("participants", one["id"]) for one in seats_store.everybody(conn, workshop_id) if one["group_id"]]
    history.remember(conn, workshop_id, "groups", [*rows, *(("workshop_groups", group["id"]) for group in groups)])
    _send_back(conn, workshop_id, groups)


def _send_back(conn: sqlite3.Connection, workshop_id: str, groups: list[dict[str, Any]]) -> None:
    for group in groups:
        journal.save(conn, "workshop_groups", {"id": group["id"], "apart": 0})
    conn.execute("UPDATE participants SET group_id = NULL WHERE workshop_id = ?", [workshop_id])
    live.changed(conn, workshop_id)


def _copy(conn: sqlite3.Connection, board: dict[str, Any]) -> dict[str, Any]:
    """The settings of a board for another one."""
    own = {name: board[name] for name in journal.columns("boards") if name not in ("id", "group_id")}
    return own | {"options": json.dumps(board["options"], ensure_ascii=False)}
