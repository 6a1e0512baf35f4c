"""Brainstorm: notes, in columns if there are any, with a beginning such as "Wie können wir ..." if there is one."""

from collections.abc import Mapping
from typing import Any

from ...forms import Form
from ...i18n import N_
from ...i18n import gettext as _
from . import options
from .kind import NOTES, Board, Kind, Result


def _options(form: Form) -> dict[str, Any]:
    return {"columns": options.lines(form, "columns"), "prefix": form.text("prefix", 40)}


def _note(board: Board, form: Form) -> dict[str, Any]:
    columns = board["options"].get("columns", [])
    if not columns:
        return {}
    return {"field": form.choice("field", options.keys(columns), required=_("Bitte wähle, wohin dein Zettel gehört."))}


def _result(board: Board, notes: list[dict[str, Any]], tallies: Mapping[str, Any]) -> Result:
    columns = board["options"].get("columns") or [{"key": "", "label": ""}]
    known = {column["key"] for column in columns}
    homeless = [note for note in notes if note["field"] not in known]
    of = {column["key"]: [note for note in notes if note["field"] == column["key"]] for column in columns}
    of[columns[0]["key"]] += homeless
    return {"columns": [column | {"notes": of[column["key"]]} for column in columns], "count": len(notes)}


KIND = Kind(
    "brainstorm",
    N_("Brainstorm"),
    N_("Alle schreiben Zettel, auf Wunsch in Spalten und erst für sich allein."),
    frozenset({NOTES}),
    _result,
    switches=("named", "show_others", "reveal", "moderated", "max_length", "max_notes"),
    options=_options,
    settings="workshops/kinds/brainstorm_settings.html",
    note=_note,
)
