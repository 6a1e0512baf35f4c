"""Card, PIN and name, as the staff of the hub type them in."""

from collections.abc import Mapping

from ... import credentials
from ...forms import Form
from ...i18n import gettext as _

NAME = 40


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
