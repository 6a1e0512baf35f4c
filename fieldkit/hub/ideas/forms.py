"""What the staff of the hub type in about ideas."""

from collections.abc import Iterable, Mapping

from ...answers import STATUSES
from ...forms import Form
from ...i18n import gettext as _
from .answering_store import Pick
from .store import PER_PAGE

ANSWER, OFFICE, NOTE, NAME = 2000, 80, 4000, 60
MOST_CHANGES = 10**6

ASKED = "checking"
"""The status in which an office may be named before it has said anything."""


def answer_form(posted: Mapping[str, str]) -> Form:
    """An answer to an idea."""
    form = _words_form(posted)
    if form.data["status"] != ASKED and not form.data["body"]:
        form.refuse("body", _("Bitte schreib, warum, und wer was bis wann macht."))
    form.number("version", 0, MOST_CHANGES)
    return form


def bulk_form(posted: Mapping[str, str]) -> Form:
    """One answer to several ideas; without a text each keeps its own."""
    return _words_form(posted)


def note_form(posted: Mapping[str, str]) -> Form:
    """A note for the team; empty takes it away."""
    form = Form(posted)
    form.text("note", NOTE, lines=True)
    form.number("version", 0, MOST_CHANGES)
    return form


def template_form(posted: Mapping[str, str]) -> Form:
    """A template for answers."""
    form = Form(posted)
    form.text("name", NAME, required=_("Bitte gib der Vorlage einen Namen, an dem das Team sie erkennt."))
    form.choice("status", STATUSES)
    form.text("body", ANSWER, required=_("Bitte schreib den Text der Vorlage."), lines=True)
    form.text("office", OFFICE)
    return form


def statuses() -> list[tuple[str, str]]:
    """What can become of an idea, as keys and words to choose from."""
    return [(key, _(label)) for key, label in STATUSES.items()]


def picks(ticked: Iterable[str]) -> list[Pick]:
    """What was ticked, as `kit/rid` or `kit/rid/version`, each once; what cannot be read is left out."""
    found = {}
    for text in ticked:
        kit, _slash, rest = text.partition("/")
        rid, _slash, seen = rest.partition("/")
        if kit and rid and len(seen) < len(str(MOST_CHANGES)) and (seen or "0").isdecimal():
            found[kit, rid] = Pick(kit, rid, int(seen or 0))
    return list(found.values())[:PER_PAGE]


def _words_form(posted: Mapping[str, str]) -> Form:
    form = Form(posted)
    form.choice("status", STATUSES, required=_("Bitte wähle, was daraus wird."))
    form.text("body", ANSWER, lines=True)
    form.text("office", OFFICE, required=_("Bitte schreib, wer antwortet."))
    return form
