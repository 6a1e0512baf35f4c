"""1-2-4-Alle: first alone, then in pairs, in fours, and then everybody together."""

from collections.abc import Mapping
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import tables
from .brainstorm import NOTE_SWITCHES
from .kind import NOTES, Board, Kind, Notes, Result, Stage, stage

STAGES = (
    ("one", N_("1: allein"), 1, N_("Schreib für dich, was dir dazu einfällt.")),
    ("two", N_("2: zu zweit"), 2, N_("Sprich mit einer Person neben dir. Schreibt auf, worin ihr euch einig seid.")),
    ("four", N_("4: zu viert"), 4, N_("Zwei Paare zusammen: Was ist euch gemeinsam wichtig?")),
    ("all", N_("Alle zusammen"), 5, N_("Aus jeder Vierergruppe ein Gedanke, der alle angeht.")),
)


def _stages(board: Board, notes: Notes) -> list[Stage]:
    return [Stage(key, _(label), minutes) for key, label, minutes, _hint in STAGES]


def _note(board: Board, form: Form) -> dict[str, Any]:
    return {"field": stage(board) or STAGES[0][0]}


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    """What everybody agreed on comes first."""
    entries = [{"key": key, "label": _(label)} for key, label, _minutes, _hint in STAGES]
    found = tables.in_columns(entries, notes, _("Runde"))
    hint = next((hint for key, _label, _minutes, hint in STAGES if key == stage(board)), STAGES[0][3])
    return found | {"columns": [column for column in reversed(found["columns"]) if column["notes"]], "hint": _(hint)}


KIND = Kind(
    "onetwofour",
    N_("1-2-4-Alle"),
    N_("Erst allein, dann zu zweit, zu viert und alle: So kommt jede Stimme vor. Zwölf Minuten."),
    frozenset({NOTES}),
    _result,
    page="columns",
    form="note_form",
    switches=NOTE_SWITCHES,
    presets={"reveal": "facilitator"},
    note=_note,
    stages=_stages,
)
