"""Why a method fits what somebody is looking for, or why not: one judge for each filter."""

from collections.abc import Callable
from dataclasses import dataclass

from ..i18n import N_
from ..i18n import gettext as _
from .cards import Card
from .vocabulary import GOALS, PHASES

HALF_DAY = 240  # minutes

PLACES = {"indoors": N_("drinnen"), "outdoors": N_("draußen"), "walkup": N_("mit Laufkundschaft")}
IN_CARDS = {"indoors": "drinnen", "outdoors": "draussen", "walkup": "laufkundschaft"}


@dataclass(frozen=True)
class Reason:
    """Why a method fits a wish, or does not."""

    text: str
    fits: bool = True
    fully: bool = True
    """False when it fits with a grain of salt; such methods come later."""


def reasons(card: Card, wishes: dict[str, str]) -> list[Reason]:
    """One reason for each wish, in the order people read them."""
    return [judge(card, wishes[name]) for name, judge in JUDGES.items() if name in wishes]


def _time(card: Card, value: str) -> Reason:
    limit = HALF_DAY if value == "halfday" else int(value)
    least, most = card.minutes
    if least > limit:
        return Reason(_("braucht mindestens %(minutes)s Minuten", minutes=least), fits=False)
    if value == "halfday":
        return Reason(_("passt in einen halben Tag"))
    if most <= limit or card.usual <= limit:
        return Reason(_("passt in %(minutes)s Minuten", minutes=limit))
    return Reason(_("passt gekürzt in %(minutes)s Minuten, sonst %(usual)s", minutes=limit, usual=card.usual), fully=False)


def _group(card: Card, value: str) -> Reason:
    if value == "walkup":
        return _place(card, value)
    fewest, most = map(int, value.split("-"))
    least, largest = card.group
    if largest < fewest or least > most:
        return _wrong_size(card, fewest)
    if least <= fewest and most <= largest:
        return Reason(_("für %(fewest)s–%(most)s Leute", fewest=fewest, most=most))
    if least > fewest:
        return Reason(_("ab %(least)s Leuten", least=least), fully=False)
    return Reason(_("bis %(largest)s Leute", largest=largest), fully=False)


def _people(card: Card, value: str) -> Reason:
    people = int(value)
    if not card.group[0] <= people <= card.group[1]:
        return _wrong_size(card, people)
    return Reason(_("allein möglich") if people == 1 else _("für %(people)s Leute", people=people))


def _wrong_size(card: Card, people: int) -> Reason:
    least, largest = card.group
    if people < least:
        return Reason(_("braucht mindestens %(least)s Leute", least=least), fits=False)
    return Reason(_("geht nur bis %(largest)s Leute", largest=largest), fits=False)


def _phase(card: Card, value: str) -> Reason:
    phase = _(PHASES[value])
    if value in card.phases:
        return Reason(_("Phase: %(phase)s", phase=phase), fully=value == card.phases[0])
    if "QS" in card.phases:
        return Reason(_("passt in jede Phase"), fully=False)
    return Reason(_("nicht für die Phase %(phase)s", phase=phase), fits=False)


def _goal(card: Card, value: str) -> Reason:
    goal = _(GOALS[value])
    if value in card.goals:
        return Reason(_("Ziel: %(goal)s", goal=goal))
    return Reason(_("anderes Ziel als: %(goal)s", goal=goal), fits=False)


def _place(card: Card, value: str) -> Reason:
    place = _(PLACES[value])
    if IN_CARDS[value] in card.places:
        return Reason(place)
    return Reason(_("nicht %(place)s", place=place), fits=False)


def _staff(card: Card, value: str) -> Reason:
    if card.staff > int(value):
        return Reason(_("braucht ein Team von %(staff)s", staff=card.staff), fits=False)
    return Reason(_("eine Person moderiert") if card.staff == 1 else _("Team von %(staff)s", staff=card.staff))


def _phone(card: Card, value: str) -> Reason:
    return Reason(_("geht ohne Handy")) if card.without_phone else Reason(_("braucht Handys"), fits=False)


JUDGES: dict[str, Callable[[Card, str], Reason]] = {
    "time": _time, "group": _group, "people": _people, "phase": _phase,
    "goal": _goal, "place": _place, "staff": _staff, "phone": _phone,
}  # fmt: skip
"""What looks at each field."""
