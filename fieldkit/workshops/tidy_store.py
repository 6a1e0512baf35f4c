"""Notes as a list that the team tidies: sort, group, merge, split, star, remove, approve. In SQL; everything can be undone."""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from .. import ids, journal
from . import boards_store, history, notes_store, votes_store

Notes = list[dict[str, Any]]


class Nothing(Exception):
    """None of the notes is there any more, or there are too few of them for this."""


class Secret(Exception):
    """The votes are still secret: no order may tell who leads."""


ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "words": lambda note: note["text"].casefold(),
    "stars": lambda note: -note["star"],
    "votes": lambda note: -note["votes"],
}
"""What notes can be sorted by; those that are equal stay as they were."""


def here(conn: sqlite3.Connection, board_id: str, note_ids: Iterable[str]) -> Notes:
    """Those notes of these ids that are on a board, in a group's copy of it, or on the board it works on; not removed ones."""
    wanted = list(dict.fromkeys(note_ids))
    rows = conn.execute(
        f"""
        SELECT notes.* FROM notes JOIN boards ON boards.id = ?
        WHERE notes.id IN ({", ".join(["?"] * len(wanted))}) AND notes.state <> 'removed'
            AND (notes.board_id IN {boards_store.FAMILY} OR notes.board_id IN {boards_store.FAMILY})
        """,
        [board_id, *wanted, board_id, _source(conn, board_id)],
    ).fetchall()
    found = {row["id"]: dict(row) for row in rows}
    return [found[rid] for rid in wanted if rid in found]


def change(conn: sqlite3.Connection, board_id: str, note_ids: Iterable[str], values: dict[str, Any], act: str = "note") -> int:
    """Give notes the same star, state or place on the board; how many. Raises Nothing."""
    notes = here(conn, board_id, note_ids)
    _save(conn, board_id, {note["id"]: values for note in notes}, act)
    return len(notes)


def merge(conn: sqlite3.Connection, board_id: str, note_ids: Iterable[str]) -> str:
    """Put notes that say the same under the first of them; its id. Raises Nothing."""
    notes = here(conn, board_id, note_ids)
    if len(notes) < 2:
        raise Nothing
    first, *others = notes
    changes = {first["id"]: {"parent_id": None}} | {note["id"]: {"parent_id": first["id"]} for note in others}
    for note in others:  # one level: whatever hung on them hangs on the first now
        changes |= {
            child["id"]: {"parent_id": first["id"]} for child in _children(conn, note["id"]) if child["id"] != first["id"]
        }
    _save(conn, board_id, changes, "group")
    return first["id"]


def group(conn: sqlite3.Connection, board_id: str, note_ids: Iterable[str], heading: dict[str, Any]) -> None:
    """Gather notes under a heading: a note of the team, by its `id`, with `text`. Repeating the id changes nothing. Raises Nothing."""
    notes = here(conn, board_id, note_ids)
    if not notes:
        raise Nothing
    if notes_store.text_of(conn, heading["id"]):
        return
    changes: dict[str, dict[str, Any]] = {}
    for note in notes:
        changes[note["id"]] = {"parent_id": heading["id"]}
        changes |= {child["id"]: {"parent_id": heading["id"]} for child in _children(conn, note["id"])}
    board = boards_store.board(conn, notes[0]["board_id"]) or {}
    workshop_id = board["workshop_id"]
    rows = [("notes", heading["id"]), *(("notes", rid) for rid in changes)]
    history.remember(conn, workshop_id, "group", rows)
    row = {**heading, "board_id": board["id"], "channel": "team", "field": notes[0]["field"], "place": notes[0]["place"]}
    journal.save(conn, "notes", row | {"at": notes[0]["at"]})
    for rid, values in changes.items():
        journal.save(conn, "notes", {"id": rid, **values})
    notes_store.moved(conn, board, row)


