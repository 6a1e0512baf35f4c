"""Poll: one answer, several, or yes and no."""

from collections.abc import Mapping
from typing import Any

from ...forms import Form
from ...i18n import N_
from ...i18n import gettext as _
from . import options
from .kind import CHOICES, Board, Kind, Result

MODES = {"single": N_("eine Antwort"), "multiple": N_("mehrere Antworten"), "yesno": N_("ja oder nein")}
YES_NO = ({"key": "yes", "label": N_("Ja")}, {"key": "no", "label": N_("Nein")})


def answers(board: Board) -> list[dict[str, str]]:
    """What can be chosen, in the language of the page."""
    if board["options"].get("mode") == "yesno":
        return [answer | {"label": _(answer["label"])} for answer in YES_NO]
    return board["options"].get("answers", [])


def _options(form: Form) -> dict[str, Any]:
    mode = form.choice("mode", MODES, required=_("Bitte wählen."))
    return {"mode": mode, "answers": options.lines(form, "answers", least=0 if mode == "yesno" else 2)}


def _choice(board: Board, form: Form) -> dict[str, int]:
    possible = options.keys(answers(board))
    picked = [key for key in options.several(form, "answer") if key in possible]
    if not picked:
        form.refuse("answer", _("Bitte wähle eine Antwort aus."))
    elif len(picked) > 1 and board["options"].get("mode") != "multiple":
        form.refuse("answer", _("Bitte wähle nur eine Antwort aus."))
    return dict.fromkeys(picked, 1)


def _result(board: Board, notes: list[dict[str, Any]], tallies: Mapping[str, Any]) -> Result:
    rows = [answer | {"votes": tallies[answer["key"]].votes if answer["key"] in tallies else 0} for answer in answers(board)]
    return {"rows": rows, "most": max((row["votes"] for row in rows), default=0), "votes": sum(row["votes"] for row in rows)}


KIND = Kind(
    "poll",
    N_("Umfrage"),
    N_("Eine Frage mit Antworten zum Ankreuzen: eine, mehrere, oder ja und nein."),
    frozenset({CHOICES}),
    _result,
    switches=("votes_hidden",),
    presets={"votes_hidden": 1},
    options=_options,
    settings="workshops/kinds/poll_settings.html",
    choice=_choice,
    offers=answers,
)
