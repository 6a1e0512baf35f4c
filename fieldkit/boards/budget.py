"""Budget game: everybody has the same sum to give away, and nobody more than that."""

from collections.abc import Mapping
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import tables
from .kind import CHOICES, Board, Kind, Notes, Result, Setting

TOTAL, MOST = 100, 1_000_000


def total(board: Board) -> int:
    """What everybody has."""
    return board["options"].get("total", TOTAL)


def _choice(board: Board, form: Form, offers: list[dict[str, str]]) -> dict[str, int]:
    values = {offer["key"]: form.number(f"amount-{offer['key']}", 0, total(board)) for offer in offers}
    spent = sum(values.values())
    if form and spent > total(board):
        form.refuse(
            "total",
            _("Das sind zusammen %(spent)s, ihr habt je %(total)s. Bitte etwas wegnehmen.", spent=spent, total=total(board)),
        )
    return {key: value for key, value in values.items() if value}


def _fits(board: Board, values: Mapping[str, int]) -> bool:
    return all(value >= 0 for value in values.values()) and sum(values.values()) <= total(board)


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    rows = []
    for offer in tables.answers_and_notes(board, notes):
        tally = tallies.get(offer["key"])
        amount = tally.total if tally else 0
        rows.append({"label": offer["label"], "cells": [amount, tally.votes if tally else 0], "bar": amount})
    unit = board["options"].get("unit") or _("Betrag")
    return tables.figures([_("Wofür"), unit, _("Stimmen")], tables.ladder(rows, tables.is_over(board)))


KIND = Kind(
    "budget",
    N_("Budgetspiel"),
    N_("Alle haben gleich viel zu verteilen und entscheiden, wofür."),
    frozenset({CHOICES}),
    _result,
    page="figures",
    form="amounts_form",
    switches=("votes_hidden",),
    presets={"votes_hidden": 1},
    settings=(
        Setting("answers", N_("Wofür?"), N_("Eines je Zeile, oder Zettel übernehmen."), "lines", most=12),
        Setting("total", N_("So viel hat jede Person"), type="number", least=1, most=MOST, default=TOTAL),
        Setting("unit", N_("Was wird verteilt?"), N_("Zum Beispiel: Euro oder Punkte"), most=20),
    ),
    offers=tables.answers_and_notes,
    choice=_choice,
    fits=_fits,
    works_on_notes=True,
)
