"""What the staff of the hub type in about ideas."""

from collections.abc import Mapping

from ...answers import STATUSES
from ...forms import Form
from ...i18n import gettext as _

ANSWER, OFFICE = 2000, 80


def answer_form(posted: Mapping[str, str]) -> Form:
    """An answer to an idea."""
    form = Form(posted)
    form.choice("status", STATUSES, required=_("Bitte wähle, was daraus wird."))
    form.text("body", ANSWER, required=_("Bitte schreib, warum, und wer was bis wann macht."), lines=True)
    form.text("office", OFFICE, required=_("Bitte schreib, wer antwortet."))
    return form
