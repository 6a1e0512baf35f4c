"""Question wall: everybody asks, and says with a dot which questions matter to them, too."""

from collections.abc import Mapping
from typing import Any

from ..i18n import N_
from ..i18n import gettext as _
from . import dotvote
from .brainstorm import NOTE_SWITCHES
from .kind import DOTS, NOTES, Board, Kind, Notes, Result


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    return dotvote.dotted(board, notes, tallies) | {"give": _("Ist mir auch wichtig")}


KIND = Kind(
    "questions",
    N_("Fragenwand"),
    N_("Alle stellen Fragen und zeigen mit einem Punkt, welche ihnen auch wichtig sind."),
    frozenset({NOTES, DOTS}),
    _result,
    page="dotvote",
    switches=(*NOTE_SWITCHES, "votes_hidden"),
    presets={"votes_each": 100, "votes_stack": 0, "max_length": 200},
)
