"""Scale: how much, for one question or several. Systemic consensing is a scale of resistance, and the lowest sum carries."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..forms import Form
from ..i18n import N_, format_number
from ..i18n import gettext as _
from . import tables
from .kind import CHOICES, Board, Kind, Notes, Offer, Result, Setting

ONE = "it"  # the only thing to grade where nothing was listed: the question itself
STAYS = "stays"
RESISTANCE = (0, 10)


def grades(board: Board) -> range:
    """What can be chosen."""
    low, high = board["options"].get("low", 1), board["options"].get("high", 5)
    return range(low, high + 1)


def _offers(board: Board, notes: Notes) -> list[Offer]:
    return tables.answers_and_notes(board, notes) or [{"key": ONE, "label": board["question"] or _("Eure Einschätzung")}]


def _with_what_is(board: Board, notes: Notes) -> list[Offer]:
    """That nothing changes is always one of the options."""
    return [*tables.answers_and_notes(board, notes), {"key": STAYS, "label": _("Es bleibt, wie es ist")}]


def _choice(board: Board, form: Form, offers: list[Offer]) -> dict[str, int]:
    among = [str(grade) for grade in grades(board)]
    asked = _("Bitte für jede Zeile eine Zahl wählen.")
    chosen = {offer["key"]: form.choice(f"grade-{offer['key']}", among, required=asked) for offer in offers}
    return {key: int(grade) for key, grade in chosen.items() if grade}


def _fits(board: Board, values: Mapping[str, int]) -> bool:
    return all(value in grades(board) for value in values.values())


def _check(form: Form, values: dict[str, Any]) -> None:
    if values["low"] >= values["high"]:
        form.refuse("high", _("Das Ende der Skala muss größer sein als ihr Anfang."))


def _rows(offers: list[Offer], tallies: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for offer in offers:
        tally = tallies.get(offer["key"])
        votes, total = (tally.votes, tally.total) if tally else (0, 0)
        mean = total / votes if votes else None
        rows.append({"label": offer["label"], "votes": votes, "total": total, "mean": mean, "tally": tally})
    return rows


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    low, span = grades(board)[0], grades(board)
    heads = [_("Was"), _("Mittel"), _("Stimmen"), *(str(grade) for grade in span)]
    rows = _rows(_offers(board, notes), tallies)
    for row in rows:
        spread = [row["tally"].of(grade) if row["tally"] else 0 for grade in span]
        row |= {"cells": [_mean(row["mean"]), row["votes"], *spread], "bar": round(row["mean"] - low, 2) if row["mean"] else 0}
    return tables.figures(heads, tables.ladder(rows, tables.is_over(board))) | {
        "most": len(span) - 1,
        "low": low,
        "high": span[-1],
    }


def _resistance(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    rows = _rows(_with_what_is(board, notes), tallies)
    voted = [row["total"] for row in rows if row["votes"]]
    for row in rows:
        wins = bool(row["votes"]) and row["total"] == min(voted)
        row |= {"cells": [row["total"], _mean(row["mean"]), row["votes"]], "bar": row["total"]}
        row |= {"note": _("geringster Widerstand") if wins else ""}
    if tables.is_over(board):
        rows.sort(key=lambda row: (not row["votes"], row["total"]))
    return tables.figures([_("Vorschlag"), _("Widerstand"), _("Mittel"), _("Stimmen")], rows) | {"low": 0, "high": RESISTANCE[1]}


def _mean(mean: float | None) -> str:
    return format_number(mean) if mean is not None else "–"


ANSWERS = Setting(
    "answers", N_("Was wird eingeschätzt?"), N_("Eines je Zeile. Leer: nur die Frage selbst oder Zettel."), "lines", most=12
)

KIND = Kind(
    "scale",
    N_("Skala"),
    N_("Wie sehr? Alle geben jeder Zeile eine Zahl, zum Beispiel von 1 bis 5."),
    frozenset({CHOICES}),
    _result,
    page="figures",
    form="grades_form",
    switches=("votes_hidden",),
    presets={"votes_hidden": 1},
    settings=(
        ANSWERS,
        Setting("low", N_("Von"), type="number", most=1, default=1),
        Setting("high", N_("Bis"), type="number", least=2, most=10, default=5),
        Setting("low_label", N_("Die kleinste Zahl heißt"), N_("Zum Beispiel: gar nicht")),
        Setting("high_label", N_("Die größte Zahl heißt"), N_("Zum Beispiel: sehr")),
    ),
    check=_check,
    offers=_offers,
    choice=_choice,
    fits=_fits,
    works_on_notes=True,
)


def _always(form: Form, values: dict[str, Any]) -> None:
    values |= {"low": RESISTANCE[0], "high": RESISTANCE[1]}


CONSENSING = replace(
    KIND,
    name="consensing",
    label=N_("Systemisch konsensieren"),
    hint=N_("Wie groß ist der Widerstand gegen jeden Vorschlag, von 0 bis 10? Der geringste trägt am weitesten."),
    result=_resistance,
    settings=(
        replace(
            ANSWERS,
            label=N_("Vorschläge"),
            hint=N_("Einer je Zeile, oder Zettel übernehmen. „Es bleibt, wie es ist“ kommt dazu."),
        ),
    ),
    check=_always,
    offers=_with_what_is,
)
