"""Notes in SQL: one table for every kind of board. What is hidden is left out here, before anybody could render, count or weigh it."""

import contextlib
import hashlib
import sqlite3
from typing import Any

from .. import clock, ids, journal
from ..boards import kind_of
from ..boards.kind import NOTES
from . import boards_store, history, live, votes_store


class Closed(Exception):
    """This board takes nothing (any more)."""


class Enough(Exception):
    """This participant has left as many notes as the board allows."""


class Passed(Exception):
    """Somebody else continued this note, or it cannot be continued (any more)."""


class Gone(Exception):
    """The note is not there, or somebody else's."""


def leave(conn: sqlite3.Connection, board_id: str, who: dict[str, Any] | None, note: dict[str, Any]) -> str:
    """Store a participant's note, or without `who` one that the team types in; its id. Raises Closed, Enough, Passed.

    Sending the same form again changes nothing. The team may enter paper until the workshop has ended, also on a locked board.

    Other words under an id that was used (a page the browser brought back) become a note of their own: nothing is lost.
    """
    board = boards_store.board(conn, board_id)
    if board is None or (who and who["workshop_id"] != board["workshop_id"]):
        raise Closed
    known = _one(conn, note["id"])
    if known and _same(known, note):
        return known["id"]
    if known:
        note = note | {"id": other_id(note)}
        if _one(conn, note["id"]):
            return note["id"]
    if (who and not (board["takes"] and NOTES in board["accepts"])) or board["workshop_state"] == "ended":
        raise Closed
    if note.get("parent_id") and not _can_follow(conn, board, note["parent_id"]):
        raise Passed
    if who and board["max_notes"] and len(own(conn, board_id, who["id"])) >= board["max_notes"]:
        raise Enough
    _insert(conn, board, who, note)
    return note["id"]


def choose_with_words(
    conn: sqlite3.Connection, board_id: str, who: dict[str, Any], values: dict[str, int], note: dict[str, Any] | None
) -> None:
    """Store a choice with the words to it, if there are any and there is room for them. Raises votes_store.Closed."""
    votes_store.choose(conn, board_id, who, values)
    if note and note["text"]:
        with contextlib.suppress(Enough):
            leave(conn, board_id, who, note)


def text_of(conn: sqlite3.Connection, note_id: str) -> str:
    """The words of a note."""
    note = _one(conn, note_id)
    return note["text"] if note else ""


def withdraw(conn: sqlite3.Connection, note_id: str, who: dict[str, Any]) -> str:
    """Erase a participant's own note for good; the id of its board. Raises Gone, Closed."""
    note = _one(conn, note_id)
    if note is None or note["participant_id"] != who["id"]:
        raise Gone
    board = boards_store.board(conn, note["board_id"])
    if board is None or not board["takes"]:
        raise Closed
    history.let_go(conn, note_id)
    conn.execute("DELETE FROM votes WHERE target = ?", [note_id])
    history.forget_note(conn, note_id)
    journal.erase(conn, "notes", note_id)
    moved(conn, board, note)
    return board["id"]


def change(conn: sqlite3.Connection, note_id: str, values: dict[str, Any], act: str = "note") -> None:
    """Change a note for the team: text, field, star, order, cluster, state. Can be undone. Raises Gone."""
    note = _one(conn, note_id)
    if note is None:
        raise Gone
    history.remember(conn, boards_store.workshop_of(conn, note["board_id"]), act, [("notes", note_id)])
    journal.save(conn, "notes", {"id": note_id, **values})
    board = boards_store.board(conn, note["board_id"]) or {}
    if values.get("state") == "shown":
        votes_store.trim(conn, board["id"])
    moved(conn, board, note | values, note)


def moved(conn: sqlite3.Connection, board: dict[str, Any], *notes: dict[str, Any]) -> None:
    """Say that notes of a board changed: to everybody, or to the team alone where nobody else may see them."""
    secret = not board["show_others"] or board["hidden"] or all(note.get("state", "shown") != "shown" for note in notes)
    boards_store.changed(conn, board, secret)


