"""Brainstorm: notes, in columns if there are any, with a beginning such as "Wie können wir ..." if there is one."""

from collections.abc import Mapping
from typing import Any

from ..i18n import N_
from ..i18n import gettext as _
from . import tables
from .kind import NOTES, Board, Kind, Notes, Place, Result, Setting

NOTE_SWITCHES = ("named", "show_others", "reveal", "moderated", "max_length", "max_notes")
"""The switches of every kind that takes notes."""


def _places(board: Board) -> list[Place]:
    return tables.column_place(_("Wohin?"), board["options"].get("columns", []))


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    return tables.in_columns(board["options"].get("columns", []), notes, _("Spalte"))


KIND = Kind(
    "brainstorm",
    N_("Brainstorm"),
    N_("Alle schreiben Zettel, auf Wunsch in Spalten und erst für sich allein."),
    frozenset({NOTES}),
    _result,
    page="columns",
    form="note_form",
    switches=NOTE_SWITCHES,
    settings=(
        Setting("prefix", N_("Anfang jedes Zettels"), N_("Zum Beispiel: Wie können wir")),
        Setting(
            "columns",
            N_("Spalten"),
            N_("Eine je Zeile, höchstens 12. Ohne Spalten liegen alle Zettel zusammen."),
            "lines",
            most=12,
        ),
    ),
    places=_places,
)
