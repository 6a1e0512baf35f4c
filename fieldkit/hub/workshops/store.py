"""Workshops as the kits handed them over. Their rows point at each other as on the kit: workshop, steps, boards, notes, numbers, outcomes."""

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, select

from ..tables import kits, records

Row = dict[str, Any]


def listing(conn: Connection) -> list[Row]:
    """All workshops, newest first, each with its `kit`, `kit_name` and the `place` of its stop."""
    rows = conn.execute(
        select(records.c.kit, records.c.rid, records.c.body, kits.c.name)
        .join_from(records, kits, kits.c.id == records.c.kit)
        .where(records.c.tbl == "workshops", records.c.erased == 0)
        .order_by(records.c.at.desc(), records.c.kit, records.c.rid)
    ).all()
    return [_workshop(conn, row) for row in rows]


def one(conn: Connection, kit: str, rid: str) -> Row | None:
    """A workshop with `steps` (each with its `boards`, those with `rows` of a text and its votes), `decisions` and `tasks`."""
    row = conn.execute(
        select(records.c.kit, records.c.rid, records.c.body, kits.c.name)
        .join_from(records, kits, kits.c.id == records.c.kit)
        .where(records.c.kit == kit, records.c.tbl == "workshops", records.c.rid == rid, records.c.erased == 0)
    ).one_or_none()
    if row is None:
        return None
    steps = _ordered(row for row in _all(conn, kit, "workshop_steps") if row["workshop_id"] == rid)
    groups = {group["id"]: group["name"] for group in _all(conn, kit, "workshop_groups") if group["workshop_id"] == rid}
    outcomes = _ordered(row for row in _all(conn, kit, "outcomes") if row["workshop_id"] == rid)
    boards = _boards(conn, kit, {step["id"] for step in steps}, groups)
    return _workshop(conn, row) | {
        "steps": [step | {"boards": boards[step["id"]]} for step in steps],
        "decisions": [one for one in outcomes if one["kind"] == "decision"],
        "tasks": [one for one in outcomes if one["kind"] == "task"],
    }


def _boards(conn: Connection, kit: str, steps: set[str], groups: dict[str, str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    boards = [board for board in _all(conn, kit, "boards") if board["step_id"] in steps]
    mine = {board["id"] for board in boards} | {board["source_id"] for board in boards}
    notes = {note["id"]: note for note in _all(conn, kit, "notes") if note["board_id"] in mine and note["state"] == "shown"}
    votes: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for tally in _all(conn, kit, "tallies"):
        if tally["board_id"] in mine:
            votes[tally["board_id"], tally["target"]].append(tally)
    for board in boards:
        rows = [
            {"text": n["text"], "votes": _count(votes.pop((board["id"], n["id"]), []))}
            for n in notes.values()
            if n["board_id"] == board["id"]
        ]
        names = _names(board)
        for (board_id, target), tallies in list(votes.items()):
            if board_id == board["id"]:
                rows.append(
                    {"text": notes[target]["text"] if target in notes else names.get(target, target), "votes": _count(tallies)}
                )
        found[board["step_id"]].append(
            board | {"group": groups.get(board["group_id"], ""), "rows": rows, "voted": any(row["votes"] for row in rows)}
        )
    return found


def _count(tallies: list[Row]) -> str:
    """How many chose it; where a choice has a value, how many for each."""
    numbers = {tally["value"]: _number(tally["votes"]) + _number(tally["paper_votes"]) for tally in tallies}
    if set(numbers) <= {1, ""}:
        return str(sum(numbers.values()) or "")
    return ", ".join(f"{value}: {n}" for value, n in sorted(numbers.items(), key=lambda pair: _number(pair[0])) if n)


def _names(board: Row) -> dict[str, str]:
    """What the options of a board are called, where a facilitator typed them in."""
    try:
        options = json.loads(board["options"] or "{}")
        return {str(one["key"]): str(one["label"]) for one in options.get("answers", [])}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def _workshop(conn: Connection, row: Any) -> Row:
    said = _said(row.body, row.rid)
    stop = conn.scalar(
        select(records.c.body).where(records.c.kit == row.kit, records.c.tbl == "stops", records.c.rid == said["stop_id"])
    )
    return said | {"kit": row.kit, "kit_name": row.name, "place": _said(stop, "")["place"]}


def _all(conn: Connection, kit: str, table: str) -> list[Row]:
    where = (records.c.kit == kit, records.c.tbl == table, records.c.erased == 0)
    return [
        _said(row.body, row.rid)
        for row in conn.execute(select(records.c.rid, records.c.body).where(*where).order_by(records.c.seq))
    ]


def _said(body: str | None, rid: str) -> Row:
    """A body as any release of the kit may have written it: what is missing is empty."""
    said = json.loads(body) if body else {}
    return defaultdict(str, {**{name: "" if value is None else value for name, value in said.items()}, "id": rid})


def _ordered(rows: Any) -> list[Row]:
    return sorted(rows, key=lambda row: _number(row["place"]))


def _number(value: Any) -> int:
    return value if type(value) is int else 0
