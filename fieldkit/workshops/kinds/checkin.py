"""Check-in: how everybody is, from 1 to 5, and a word to it if they like."""

from collections.abc import Mapping
from typing import Any

from ...forms import Form
from ...i18n import N_
from ...i18n import gettext as _
from .kind import CHOICES, NOTES, Board, Kind, Result

MOOD = "mood"
MOODS = {5: N_("sehr gut"), 4: N_("gut"), 3: N_("geht so"), 2: N_("nicht so gut"), 1: N_("schlecht")}


def _offers(board: Board) -> list[dict[str, str]]:
    return [{"key": str(mood), "label": _(label)} for mood, label in MOODS.items()]


def _choice(board: Board, form: Form) -> dict[str, int]:
    mood = form.choice("mood", [str(mood) for mood in MOODS], required=_("Bitte wähle aus, wie du da bist."))
    return {MOOD: int(mood)} if mood else {}


def _result(board: Board, notes: list[dict[str, Any]], tallies: Mapping[str, Any]) -> Result:
    tally = tallies.get(MOOD)
    rows = [{"label": _(label), "votes": tally.of(mood) if tally else 0} for mood, label in MOODS.items()]
    voted = tally.votes if tally else 0
    return {
        "rows": rows,
        "votes": voted,
        "most": max((row["votes"] for row in rows), default=0),
        "mean": round(tally.total / voted, 1) if tally and voted else None,
        "notes": notes,
    }


KIND = Kind(
    "checkin",
    N_("Check-in"),
    N_("Wie sind alle da? Eine Stimmung von 1 bis 5 und ein Wort dazu."),
    frozenset({CHOICES, NOTES}),
    _result,
    switches=("named", "show_others", "votes_hidden", "moderated", "max_length"),
    presets={"max_length": 60, "max_notes": 1},
    choice=_choice,
    offers=_offers,
    text_required=False,
)
