"""Votes in SQL. Every limit is kept inside the write, where nothing else happens at the same time."""

import sqlite3
from collections import defaultdict
from typing import Any

from .. import ids, journal
from ..boards import kind_of
from ..boards.kind import CHOICES, DOTS
from ..boards.tally import Tally
from . import boards_store
from .boards_store import FAMILY, SISTERS


class Closed(Exception):
    """This board takes no votes (any more)."""


class Late(Closed):
    """The group has left the step: its result is out, and nobody changes it afterwards."""


class NoneLeft(Exception):
    """This participant has no vote left."""


class NotHere(Exception):
    """The note or option is not on this board (any more)."""


class TooMuch(Exception):
    """This choice is beyond the limits of the board; whatever was chosen before still counts."""


def dot(conn: sqlite3.Connection, board_id: str, who: dict[str, Any], note_id: str, have: int) -> None:
    """Give a dot to a note. `have` is how many dots the participant saw as given: the same tap twice is one dot.

    Raises Closed, NoneLeft, NotHere.
    """
    board = _open_board(conn, board_id, who, DOTS)
    if not _on_board(conn, board, note_id):
        raise NotHere
    mine = dots(conn, board["id"], who["id"])
    again = conn.execute(
        f"SELECT 1 FROM votes WHERE board_id IN {SISTERS} AND participant_id = ? AND target = ? AND nth = ?",
        [board["id"], who["id"], note_id, have],
    ).fetchone()
    if again or (mine.get(note_id) and not board["votes_stack"]):
        return
    if sum(mine.values()) >= board["votes_each"]:
        raise NoneLeft
    conn.execute(
        "INSERT INTO votes (board_id, participant_id, target, nth) VALUES (?, ?, ?, ?)", [board["id"], who["id"], note_id, have]
    )
    _moved(conn, board)


def undot(conn: sqlite3.Connection, board_id: str, who: dict[str, Any], note_id: str) -> None:
    """Take all dots of a participant back from a note. Raises Closed."""
    board = _open_board(conn, board_id, who, DOTS)
    conn.execute(
        f"DELETE FROM votes WHERE board_id IN {SISTERS} AND participant_id = ? AND target = ?", [board["id"], who["id"], note_id]
    )
    _moved(conn, board)


def choose(conn: sqlite3.Connection, board_id: str, who: dict[str, Any], values: dict[str, int]) -> None:
    """Replace whatever a participant chose on this board by these options and their values: sending it twice changes nothing.

    Where a board takes dots, too, only a choice about the same is replaced. Raises Closed, NotHere, TooMuch.
    """
    board = _open_board(conn, board_id, who, CHOICES)
    kind = kind_of(board)
    if not kind.fits(board, values):
        raise TooMuch
    if any(ids.is_id(target) and not _on_board(conn, board, target) for target in values):
        raise NotHere
    for target in values if DOTS in kind.takes else chosen(conn, board_id, who["id"]):
        conn.execute(
            f"DELETE FROM votes WHERE board_id IN {SISTERS} AND participant_id = ? AND target = ?",
            [board["id"], who["id"], target],
        )
    conn.executemany(
        "INSERT INTO votes (board_id, participant_id, target, value) VALUES (?, ?, ?, ?)",
        [(board["id"], who["id"], target, value) for target, value in values.items()],
    )
    _moved(conn, board)


def enter_paper(conn: sqlite3.Connection, board_id: str, entry: dict[str, Any], who: str) -> None:
    """Enter so many equal votes from paper: `id` of the form, `target`, `value`, `number`. Repeating an id changes nothing.

    Raises Closed, NotHere.
    """
    if conn.execute("SELECT 1 FROM votes WHERE entry_id = ?", [entry["id"]]).fetchone():
        return
    board = boards_store.board(conn, board_id)
    if board is None or board["workshop_state"] == "ended":
        raise Closed
    if ids.is_id(entry["target"]) and not _on_board(conn, board, entry["target"]):
        raise NotHere
    conn.execute(
        "INSERT INTO votes (board_id, target, value, channel, number, entry_id, entered_by) VALUES (?, ?, ?, 'paper', ?, ?, ?)",
        [board["id"], entry["target"], entry.get("value", 1), entry["number"], entry["id"], who],
    )
    _moved(conn, board)


def dots(conn: sqlite3.Connection, board_id: str, participant_id: str) -> dict[str, int]:
    """Where the dots of a participant are: note -> how many. Those on notes that were removed are free again."""
    rows = conn.execute(
        f"""
        SELECT target, count(*) FROM votes JOIN notes ON notes.id = target AND notes.state = 'shown'
        WHERE votes.board_id IN {SISTERS} AND votes.participant_id = ? GROUP BY target ORDER BY min(votes.id)
        """,
        [board_id, participant_id],
    )
    return {row[0]: row[1] for row in rows}


