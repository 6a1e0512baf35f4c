"""Where a workshop stands for whoever looks: its step, its board, a version of both, and the board as a piece of page.

`look` asks memory first and the database only after something changed; `show` has a board rendered once for everybody who sees the same.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .. import i18n
from ..boards import kind_of
from ..boards.kind import stage
from . import boards_store, groups_store, live, notes_store, store, timer, votes_store

PHONE, BEAMER, TEAM = "phone", "beamer", "team"
"""How a board is shown; the template of its kind is told as `view`."""

LONG = 200
"""Notes of a column that are shown while everybody writes; nobody reads more on a phone, and all of them are one link away."""

Read = Callable[[], sqlite3.Connection]


@dataclass(frozen=True)
class Standing:
    """A workshop at this moment."""

    workshop: dict[str, Any]
    steps: list[dict[str, Any]]
    step: dict[str, Any] | None
    """Where the group is; None before the first step."""
    board: dict[str, Any] | None
    groups: list[dict[str, Any]]
    """Those that work by themselves at this step."""
    group_id: str | None
    """Whose board this is; None is everybody's."""
    version: str
    """Changes when there is something new to see, and never for what is hidden from whoever looks."""
    to: str
    source: dict[str, Any] | None = None
    """The board whose notes are worked on here."""

    @property
    def covered(self) -> dict[str, Any] | None:
        """The board whose notes are worked on here, while they are hidden from whoever takes part."""
        return self.source if self.source and self.source["hidden"] else None

    @property
    def left(self) -> int | None:
        """Seconds the stage of the board still has, or the step; negative when it runs over."""
        clock = self.board["options"].get("clock") if self.board else None
        return timer.left(clock or self.step) if self.step else None

    @property
    def shape(self) -> str:
        """What a participant's own part of the page is made for: another board, or one that takes nothing now, needs another."""
        if self.choosing:
            return f"{self.workshop['step_id']}-groups"
        if self.board is None:
            return f"{self.workshop['state']}-{self.workshop['step_id']}"
        return f"{self.board['id']}-{int(self.board['takes'])}{int(self.board['hidden'])}{int(bool(self.covered))}{stage(self.board)}"

    @property
    def choosing(self) -> bool:
        """Whether the others are in groups and whoever looks is in none yet."""
        return bool(self.groups) and self.group_id is None and self.workshop["state"] == "open"

    def still_at(self, board: dict[str, Any]) -> "Standing":
        """The same moment for somebody who is at another board of this workshop yet, while the group has gone on."""
        step = next(step for step in self.steps if step["id"] == board["step_id"])
        return replace(
            self, step=step, board=board, groups=[], source=None, version=_version(self.workshop["id"], board, self.to)
        )

    @property
    def every(self) -> int:
        """Milliseconds until a phone asks again."""
        if self.workshop["state"] != "open":
            return live.CLOSED
        return live.PHONE if self.step else live.LOBBY


def look(read: Read, workshop_id: str, group_id: str | None = None, to: str = live.ROOM) -> Standing | None:
    """Where a workshop stands for a group, or None where there is no such workshop. `read` gives a connection if one is needed."""
    known = live.memory.ask(
        (workshop_id, group_id, to), live.version(workshop_id, to=live.TEAM), lambda: _look_up(read(), workshop_id, group_id)
    )
    if known is None:
        return None
    workshop, steps, step, board, groups, source = known
    board, source = (boards_store.at_present(one) if one else None for one in (board, source))
    return Standing(workshop, steps, step, board, groups, group_id, _version(workshop_id, board, to), to, source)


def show(read: Read, standing: Standing, view: str, render: Callable[..., str], whole: bool = False) -> live.Rendered:
    """The board as everybody in this view sees it, rendered by `render(template, **values)` once per version and language.

    Without `whole`, the template is told to show at most `most` notes of a column.

    While notes and votes come in, a long board may be a moment older than `standing`: its `version` says which one it is. What the team does
    and what the time does is shown at once.
    """
    board = standing.board
    if board is None:
        return live.Rendered.made(standing.version, "")
    key, most = (board["id"], view, str(whole), i18n.current()), None if whole else LONG
    firm = f"{standing.version.rpartition('.')[0]}{board['over']}"
    return live.kept.piece(
        key,
        standing.version,
        firm,
        lambda: render(
            "workshops/_board.html", **content(read(), board, standing.to), covered=standing.covered, view=view, most=most
        ),
    )


def wrap(standing: Standing, moved: bool, whole: bool, render: Callable[..., str]) -> live.Rendered:
    """The moving part of a phone's page by `render(moved=...)`, once for all phones that ask within the same second.

    `moved` says that the group has gone on from where the phone is, `whole` that the board in it is shown whole.
    """
    wanted = f"{standing.version} {standing.left}"
    key = ("stand", standing.workshop["id"], standing.shape, str(moved), str(whole), i18n.current())
    return live.kept.piece(key, wanted, wanted, lambda: render(moved=moved))


def content(conn: sqlite3.Connection, board: dict[str, Any], to: str = live.ROOM) -> dict[str, Any]:
    """What a board shows: `board`, `kind`, `notes` and `result`. Votes that are still secret are left out, for the team, too."""
    kind = kind_of(board)
    notes = notes_store.seen(conn, board, to)
    tallies = {} if board["secret"] else votes_store.tallies(conn, board["id"])
    result = kind.result(board, notes, tallies)
    stages = kind.stages(board, result.get("in_order", notes)) if to == live.TEAM else []
    return {"board": board, "kind": kind, "notes": notes, "secret": board["secret"], "result": result, "stages": stages}


def _version(workshop_id: str, board: dict[str, Any] | None, to: str) -> str:
    things = (workshop_id, board["id"]) if board else (workshop_id,)
    return live.version(*things, to=to) + ("!" if board and board["over"] else "")


def _look_up(conn: sqlite3.Connection, workshop_id: str, group_id: str | None) -> Any:
    workshop = store.one(conn, workshop_id)
    if workshop is None:
        return None
    steps = store.agenda(conn, workshop_id)
    step = next((step for step in steps if step["id"] == workshop["step_id"]), None)
    board = boards_store.board_for(conn, step["id"], group_id) if step else None
    source = boards_store.board(conn, board["source_id"] or "") if board else None
    return workshop, steps, step, board, groups_store.apart(conn, workshop["step_id"]), source
