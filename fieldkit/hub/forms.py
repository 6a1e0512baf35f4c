"""What the staff of the hub type in."""

from collections.abc import Mapping

from .. import credentials
from ..answers import STATUSES
from ..forms import Form
from ..i18n import gettext as _

ANSWER, OFFICE, NAME = 2000, 80, 40


def answer_form(posted: Mapping[str, str]) -> Form:
    """An answer to an idea."""
    form = Form(posted)
    form.choice("status", STATUSES, required=_("Bitte wähle, was daraus wird."))
    form.text("body", ANSWER, required=_("Bitte schreib, warum, und wer was bis wann macht."), lines=True)
    form.text("office", OFFICE, required=_("Bitte schreib, wer antwortet."))
    return form


def sign_in_form(posted: Mapping[str, str]) -> Form:
    """Card and PIN, both in their normal form."""
    form = Form(posted)
    card = form.text("card", 200, required=_("Bitte öffne den Link auf deiner Karte, oder tippe ihren Code ab."))
    form.data["card"] = credentials.read_secret(card)
    credentials.ask_pin(form)
    return form


def first_form(posted: Mapping[str, str]) -> Form:
    """Name and own PIN of the first member of staff."""
    form = Form(posted)
    form.text("name", NAME, required=_("Bitte gib deinen Namen ein."))
    credentials.ask_new_pin(form)
    return form
