"""What kinds are made of: notes in columns, answers with figures beside them, and both as plain rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..i18n import gettext as _
from . import options
from .kind import Board, Notes, Offer, Place, Result

Column = dict[str, Any]


def column_place(label: str, entries: Iterable[Mapping[str, str]]) -> list[Place]:
    """The place a note is put to where a board has columns, fields, lanes or rings."""
    entries = tuple(entries)
    return [Place("field", label, entries)] if entries else []


def in_columns(entries: Sequence[Mapping[str, str]], notes: Notes, head: str) -> Result:
    """Notes by their field, in the order of the entries; what belongs nowhere (any more) lies in the first."""
    entries = entries or [{"key": "", "label": ""}]
    known = set(options.keys(entries))
    of: dict[str, Notes] = {key: [] for key in options.keys(entries)}
    for note in notes:
        of[note["field"] if note["field"] in known else entries[0]["key"]].append(note)
    columns = [{**entry, "notes": of[entry["key"]]} for entry in entries]
    rows = [[column["label"], words(note)] for column in columns for note in column["notes"]]
    table = {"heads": [head, _("Zettel")], "rows": rows} if any(entry["label"] for entry in entries) else plain(notes)
    return {"columns": columns, "count": len(notes), "table": table}


def plain(notes: Notes) -> dict[str, Any]:
    """Notes as a table of one column."""
    return {"heads": [_("Zettel")], "rows": [[words(note)] for note in notes]}


def words(note: Mapping[str, Any]) -> str:
    """A note with those merged into it as one text, each with the name of its `group` where it is told."""
    return "; ".join([signed(note), *(words(child) for child in note["children"])])


def written_by(note: Mapping[str, Any], groups: Mapping[str, str]) -> str:
    """The name of the group that wrote a note, by its board; a heading is the team's, wherever it lies."""
    return "" if note["channel"] == "team" else groups.get(note["board_id"], "")


def signed(note: Mapping[str, Any]) -> str:
    """The text of a note, with the name of the group that wrote it where that is told."""
    return f"{note['text']} ({note['group']})" if note.get("group") else note["text"]


def figures(heads: list[str], rows: list[dict[str, Any]]) -> Result:
    """Answers with figures: each row has `label`, `cells` under the heads after the first, `bar` (the length drawn) and maybe `note`."""
    most = max((row["bar"] for row in rows), default=0)
    return {
        "heads": heads,
        "rows": rows,
        "most": most,
        "table": {"heads": heads, "rows": [[row["label"], *row["cells"]] for row in rows]},
    }


def answers_and_notes(board: Board, notes: Notes) -> list[Offer]:
    """What there is to choose from: answers a facilitator typed in, then notes that lie on the board."""
    typed = [{"key": entry["key"], "label": entry["label"]} for entry in board["options"].get("answers", [])]
    return typed + [{"key": note["id"], "label": words(note)} for note in notes]


def ladder(rows: list[dict[str, Any]], over: bool) -> list[dict[str, Any]]:
    """Rows by what they got, highest first, once it is over: while people vote nothing jumps about under their finger."""
    return sorted(rows, key=lambda row: -row["bar"]) if over else rows


def is_over(board: Board) -> bool:
    """Whether nothing changes any more."""
    return bool(board["locked"] or board["over"])