def chosen(conn: sqlite3.Connection, board_id: str, participant_id: str) -> dict[str, int]:
    """What a participant chose: option -> value."""
    rows = conn.execute(
        f"SELECT target, value FROM votes WHERE board_id IN {SISTERS} AND participant_id = ?", [board_id, participant_id]
    )
    return {row["target"]: row["value"] for row in rows}


def tallies(conn: sqlite3.Connection, board_id: str) -> dict[str, Tally]:
    """What every note or option of a board got, in groups, too. What was given to a note counts for the one it was merged into.

    Where that one was taken down, it stands for itself again.
    """
    return _tallies(conn, f"votes.board_id IN {FAMILY}", "coalesce(parent.id, target)", board_id)


def _tallies(conn: sqlite3.Connection, where: str, target: str, board_id: str) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    rows = conn.execute(
        f"""
        SELECT {target} AS target, value, votes.channel, sum(number) AS n FROM votes
        LEFT JOIN notes ON notes.id = target LEFT JOIN notes AS parent ON parent.id = notes.parent_id AND parent.state = 'shown'
        WHERE {where} GROUP BY 1, value, votes.channel
        """,
        [board_id],
    )
    for row in rows:
        getattr(found[row["target"]], row["channel"])[row["value"]] = row["n"]
    return found


def voters(conn: sqlite3.Connection, board_id: str) -> int:
    """How many phones voted on a board."""
    return conn.execute(f"SELECT count(DISTINCT participant_id) FROM votes WHERE board_id IN {FAMILY}", [board_id]).fetchone()[0]


def count_for_the_journal(conn: sqlite3.Connection, board_id: str) -> None:
    """Write down the numbers that travel, where they changed since they were written down last."""
    old = {(row["target"], row["value"]): row for row in conn.execute("SELECT * FROM tallies WHERE board_id = ?", [board_id])}
    new = {
        (target, value): (tally.phone.get(value, 0), tally.paper.get(value, 0))
        for target, tally in _tallies(conn, "votes.board_id = ?", "target", board_id).items()
        for value in {*tally.phone, *tally.paper}
    }
    for key in old.keys() | new.keys():
        votes, paper = new.get(key, (0, 0))
        row = old.get(key)
        if row is None or (row["votes"], row["paper_votes"]) != (votes, paper):
            rid = row["id"] if row else ids.new_id()
            tally = {"id": rid, "board_id": board_id, "target": key[0], "value": key[1], "votes": votes, "paper_votes": paper}
            journal.save(conn, "tallies", tally)


def trim(conn: sqlite3.Connection, board_id: str) -> None:
    """A note came back, and its dots with it: whoever spent them elsewhere meanwhile loses the newest beyond the limit."""
    conn.execute(
        """
        DELETE FROM votes WHERE id IN (
            SELECT id FROM (
                SELECT votes.id, boards.votes_each,
                    row_number() OVER (PARTITION BY votes.board_id, votes.participant_id ORDER BY votes.id) AS nth_dot
                FROM votes JOIN notes ON notes.id = target AND notes.state = 'shown' JOIN boards ON boards.id = votes.board_id
                WHERE votes.participant_id IS NOT NULL AND :board IN (boards.id, boards.source_id)
            ) WHERE nth_dot > votes_each
        )
        """,
        {"board": board_id},
    )


def _open_board(conn: sqlite3.Connection, board_id: str, who: dict[str, Any], what: str) -> dict[str, Any]:
    """The board, if it takes this of participants now. Raises Closed, Late."""
    board = boards_store.board(conn, board_id)
    if board is None or not board["takes"] or what not in board["accepts"] or board["workshop_id"] != who["workshop_id"]:
        raise Closed
    if board["ended_at"]:
        raise Late
    return board


def _on_board(conn: sqlite3.Connection, board: dict[str, Any], note_id: str) -> bool:
    """Whether a note is there to be voted for: on this board or the one it works on, shown, and not merged into another that is."""
    row = conn.execute(
        f"""
        SELECT 1 FROM notes WHERE id = ? AND (board_id IN {FAMILY} OR board_id IN {FAMILY})
            AND state = 'shown' AND (parent_id IS NULL OR parent_id NOT IN (SELECT id FROM notes WHERE state = 'shown'))
        """,
        [note_id, board["id"], board["source_id"]],
    )
    return row.fetchone() is not None


def _moved(conn: sqlite3.Connection, board: dict[str, Any]) -> None:
    boards_store.changed(conn, board, secret=bool(board["votes_hidden"]) or board["hidden"])
