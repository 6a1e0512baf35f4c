"""What happens on a board one after the other, in SQL: the round of a World Café, the topic that is talked about."""

import json
import sqlite3

from .. import clock
from ..boards import kind_of
from ..boards.kind import stage
from . import boards_store, live, notes_store, store, timer


def move(conn: sqlite3.Connection, board_id: str, expected: str, to: str) -> None:
    """Move a board from the stage `expected` (empty: the first) to another; one with minutes has a timer of its own. Can be undone.

    Raises store.Elsewhere when somebody else was quicker, or there is no such stage (any more).
    """
    board = boards_store.board(conn, board_id)
    if board is None or stage(board) != expected:
        raise store.Elsewhere
    stages = kind_of(board).stages(board, notes_store.seen(conn, board, live.TEAM))
    there = next((one for one in stages if one.key == to), None)
    if there is None:
        raise store.Elsewhere
    running = {"started_at": clock.stamp(), "started_tick": timer.now(), "ended_at": "", "minutes": there.minutes, "extra": 0}
    options = board["options"] | {"stage": to, "clock": running if there.minutes else None}
    store.switch(conn, board_id, {"options": json.dumps(options, ensure_ascii=False)})
