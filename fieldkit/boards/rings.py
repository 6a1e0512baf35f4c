"""Rings: who stands how close, from the middle outwards."""

from collections.abc import Mapping
from math import cos, pi, sin
from typing import Any

from ..i18n import N_
from ..i18n import gettext as _
from . import tables
from .brainstorm import NOTE_SWITCHES
from .kind import NOTES, Board, Kind, Notes, Place, Result, Setting

OUR = (("a", N_("betroffen und immer dabei")), ("b", N_("sollten mitreden")), ("c", N_("sollten davon wissen")))
SIZE, MIDDLE, SPOT = 400, 24, 20  # of the picture, and the radius of its middle and, at most, of a number
TURN = pi * (3 - 5**0.5)  # the golden angle: neighbours in a ring never touch, however many there are


def rings(board: Board) -> list[dict[str, str]]:
    """The rings from the middle outwards."""
    return board["options"].get("rings") or [{"key": key, "label": _(label)} for key, label in OUR]


def _places(board: Board) -> list[Place]:
    return tables.column_place(_("Wie nah?"), rings(board))


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    found = tables.in_columns(rings(board), notes, _("Ring"))
    width = (SIZE / 2 - MIDDLE - 2) / len(found["columns"])
    number = 0
    for place, ring in enumerate(found["columns"]):
        ring["radius"] = round(MIDDLE + width * (place + 1))
        ring["notes"] = [dict(note) for note in ring["notes"]]
        for nth, note in enumerate(ring["notes"]):
            number += 1
            angle, far = _spot(nth, len(ring["notes"]), place), MIDDLE + width * (place + 0.5)
            note |= {"number": number, "cx": round(SIZE / 2 + far * cos(angle)), "cy": round(SIZE / 2 + far * sin(angle))}
    return found | {"size": SIZE, "middle": MIDDLE, "spot": min(SPOT, round(width / 2) - 2)}


def _spot(nth: int, of: int, ring: int) -> float:
    """Evenly round the ring, each ring turned against the one before."""
    return -pi / 2 + 2 * pi * nth / of + TURN * ring


KIND = Kind(
    "rings",
    N_("Ringe"),
    N_("Wer oder was steht wie nah an der Mitte? Zum Beispiel: Wer muss mitreden?"),
    frozenset({NOTES}),
    _result,
    form="note_form",
    picture="workshops/kinds/rings.svg",
    switches=NOTE_SWITCHES,
    presets={"max_length": 60},
    settings=(
        Setting("middle", N_("In der Mitte steht"), N_("Zum Beispiel: der neue Platz"), most=24),
        Setting(
            "rings", N_("Ringe"), N_("Von innen nach außen, einer je Zeile, zwei bis fünf. Leer: unsere drei."), "lines", most=5
        ),
    ),
    places=_places,
)
