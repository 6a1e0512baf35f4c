"""What a workshop leaves behind, as plain data: facts, agenda, every board as a table, decisions and tasks. No participant is in it.

Protocol, Markdown, CSV and JSON are made of this alone.
"""

import sqlite3
from typing import Any

from .. import i18n
from ..boards import gathered, kind_of, tables
from ..i18n import gettext as _
from . import boards_store, groups_store, live, outcomes_store, standing, store, votes_store

FACTS = ("title", "partner", "goal", "state", "attendance", "paper_people", "at")
NOTE = ("id", "text", "name", "group", "field", "x", "y", "star", "channel", "idea_id")
"""What of a note leaves; not who wrote it, and not when."""


def of(conn: sqlite3.Connection, workshop: dict[str, Any]) -> dict[str, Any]:
    """Everything about a workshop that may be printed, sent and kept."""
    groups = {group["id"]: group["name"] for group in groups_store.of(conn, workshop["id"])}
    steps = store.agenda(conn, workshop["id"])
    of_step: dict[str, list[dict[str, Any]]] = {step["id"]: [] for step in steps}
    boards = boards_store.boards(conn, workshop["id"])
    wrote = {board["id"]: groups.get(board["group_id"], "") for board in boards}
    for board in gathered(boards):
        of_step[board["step_id"]].append(_board(conn, board, wrote))
    stop = conn.execute("SELECT place, question FROM stops WHERE id = ?", [workshop["stop_id"]]).fetchone()
    outcomes = outcomes_store.of(conn, workshop["id"])
    return {
        **{name: workshop[name] for name in FACTS},
        "code": workshop["join_code"],
        "stop": dict(stop) if stop else None,
        "steps": [_step(step) | {"boards": of_step[step["id"]]} for step in steps],
        "decisions": [one["text"] for one in outcomes if one["kind"] == outcomes_store.DECISION],
        "tasks": [
            {name: one[name] for name in ("text", "assignee", "due")} for one in outcomes if one["kind"] == outcomes_store.TASK
        ],
    }


def lines(data: dict[str, Any]) -> tuple[list[str], list[list[Any]]]:
    """The same as one flat table: its heads and rows."""
    heads = [_("Schritt"), _("Was"), _("Frage"), _("Gruppe"), _("Text"), _("Angaben"), _("Wer"), _("Bis")]
    rows: list[list[Any]] = []
    for step in data["steps"]:
        for board in step["boards"]:
            about = [step["title"], board["kind_label"], board["question"], board["group"]]
            for row in board["rows"]:
                at = board["words_at"]
                rest = [
                    f"{head}: {cell}" if head else str(cell)
                    for n, (head, cell) in enumerate(zip(board["heads"], row, strict=True))
                    if n != at
                ]
                rows.append([*about, row[at], "; ".join(rest), "", ""])
    rows += [["", _("Beschluss"), "", "", text, "", "", ""] for text in data["decisions"]]
    rows += [["", _("Aufgabe"), "", "", task["text"], "", task["assignee"], task["due"]] for task in data["tasks"]]
    return heads, rows


def sheet(data: dict[str, Any]) -> dict[str, Any]:
    """What the printed protocol says around the data, in the language of the page."""
    people = i18n.ngettext("%(num)d Person war dabei", "%(num)d Personen waren dabei", data["attendance"])
    paper = _(", davon %(paper)s auf Papier", paper=data["paper_people"]) if data["paper_people"] else ""
    return {
        "language": i18n.tag(),
        "people": people + paper if data["attendance"] else "",
        "protocol": _("Protokoll"), "goal": _("Ziel"), "partner": _("Mit"), "agenda": _("Ablauf"), "minutes": _("min"),
        "planned": _("geplant"), "decisions": _("Beschlüsse"), "tasks": _("Wer macht was bis wann"),
        "what": _("Was"), "who": _("Wer"), "due": _("Bis"), "nothing": _("Hier hängt nichts."), "none": _("Nichts aufgeschrieben."),
        "note": _("Nicht repräsentativ: Es zählen die, die da waren."),
    }  # fmt: skip


def _step(step: dict[str, Any]) -> dict[str, Any]:
    return {name: step[name] for name in ("place", "title", "method")} | {"minutes": step["minutes"] + step["extra"]}


def _board(conn: sqlite3.Connection, board: dict[str, Any], wrote: dict[str, str]) -> dict[str, Any]:
    """A board as it lies there; what waits for approval is not in it. `wrote`: board -> the name of the group that wrote there."""
    shown = standing.content(conn, board, live.TEAM)
    kind, notes = kind_of(board), _approved(shown["notes"], wrote)
    tallies = {} if shown["secret"] else votes_store.tallies(conn, board["id"])
    result = kind.result(board, notes, tallies)
    table = result["table"]
    words = _("Zettel")
    return {
        "id": board["id"],
        "kind": kind.name,
        "kind_label": _(kind.label),
        "question": board["question"],
        "options": board["options"],
        "group": wrote[board["id"]],
        "secret": shown["secret"],
        "heads": table["heads"],
        "rows": table["rows"],
        "words_at": table["heads"].index(words) if words in table["heads"] else 0,
        "bars": _bars(result),
        "notes": [_note(note) for note in notes],
        "picture": kind.picture,
        "result": result,
    }


def _bars(result: dict[str, Any]) -> list[float]:
    """How long the bar beside each row is, from 0 to 1; none where the board is not made of figures."""
    lengths = [row.get("bar", row.get("votes")) for row in result.get("rows", ()) if isinstance(row, dict)]
    if not lengths or any(type(one) not in (int, float) for one in lengths):
        return []
    most = max(*lengths, 1)
    return [one / most for one in lengths]


def _approved(notes: list[dict[str, Any]], wrote: dict[str, str]) -> list[dict[str, Any]]:
    return [
        note | {"group": tables.written_by(note, wrote), "children": _approved(note["children"], wrote)}
        for note in notes
        if note["state"] == "shown"
    ]


def _note(note: dict[str, Any]) -> dict[str, Any]:
    return {name: note[name] for name in NOTE} | {"merged": [_note(child) for child in note["children"]]}


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """The data without what only pictures are drawn from: for JSON and paper."""
    drawn = ("result", "picture", "options", "words_at", "bars")
    steps = [
        step | {"boards": [{k: v for k, v in b.items() if k not in drawn} for b in step["boards"]]} for step in data["steps"]
    ]
    return data | {"steps": steps}
