"""Ranking: tap what comes first, second, third. No dragging: every tap is a button."""

from collections.abc import Mapping
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import options, tables
from .kind import CHOICES, Board, Kind, Notes, Result, Setting

PLACES = 3


def places(board: Board) -> int:
    """How many places somebody may give."""
    return board["options"].get("places", PLACES)


def _choice(board: Board, form: Form, offers: list[dict[str, str]]) -> dict[str, int]:
    """The order the page showed with the tap added at its end, or taken out of it: the whole ranking each time, so that no two taps make a wrong one."""
    known = options.keys(offers)
    order = [key for key in dict.fromkeys(form.posted.get("order", "").split()) if key in known]
    tap = form.posted.get("tap", "")
    if tap in order:
        order.remove(tap)
    elif tap in known and len(order) < places(board):
        order.append(tap)
    elif tap in known:
        form.refuse("tap", _("Alle Plätze sind vergeben. Tippe zuerst einen an, um ihn frei zu machen."))
    elif tap:
        form.refuse("tap", _("Das gibt es nicht mehr. Bitte wähle etwas anderes."))
    return {key: rank for rank, key in enumerate(order, 1)}


def _fits(board: Board, values: Mapping[str, int]) -> bool:
    return sorted(values.values()) == list(range(1, len(values) + 1)) and len(values) <= places(board)


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    """The first place is worth as many points as there are places, the last one a point."""
    ranks = range(1, places(board) + 1)
    rows = []
    for offer in tables.answers_and_notes(board, notes):
        tally = tallies.get(offer["key"])
        counts = [tally.of(rank) if tally else 0 for rank in ranks]
        points = sum(count * (places(board) + 1 - rank) for rank, count in zip(ranks, counts, strict=True))
        rows.append({"label": offer["label"], "cells": [points, *counts], "bar": points})
    heads = [_("Was"), _("Wert"), *(_("Platz %(n)s", n=rank) for rank in ranks)]
    return tables.figures(heads, tables.ladder(rows, tables.is_over(board)))


KIND = Kind(
    "ranking",
    N_("Rangfolge"),
    N_("Antippen, was zuerst kommt, was danach: 1, 2, 3."),
    frozenset({CHOICES}),
    _result,
    page="figures",
    switches=("votes_hidden",),
    presets={"votes_hidden": 1},
    settings=(
        Setting("answers", N_("Was kommt in die Rangfolge?"), N_("Eines je Zeile, oder Zettel übernehmen."), "lines", most=12),
        Setting("places", N_("So viele Plätze"), type="number", least=1, most=10, default=PLACES),
    ),
    offers=tables.answers_and_notes,
    choice=_choice,
    fits=_fits,
    works_on_notes=True,
)
