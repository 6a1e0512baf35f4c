"""Check-in: how everybody is, from 1 to 5, and a word to it if they like."""

from collections.abc import Mapping
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import tables
from .kind import CHOICES, NOTES, Board, Kind, Notes, Offer, Result

MOOD = "mood"
MOODS = {5: N_("sehr gut"), 4: N_("gut"), 3: N_("geht so"), 2: N_("nicht so gut"), 1: N_("schlecht")}


def _offers(board: Board, notes: Notes) -> list[Offer]:
    return [{"key": str(mood), "label": _(label)} for mood, label in MOODS.items()]


def _choice(board: Board, form: Form, offers: list[Offer]) -> dict[str, int]:
    mood = form.choice("mood", [str(mood) for mood in MOODS], required=_("Bitte wähle aus, wie du da bist."))
    return {MOOD: int(mood)} if mood else {}


def _fits(board: Board, values: Mapping[str, int]) -> bool:
    return set(values) == {MOOD} and values[MOOD] in MOODS


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    tally = tallies.get(MOOD)
    votes = [tally.of(mood) if tally else 0 for mood in MOODS]
    rows = [{"label": _(label), "cells": [n], "bar": n, "votes": n} for label, n in zip(MOODS.values(), votes, strict=True)]
    found = tables.figures([_("Stimmung"), _("Stimmen")], rows)
    words = {
        "table": {"heads": found["table"]["heads"], "rows": found["table"]["rows"] + [[tables.words(note), ""] for note in notes]}
    }
    mean = round(tally.total / tally.votes, 1) if tally and tally.votes else None
    return found | {"votes": sum(votes), "mean": mean, "notes": notes} | words


KIND = Kind(
    "checkin",
    N_("Check-in"),
    N_("Wie sind alle da? Eine Stimmung von 1 bis 5 und ein Wort dazu."),
    frozenset({CHOICES, NOTES}),
    _result,
    switches=("named", "show_others", "votes_hidden", "moderated", "max_length"),
    presets={"max_length": 60, "max_notes": 1},
    choice=_choice,
    fits=_fits,
    offers=_offers,
    text_required=False,
)
