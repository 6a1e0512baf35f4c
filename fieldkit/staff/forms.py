"""What people type to sign in, and about cards."""

from collections.abc import Mapping

from .. import credentials
from ..forms import Form
from ..i18n import gettext as _

NAME = 40


def sign_in_form(posted: Mapping[str, str]) -> Form:
    """Card and PIN, both in their normal form."""
    form = Form(posted)
    form.data["card"] = credentials.read_secret(
        form.text("card", 200, required=_("Bitte scanne deine Karte, oder tippe ihren Code ab."))
    )
    credentials.ask_pin(form)
    return form


def name_form(posted: Mapping[str, str]) -> Form:
    """The name on a new card."""
    form = Form(posted)
    form.text("name", NAME, required=_("Bitte gib einen Namen ein, den das Team kennt."))
    return form


def first_form(posted: Mapping[str, str]) -> Form:
    """Name and own PIN of the first facilitator."""
    form = name_form(posted)
    credentials.ask_new_pin(form)
    return form
