"""What people type in workshops: form in, clean data or all errors out."""

from collections.abc import Mapping
from typing import Any

from .. import ids
from ..boards import KINDS, kind_of
from ..boards.kind import Kind, Offer
from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _

TITLE, LONG, NAME, WORDS = 120, 500, 40, 60
GUIDE = 1500  # characters of what the facilitator reads to a step

NO_BOARD = "none"
"""In place of a kind: a step in which nobody types anything."""

REVEALS = {
    "at_once": N_("sofort zu sehen"),
    "facilitator": N_("verdeckt, bis ihr aufdeckt"),
    "timer": N_("verdeckt, bis die Zeit um ist"),
}

TICKS = {
    "named": N_("Mit Namen (wer einen angegeben hat)"),
    "show_others": N_("Alle sehen, was die anderen schreiben"),
    "votes_stack": N_("Mehrere Punkte auf einen Zettel erlaubt"),
    "votes_hidden": N_("Ergebnis erst zeigen, wenn ihr die Tafel schließt"),
    "moderated": N_("Zettel erst nach eurer Freigabe zeigen"),
}
NUMBERS = {
    "votes_each": (N_("Punkte für jede Person"), 1, 100, 3),
    "max_length": (N_("Zeichen je Zettel, höchstens"), 10, 1000, 140),
    "max_notes": (N_("Zettel je Person, höchstens (0: so viele sie mögen)"), 0, 50, 0),
}
"""Switch -> label, lowest, highest, and what a new board has."""

DEFAULTS = {"named": 0, "show_others": 1, "votes_stack": 1, "votes_hidden": 0, "moderated": 0, "reveal": "at_once"}


def join_form(posted: Mapping[str, str]) -> Form:
    """Somebody with a code: a name if they like, or the word pair of somebody who comes back."""
    form = Form(posted)
    form.text("code", 40, required=_("Bitte gib den Code ein. Er steht auf der Leinwand."))
    form.text("name", NAME)
    form.text("words", WORDS)
    form.data["seat"] = new_or_posted(form, "seat")
    return form


def note_form(board: dict[str, Any], posted: Mapping[str, str]) -> Form:
    """A note for a board. `data` is the note as notes_store.leave takes it."""
    form, kind = Form(posted), kind_of(board)
    text = form.text("text", board["max_length"], required=_("Bitte schreib etwas.") if kind.text_required else "", lines=True)
    extra = kind.placed(board, form)
    form.data = {"id": new_or_posted(form, "id"), "text": text, **extra}
    return form


def choice_form(board: dict[str, Any], posted: Mapping[str, str], offers: list[Offer]) -> Form:
    """What somebody chose of what a board offers. `data` is option -> value."""
    form = Form(posted)
    form.data = kind_of(board).choice(board, form, offers)
    return form


def workshop_form(posted: Mapping[str, str]) -> Form:
    """A workshop as a facilitator plans it."""
    form = Form(posted)
    form.text("title", TITLE, required=_("Bitte gib dem Workshop einen Titel."))
    form.text("partner", TITLE)
    form.text("goal", LONG, lines=True)
    return form


def step_form(kind: Kind | None, posted: Mapping[str, str], sources: Mapping[str, Any]) -> Form:
    """A step of the agenda with its board: `data["step"]` and `data["board"]`, None for a step without a board.

    `sources` are the boards it may take notes from.
    """
    form = Form(posted)
    step = {
        "id": new_or_posted(form, "id"),
        "title": form.text("title", TITLE, required=_("Bitte gib dem Schritt einen Titel.")),
        "minutes": form.number("minutes", 1, 480, 10),
        "note": form.text("note", GUIDE, lines=True),
    }
    if "method" in posted:
        step["method"] = form.text("method", NAME * 2)
    if kind is None:
        form.data = {"step": step, "board": None}
        return form
    board = {"kind": kind.name, "question": form.text("question", 200), **kind.presets, **switches(kind, form)}
    board |= {"options": kind.options(form)}
    if kind.works_on_notes:
        board["source_id"] = form.choice("source_id", sources) or None
    form.data = {"step": step, "board": board}
    return form


def switches(kind: Kind, form: Form) -> dict[str, Any]:
    """The switches of a kind as they were set."""
    values: dict[str, Any] = {name: int(form.tick(name)) for name in TICKS if name in kind.switches}
    for name, (_label, lowest, highest, default) in NUMBERS.items():
        if name in kind.switches:
            values[name] = form.number(name, lowest, highest, kind.presets.get(name, default))
    if "reveal" in kind.switches:
        values["reveal"] = form.choice("reveal", REVEALS) or "at_once"
    return values


def preset(kind: Kind) -> dict[str, Any]:
    """What the switches of a new board of this kind are."""
    return DEFAULTS | {name: number[3] for name, number in NUMBERS.items()} | dict(kind.presets)


def typed(step: Mapping[str, Any], board: Mapping[str, Any] | None) -> dict[str, str]:
    """A step and its board as they stand in the form again."""
    posted = {name: str(step[name] or "") for name in ("title", "minutes", "note", "method")}
    if board is None:
        return posted
    for name in (*TICKS, *NUMBERS, "reveal", "question", "source_id"):
        posted[name] = str(board[name] or "") if name in TICKS or board[name] is None else str(board[name])
    return posted | kind_of(dict(board)).typed(board["options"])


def new_or_posted(form: Form, field: str) -> str:
    """The id that was made when the form was rendered, or a new one for a form without."""
    posted = form.posted.get(field, "")
    return posted if ids.is_id(posted) else ids.new_id()


def kind_or_first(name: str) -> Kind:
    """The kind of this name."""
    return KINDS.get(name) or next(iter(KINDS.values()))
