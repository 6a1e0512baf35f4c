"""Poll: one answer, several, or yes and no."""

from collections.abc import Mapping
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import options, tables
from .kind import CHOICES, Board, Kind, Notes, Offer, Result, Setting

SINGLE, MULTIPLE, YESNO = "single", "multiple", "yesno"
MODES = {SINGLE: N_("eine Antwort"), MULTIPLE: N_("mehrere Antworten"), YESNO: N_("ja oder nein")}
YES_NO = (("yes", N_("Ja")), ("no", N_("Nein")))


def _offers(board: Board, notes: Notes) -> list[Offer]:
    """What can be chosen, in the language of the page."""
    if board["options"].get("mode") == YESNO:
        return [{"key": key, "label": _(label)} for key, label in YES_NO]
    return board["options"].get("answers", [])


def _check(form: Form, values: dict[str, Any]) -> None:
    if values["mode"] != YESNO and len(values["answers"]) < 2:
        form.refuse("answers", _("Bitte mindestens zwei Antworten eingeben."))


def _choice(board: Board, form: Form, offers: list[Offer]) -> dict[str, int]:
    picked = [key for key in options.several(form, "answer") if key in options.keys(offers)]
    if not picked:
        form.refuse("answer", _("Bitte wähle eine Antwort aus."))
    elif len(picked) > 1 and board["options"].get("mode") != MULTIPLE:
        form.refuse("answer", _("Bitte wähle nur eine Antwort aus."))
    return dict.fromkeys(picked, 1)


def _fits(board: Board, values: Mapping[str, int]) -> bool:
    return set(values.values()) == {1} and (len(values) == 1 or board["options"].get("mode") == MULTIPLE)


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    offers = _offers(board, notes)
    votes = [tallies[offer["key"]].votes if offer["key"] in tallies else 0 for offer in offers]
    rows = [{"label": offer["label"], "cells": [n], "bar": n, "votes": n} for offer, n in zip(offers, votes, strict=True)]
    return tables.figures([_("Antwort"), _("Stimmen")], rows) | {"votes": sum(votes)}


KIND = Kind(
    "poll",
    N_("Umfrage"),
    N_("Eine Frage mit Antworten zum Ankreuzen: eine, mehrere, oder ja und nein."),
    frozenset({CHOICES}),
    _result,
    page="figures",
    switches=("votes_hidden",),
    presets={"votes_hidden": 1},
    settings=(
        Setting("mode", N_("Wie viele Antworten?"), type="pick", default=SINGLE, among=MODES),
        Setting(
            "answers", N_("Antworten"), N_("Eine je Zeile, mindestens zwei. Bei ja oder nein nicht nötig."), "lines", most=12
        ),
    ),
    check=_check,
    offers=_offers,
    choice=_choice,
    fits=_fits,
)
