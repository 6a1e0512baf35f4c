"""Canvas: named fields with a question each, one of ours or fields of the facilitator's own."""

from collections.abc import Mapping
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import tables
from .brainstorm import NOTE_SWITCHES
from .canvases import CANVASES
from .kind import NOTES, Board, Kind, Notes, Place, Result, Setting

OWN = "own"


def fields(board: Board) -> list[dict[str, str]]:
    """The fields of a canvas, ours in the language of the page."""
    ours = CANVASES.get(board["options"].get("canvas", ""))
    if ours is None:
        return board["options"].get("columns", [])
    return [{"key": key, "label": _(label), "hint": _(hint)} for key, label, hint in ours["fields"]]


def _check(form: Form, values: dict[str, Any]) -> None:
    if values["canvas"] == OWN and not values["columns"]:
        form.refuse("columns", _("Bitte gib mindestens ein Feld an, oder wähle eine fertige Vorlage."))


def _places(board: Board) -> list[Place]:
    return tables.column_place(_("In welches Feld?"), fields(board))


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    return tables.in_columns(fields(board), notes, _("Feld"))


KIND = Kind(
    "canvas",
    N_("Canvas"),
    N_("Ein Blatt mit Feldern: Empathiekarte, Testkarte, Persona oder eigene Felder."),
    frozenset({NOTES}),
    _result,
    page="columns",
    form="note_form",
    switches=NOTE_SWITCHES,
    settings=(
        Setting(
            "canvas",
            N_("Vorlage"),
            type="pick",
            default="empathy",
            among={name: canvas["label"] for name, canvas in CANVASES.items()} | {OWN: N_("eigene Felder")},
        ),
        Setting("columns", N_("Eigene Felder"), N_("Eines je Zeile, höchstens 12. Nur für „eigene Felder“."), "lines", most=12),
    ),
    check=_check,
    places=_places,
)
