"""World Café: tables with a question each; after every round people go on to another table and meet other people there."""

from collections.abc import Mapping
from math import gcd
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import options, tables
from .brainstorm import NOTE_SWITCHES
from .kind import NOTES, Board, Kind, Notes, Place, Result, Setting, Stage, stage

ROUNDS, MINUTES = 3, 20


def _round(board: Board) -> int:
    return int(stage(board) or 1)


def table_of(number: int, round_: int, tables_: int, start: int | None = None) -> int:
    """Where somebody sits in a round, counted from 0: never twice at a table before they were at each, and never always with the same.

    `start` is the table somebody was drawn to; without it people are dealt by their number.
    """
    first = number - 1 if start is None else start
    strides = [stride for stride in range(1, tables_) if gcd(stride, tables_) == 1] or [0]
    stride = strides[(number - 1) // tables_ % len(strides)]
    return (first + (round_ - 1) * stride) % tables_


def _stages(board: Board, notes: Notes) -> list[Stage]:
    rounds = range(1, board["options"].get("rounds", ROUNDS) + 1)
    return [Stage(str(n), _("Runde %(n)s", n=n), board["options"].get("each", MINUTES)) for n in rounds]


def _places(board: Board) -> list[Place]:
    return tables.column_place(_("An welchem Tisch sitzt du?"), board["options"].get("tables", []))


def _note(board: Board, form: Form) -> dict[str, Any]:
    return {"x": _round(board)}


def _seat(board: Board, who: Mapping[str, Any]) -> str:
    keys = options.keys(board["options"].get("tables", []))
    return keys[table_of(who["number"], _round(board), len(keys), who.get("group_place"))] if keys else ""


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    found = tables.in_columns(board["options"].get("tables", []), notes, _("Tisch"))
    heads = [_("Tisch"), _("Runde"), _("Zettel")]
    rows = [[c["label"], note["x"] or 1, tables.words(note)] for c in found["columns"] for note in c["notes"]]
    return found | {"hint": _("Runde %(n)s", n=_round(board)), "rounds": True, "table": {"heads": heads, "rows": rows}}


KIND = Kind(
    "worldcafe",
    N_("World Café"),
    N_("Tische mit je einer Frage; nach jeder Runde wechseln alle den Tisch, die Zettel bleiben."),
    frozenset({NOTES}),
    _result,
    page="columns",
    form="note_form",
    switches=NOTE_SWITCHES,
    settings=(
        Setting("tables", N_("Tische"), N_("Die Frage jedes Tisches, eine je Zeile, zwei bis zwölf."), "lines", least=2, most=12),
        Setting("rounds", N_("Runden"), type="number", least=1, most=6, default=ROUNDS),
        Setting("each", N_("Minuten je Runde"), type="number", least=1, most=60, default=MINUTES),
    ),
    places=_places,
    note=_note,
    stages=_stages,
    seat=_seat,
)
