"""Cluster: notes that lie together under a heading; a heading is a note with others in it."""

from collections.abc import Mapping
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import options, tables
from .brainstorm import NOTE_SWITCHES
from .kind import NOTES, Board, Kind, Notes, Offer, Result


def _offers(board: Board, notes: Notes) -> list[Offer]:
    """The headings there are."""
    return [{"key": note["id"], "label": note["text"]} for note in notes if note["children"]]


def _note(board: Board, form: Form) -> dict[str, Any]:
    return {"parent_id": form.posted.get("parent_id") or None}


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    groups = [
        {"key": note["id"], "label": tables.signed(note), "notes": note["children"], "star": note["star"]}
        for note in notes
        if note["children"]
    ]
    loose = [note for note in notes if not note["children"]]
    columns = groups + ([{"key": "", "label": _("Noch ohne Gruppe") if groups else "", "notes": loose}] if loose else [])
    rows = [[column["label"], tables.words(note)] for column in columns for note in column["notes"]]
    table = {"heads": [_("Gruppe"), _("Zettel")], "rows": rows}
    return {
        "columns": columns,
        "count": sum(len(column["notes"]) for column in columns),
        "table": table,
        "keys": options.keys(groups),
    }


KIND = Kind(
    "cluster",
    N_("Ordnen"),
    N_("Zettel liegen unter Überschriften zusammen, zum Beispiel die vom Brainstorm davor; ihr schiebt sie dorthin."),
    frozenset({NOTES}),
    _result,
    page="columns",
    form="note_form",
    switches=NOTE_SWITCHES,
    note=_note,
    offers=_offers,
    works_on_notes=True,
)
