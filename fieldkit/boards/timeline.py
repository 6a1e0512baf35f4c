"""Timeline: what happens one after the other, with a lane for each who takes part. Also a journey."""

from collections.abc import Mapping
from typing import Any

from ..i18n import N_
from ..i18n import gettext as _
from . import options, tables
from .brainstorm import NOTE_SWITCHES
from .kind import NOTES, Board, Kind, Notes, Place, Result, Setting

NO_LANES = [{"key": "", "label": ""}]


def _phases(board: Board) -> list[dict[str, str]]:
    return [{"key": str(n), "label": entry["label"]} for n, entry in enumerate(board["options"].get("phases", []))]


def _places(board: Board) -> list[Place]:
    when = Place("x", _("Wann?"), tuple(_phases(board)))
    return [when, *tables.column_place(_("Welche Spur?"), board["options"].get("lanes", []))]


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    phases, lanes = _phases(board), board["options"].get("lanes") or NO_LANES
    known = options.keys(lanes)
    cells: dict[tuple[str, int], Notes] = {}
    for note in notes:
        lane = note["field"] if note["field"] in known else known[0]
        cells.setdefault((lane, min(note["x"] or 0, len(phases) - 1)), []).append(note)
    rows = [{**lane, "cells": [cells.get((lane["key"], x), []) for x in range(len(phases))]} for lane in lanes]
    table = {
        "heads": [_("Spur"), *(phase["label"] for phase in phases)],
        "rows": [[row["label"], *("\n".join(map(tables.words, cell)) for cell in row["cells"])] for row in rows],
    }
    return {"phases": phases, "rows": rows, "count": len(notes), "table": table}


KIND = Kind(
    "timeline",
    N_("Zeitstrahl"),
    N_("Was nacheinander passiert, zum Beispiel ein Weg durch den Kiez: Abschnitte und Spuren."),
    frozenset({NOTES}),
    _result,
    form="note_form",
    switches=NOTE_SWITCHES,
    settings=(
        Setting("phases", N_("Abschnitte"), N_("Einer je Zeile in der Reihenfolge, zwei bis acht."), "lines", least=2, most=8),
        Setting(
            "lanes", N_("Spuren"), N_("Eine je Zeile, zum Beispiel: was ich tue, was ich fühle. Freiwillig."), "lines", most=6
        ),
    ),
    places=_places,
)