def seen(conn: sqlite3.Connection, board: dict[str, Any], to: str = live.ROOM) -> list[dict[str, Any]]:
    """The notes somebody may see of a board and of the one it works on, each with its merged ones as `children`, best order first.

    The team sees all but those removed; everybody else what is neither hidden nor waiting, nor in a group that works by itself.
    """
    if to == live.ROOM and (board["hidden"] or not board["show_others"]):
        rows = []
    else:
        states = "('shown', 'waiting')" if to == live.TEAM else "('shown')"
        rows = conn.execute(
            f"""
            SELECT * FROM notes WHERE (board_id IN {boards_store.FAMILY} OR board_id IN {boards_store.FAMILY}) AND state IN {states}
                AND (? OR board_id = ? OR board_id NOT IN {boards_store.APART})
            ORDER BY place, rowid
            """,
            [board["id"], _open_source(conn, board, to), to == live.TEAM, board["id"]],
        ).fetchall()
    notes = [_public(row) if to == live.ROOM else dict(row) | {"children": []} for row in rows]
    known = {note["id"]: note for note in notes}
    for note in notes:
        if note["parent_id"] in known:
            known[note["parent_id"]]["children"].append(note)
    return [note for note in notes if note["parent_id"] not in known]


def waiting(conn: sqlite3.Connection, board_id: str) -> int:
    """How many notes of a board wait for approval."""
    query = f"SELECT count(*) FROM notes WHERE board_id IN {boards_store.FAMILY} AND state = 'waiting'"
    return conn.execute(query, [board_id]).fetchone()[0]


def own(conn: sqlite3.Connection, board_id: str, participant_id: str) -> list[dict[str, Any]]:
    """What a participant left on a board, also in a group, hidden or not, oldest first."""
    rows = conn.execute(
        f"SELECT * FROM notes WHERE board_id IN {boards_store.SISTERS} AND participant_id = ? AND state <> 'removed' ORDER BY rowid",
        [board_id, participant_id],
    )
    return [dict(row) for row in rows]


PUBLIC = ("id", "text", "name", "field", "x", "y", "parent_id", "star", "channel")
"""What of a note others may see; not who wrote it, and not when."""


def _public(row: sqlite3.Row) -> dict[str, Any]:
    return {name: row[name] for name in PUBLIC} | {"children": []}


def _open_source(conn: sqlite3.Connection, board: dict[str, Any], to: str) -> str:
    """The board whose notes are worked on here, unless its notes are still hidden from whoever looks."""
    source = boards_store.board(conn, board["source_id"] or "")
    return source["id"] if source and (to == live.TEAM or not source["hidden"]) else ""


def _can_follow(conn: sqlite3.Connection, board: dict[str, Any], parent_id: str) -> bool:
    """Whether a note can be laid to another: one that everybody sees here, and in a chain its end, until the chain is long enough."""
    kind, notes = kind_of(board), seen(conn, board)
    return parent_id in {offer["key"] for offer in kind.offers(board, notes)} if kind.passes_on else _is_seen(notes, parent_id)


def _is_seen(notes: list[dict[str, Any]], note_id: str) -> bool:
    return any(note["id"] == note_id for note in notes)


def _insert(conn: sqlite3.Connection, board: dict[str, Any], who: dict[str, Any] | None, note: dict[str, Any]) -> None:
    row = {"board_id": board["id"], "participant_id": who["id"] if who else None, "at": clock.quarter(), **note}
    if who:
        row |= {"state": "waiting" if board["moderated"] else "shown"}
        row |= {"name": who["name"] if board["named"] else ""}
    journal.save(conn, "notes", row)
    moved(conn, board, row)


def _one(conn: sqlite3.Connection, note_id: str) -> dict[str, Any] | None:
    row = conn.execute("SELECT * FROM notes WHERE id = ?", [note_id]).fetchone()
    return dict(row) if row else None


def _same(known: dict[str, Any], note: dict[str, Any]) -> bool:
    return all(known[name] == note[name] for name in ("text", "field", "x", "y") if name in note)


def other_id(note: dict[str, Any]) -> str:
    """The id of other words under a used id: the same for the same words, so that they too can be sent twice."""
    words = "\n".join(str(note.get(name, "")) for name in ("id", "text", "field", "x", "y"))
    return "".join(ids.ID_ALPHABET[byte % 32] for byte in hashlib.sha256(words.encode()).digest()[: ids.ID_LENGTH])
