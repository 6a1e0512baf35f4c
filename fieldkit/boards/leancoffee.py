"""Lean Coffee: collect topics, vote with dots, talk about one after the other; each time is up, everybody says whether to go on."""

from collections.abc import Mapping
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import dotvote
from .brainstorm import NOTE_SWITCHES
from .kind import CHOICES, DOTS, NOTES, Board, Kind, Notes, Offer, Result, Setting, Stage, stage

COLLECT, VOTE, TALK = "collect", "vote", "talk"
MINUTES = 5
TAKES = {COLLECT: frozenset({NOTES}), VOTE: frozenset({DOTS}), TALK: frozenset({CHOICES})}
YES, NO = 1, 0


def talk(note_id: str, turn: int = 1) -> str:
    """The stage at which a topic is talked about, for the nth time."""
    return f"{TALK}:{note_id}:{turn}"


def _at(board: Board) -> tuple[str, str, int]:
    """What is happening, about which topic, for the nth time."""
    what, _sep, rest = (stage(board) or COLLECT).partition(":")
    topic, _sep, turn = rest.partition(":")
    return what, topic, int(turn or 1)


def _stages(board: Board, notes: Notes) -> list[Stage]:
    minutes = board["options"].get("each", MINUTES)
    what, topic, turn = _at(board)
    first = [Stage(COLLECT, _("Themen sammeln")), Stage(VOTE, _("Punkte verteilen"))]
    more = [Stage(talk(topic, turn + 1), _("Weiter mit diesem Thema"), minutes)] if what == TALK else []
    topics = [Stage(stage(board) if note["id"] == topic else talk(note["id"]), note["text"], minutes) for note in notes]
    return [*first, *more, *topics]


def _accepts(board: Board) -> frozenset[str]:
    return TAKES[_at(board)[0]]


def _offers(board: Board, notes: Notes) -> list[Offer]:
    return [{"key": str(YES), "label": _("Weiter")}, {"key": str(NO), "label": _("Nächstes Thema")}]


def _choice(board: Board, form: Form, offers: list[Offer]) -> dict[str, int]:
    answer = form.choice("answer", (str(YES), str(NO)), required=_("Bitte wähle: weiter oder nächstes Thema."))
    return {stage(board): int(answer)} if answer else {}


def _fits(board: Board, values: Mapping[str, int]) -> bool:
    """Only about the topic that is being talked about."""
    return _at(board)[0] == TALK and set(values) == {stage(board)}


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    what, topic, _turn = _at(board)
    found = dotvote.dotted(board, notes, tallies)
    tally = tallies.get(stage(board)) if what == TALK else None
    on = [{"label": offer["label"], "votes": tally.of(int(offer["key"])) if tally else 0} for offer in _offers(board, notes)]
    now = next((note for note in notes if note["id"] == topic), None)
    order = sorted(found["rows"], key=lambda row: -row["votes"])
    found |= {"stage": what, "topic": now, "in_order": [row["note"] for row in order]}
    return found | {"go_on": on, "most_on": max(row["votes"] for row in on)}


KIND = Kind(
    "leancoffee",
    N_("Lean Coffee"),
    N_("Themen sammeln, Punkte verteilen, dann ein Thema nach dem anderen, so lange alle weiterreden wollen."),
    frozenset({NOTES, DOTS, CHOICES}),
    _result,
    switches=(*NOTE_SWITCHES, "votes_each", "votes_stack"),
    presets={"max_length": 80},
    settings=(Setting("each", N_("Minuten je Thema"), type="number", least=1, most=30, default=MINUTES),),
    offers=_offers,
    choice=_choice,
    fits=_fits,
    stages=_stages,
    accepts=_accepts,
)
