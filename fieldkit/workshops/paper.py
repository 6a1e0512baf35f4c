"""What people without a phone wrote and voted, as a facilitator types it in: many notes at once, and votes counted in a table."""

from dataclasses import dataclass
from typing import Any

from ..boards import kind_of
from ..boards.kind import CHOICES, DOTS, NOTES, Board, Notes
from ..forms import Form, clean
from ..i18n import gettext as _

MOST_VOTES = 500  # of one kind at once
MOST_NOTES = 50


@dataclass(frozen=True)
class Cell:
    """A field for how many voted like this."""

    name: str
    label: str
    target: str
    value: int


@dataclass(frozen=True)
class Sheet:
    """What can be typed in for a board."""

    heads: list[str]
    """What the columns of votes are."""
    rows: list[tuple[str, list[Cell]]]
    """What was voted for, and a cell for each column."""
    amounts: bool
    """The fields take what one ballot gives to each row, not how many ballots say so."""


def takes_notes(board: Board) -> bool:
    """Whether notes can be typed in."""
    return NOTES in kind_of(board).takes


def sheet(board: Board, notes: Notes) -> Sheet:
    """The votes that can be typed in for a board: none where it takes none now."""
    kind, accepted = kind_of(board), kind_of(board).accepted(board)
    if DOTS in accepted:
        return _columns([(note["text"], note["id"], {_("Punkte"): 1}) for note in notes])
    if CHOICES not in accepted:
        return Sheet([], [], False)
    offers = kind.offers(board, notes)
    if kind.name == "checkin":
        return Sheet([_("Stimmen")], [(o["label"], [_cell(o["label"], "mood", int(o["key"]))]) for o in offers], False)
    if kind.name == "budget":
        return Sheet([_("Betrag")], [(o["label"], [_cell(o["label"], o["key"], 0)]) for o in offers], True)
    if kind.name == "leancoffee":
        target = board["options"].get("stage", "")
        return Sheet([_("Stimmen")], [(o["label"], [_cell(o["label"], target, int(o["key"]))]) for o in offers], False)
    return _columns([(offer["label"], offer["key"], _values(board)) for offer in offers])


def votes_form(board: Board, notes: Notes, form: Form) -> list[dict[str, Any]]:
    """The votes in a posted form, as `target`, `value` and `number`; what is wrong is in the form."""
    table = sheet(board, notes)
    highest = board["options"].get("total", 0) if table.amounts else MOST_VOTES
    found = []
    for _label, cells in table.rows:
        for cell in cells:
            if number := form.number(cell.name, 0, highest):
                value, n = (number, 1) if table.amounts else (cell.value, number)
                found.append({"target": cell.target, "value": value, "number": n})
    if table.amounts and form and found and not kind_of(board).fits(board, {one["target"]: one["value"] for one in found}):
        form.refuse("votes", _("Zusammen ist das mehr, als eine Person verteilen kann. Bitte sieh noch einmal nach."))
    return found


def notes_form(board: Board, form: Form) -> list[dict[str, Any]]:
    """The notes in a posted form, one a line, all in the same place of the board; what is wrong is in the form."""
    lines = [clean(line) for line in form.posted.get("notes", "").splitlines()]
    texts = [line for line in lines if line]
    if len(texts) > MOST_NOTES:
        form.refuse("notes", _("Das sind %(count)s Zettel, %(most)s gehen auf einmal.", count=len(texts), most=MOST_NOTES))
    for text in texts:
        if len(text) > board["max_length"]:
            form.refuse(
                "notes",
                _("Höchstens %(limit)s Zeichen je Zettel. Zu lang ist: %(words)s", limit=board["max_length"], words=text[:60]),
            )
    place = kind_of(board).placed(board, form) if texts else {}
    return [{**place, "text": text, "channel": "paper"} for text in texts]


def _values(board: Board) -> dict[str, int]:
    """What can be chosen for each thing that is offered, and the value it counts with."""
    options, name = board["options"], kind_of(board).name
    if name in ("scale", "consensing"):
        return {str(grade): grade for grade in range(options.get("low", 1), options.get("high", 5) + 1)}
    if name == "ranking":
        return {_("Platz %(n)s", n=rank): rank for rank in range(1, options.get("places", 3) + 1)}
    return {_("Stimmen"): 1}


def _columns(rows: list[tuple[str, str, dict[str, int]]]) -> Sheet:
    heads = list(rows[0][2]) if rows else []
    table = [(label, [_cell(f"{label}: {head}", key, value) for head, value in values.items()]) for label, key, values in rows]
    return Sheet(heads, table, False)


def _cell(label: str, target: str, value: int) -> Cell:
    return Cell(f"n-{target}-{value}", label, target, value)