def split(conn: sqlite3.Connection, board_id: str, note_ids: Iterable[str]) -> int:
    """Let what was merged or grouped stand on its own again; a heading that nothing hangs on any more goes. Raises Nothing."""
    changes: dict[str, dict[str, Any]] = {}
    for note in here(conn, board_id, note_ids):
        children = _children(conn, note["id"])
        changes |= {child["id"]: {"parent_id": None} for child in children}
        if note["parent_id"]:
            changes[note["id"]] = {"parent_id": None}
        elif children and note["channel"] == "team":
            changes[note["id"]] = {"state": "removed"}
    _save(conn, board_id, changes, "group")
    return len(changes)


def move(conn: sqlite3.Connection, board_id: str, note_id: str, by: int, shown: list[str]) -> None:
    """Move a note up (-1) or down (1) among the notes a facilitator saw, given in their order. Raises Nothing."""
    if note_id not in shown:
        raise Nothing
    at = shown.index(note_id)
    shown.insert(max(0, min(len(shown) - 1, at + by)), shown.pop(at))
    _save(conn, board_id, {rid: {"place": place} for place, rid in enumerate(shown, 1)}, "note")


def sort(conn: sqlite3.Connection, board_id: str, notes: Notes, by: str) -> None:
    """Sort all notes a facilitator sees: by a key of ORDERS, or by arrival. Raises Nothing, Secret."""
    if by == "votes" and (boards_store.board(conn, board_id) or {}).get("secret"):
        raise Secret
    if by in ORDERS:
        tallies = votes_store.tallies(conn, board_id)
        counted = [note | {"votes": tallies[note["id"]].votes if note["id"] in tallies else 0} for note in notes]
        changes = {note["id"]: {"place": place} for place, note in enumerate(sorted(counted, key=ORDERS[by]), 1)}
    else:
        changes = {note["id"]: {"place": 0} for note in notes}
    _save(conn, board_id, changes, "note")


def removed(conn: sqlite3.Connection, board_id: str) -> Notes:
    """What the team took down or did not approve, here or on the board it works on, newest first: it can be put back. A heading can as long as notes would gather under it again."""
    rows = conn.execute(
        f"""
        SELECT * FROM notes WHERE (board_id IN {boards_store.FAMILY} OR board_id IN {boards_store.FAMILY})
            AND state = 'removed' AND (channel <> 'team' OR EXISTS (SELECT 1 FROM notes AS child WHERE child.parent_id = notes.id))
        ORDER BY rowid DESC
        """,
        [board_id, _source(conn, board_id)],
    )
    return [dict(row) for row in rows]


def restore(conn: sqlite3.Connection, board_id: str, note_id: str) -> None:
    """Put a removed note back."""
    if any(note["id"] == note_id for note in removed(conn, board_id)):
        notes_store.change(conn, note_id, {"state": "shown"}, "moderation")


def _save(conn: sqlite3.Connection, board_id: str, changes: dict[str, dict[str, Any]], act: str) -> None:
    """Change notes in one act. Raises Nothing where there is none."""
    notes = here(conn, board_id, changes)
    if not notes:
        raise Nothing
    history.remember(conn, boards_store.workshop_of(conn, board_id), act, [("notes", note["id"]) for note in notes])
    for note in notes:
        values = changes[note["id"]]
        journal.save(conn, "notes", {"id": note["id"], **values})
    by_board: dict[str, Notes] = {}
    for note in notes:
        by_board.setdefault(note["board_id"], []).extend([note, note | changes[note["id"]]])
    for rid, moved in by_board.items():
        notes_store.moved(conn, boards_store.board(conn, rid) or {}, *moved)


def _children(conn: sqlite3.Connection, note_id: str) -> Notes:
    return [dict(row) for row in conn.execute("SELECT * FROM notes WHERE parent_id = ?", [note_id])]


def _source(conn: sqlite3.Connection, board_id: str) -> str | None:
    return (boards_store.board(conn, board_id) or {}).get("source_id")


def new_heading(text: str) -> dict[str, Any]:
    """A heading for a group of notes."""
    return {"id": ids.new_id(), "text": text}
