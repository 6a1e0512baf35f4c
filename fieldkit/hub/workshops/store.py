"""Workshops as the kits handed them over. Their rows point at each other as on the kit: workshop, steps, boards, notes, numbers, outcomes."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from ...boards import gathered, kind_of, tables
from ...boards.tally import Tally
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
    """A workshop with `steps` (each with its `boards`, those as tables of `heads` and `rows`), `decisions` and `tasks`."""
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
    """Step -> its boards, each with the name of its `group` and the `heads` and `rows` that its kind makes of it, as on the kit."""
    boards = [_board(row) for row in _all(conn, kit, "boards") if row["step_id"] in steps]
    wrote = {board["id"]: groups.get(board["group_id"], "") for board in boards}
    notes = [_note(row, wrote) for row in _ordered(_all(conn, kit, "notes")) if row["state"] == "shown"]
    counted = [row for row in _all(conn, kit, "tallies") if type(row["value"]) is int]
    found: dict[str, list[Row]] = defaultdict(list)
    for board in gathered(boards):
        own = _family(boards, board["id"])
        hanging = [note for note in notes if note["board_id"] in own | _family(boards, board["source_id"])]
        tallies = _tallies([row for row in counted if row["board_id"] in own], hanging)
        found[board["step_id"]].append(board | {"group": wrote[board["id"]]} | _table(board, _merged(hanging), tallies))
    return found


def _family(boards: list[Row], board_id: str) -> set[str]:
    """A board and, where it is the one for everybody, the copies of the groups."""
    mother = next((board for board in boards if board["id"] == board_id), None)
    if mother is None or mother["group_id"]:
        return {board_id}
    return {board["id"] for board in boards if board["step_id"] == mother["step_id"] and board["group_id"]} | {board_id}


def _table(board: Row, notes: list[Row], tallies: Mapping[str, Tally]) -> Row:
    """What came of a board. One that a newer release wrote in another shape is shown as a list of notes."""
    try:
        table = kind_of(board).result(board, notes, tallies)["table"]
    except (AttributeError, KeyError, TypeError, ValueError):
        table = tables.plain(notes)
    return {"heads": table["heads"], "rows": table["rows"]}


def _merged(notes: list[Row]) -> list[Row]:
    """The notes that stand for themselves, each with those merged into it as `children`."""
    known = {note["id"]: note | {"children": []} for note in notes}
    for note in known.values():
        if note["parent_id"] in known:
            known[note["parent_id"]]["children"].append(note)
    return [note for note in known.values() if note["parent_id"] not in known]


def _tallies(rows: list[Row], notes: list[Row]) -> dict[str, Tally]:
    """What each note or option got; what was given to a note counts for the one it was merged into, unless that was taken down."""
    known = {note["id"] for note in notes}
    parents = {note["id"]: note["parent_id"] for note in notes if note["parent_id"] in known}
    found: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        tally, value = found[parents.get(row["target"], row["target"])], row["value"]
        tally.phone[value] = tally.phone.get(value, 0) + _number(row["votes"])
        tally.paper[value] = tally.paper.get(value, 0) + _number(row["paper_votes"])
    return found


def _board(row: Row) -> Row:
    """A board with its options as a dict. At the hub it is over: nothing is written on it any more."""
    try:
        options = json.loads(str(row["options"]) or "{}")
    except ValueError:
        options = {}
    return row | {"options": options if isinstance(options, dict) else {}, "over": True}


def _note(row: Row, wrote: Mapping[str, str]) -> Row:
    return row | {
        "group": tables.written_by(row, wrote),
        "text": str(row["text"]),
        "children": [],
        **{axis: row[axis] if type(row[axis]) is int else None for axis in "xy"},
    }


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
    """A body as any release of the kit may have written it: what is missing, or is no plain value, is empty."""
    said = json.loads(body) if body else {}
    return defaultdict(str, {**{name: value for name, value in said.items() if isinstance(value, str | int | float)}, "id": rid})


def _ordered(rows: Any) -> list[Row]:
    return sorted(rows, key=lambda row: _number(row["place"]))


def _number(value: Any) -> int:
    return value if type(value) is int else 0
