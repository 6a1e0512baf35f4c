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
    _pin(form)
    return form


def name_form(posted: Mapping[str, str]) -> Form:
    """The name on a new card."""
    form = Form(posted)
    form.text("name", NAME, required=_("Bitte gib einen Namen ein, den das Team kennt."))
    return form


def first_form(posted: Mapping[str, str]) -> Form:
    """Name and own PIN of the first facilitator."""
    form = name_form(posted)
    pin = _pin(form)
    if pin and credentials.weak(pin):
        form.refuse("pin", _("Diese PIN errät man zu leicht. Bitte nimm sechs Ziffern ohne Muster, zum Beispiel gewürfelt."))
    elif pin and credentials.read_pin(posted.get("again", "")) != pin:
        form.refuse("again", _("Die beiden PINs sind verschieden. Bitte gib sie noch einmal ein."))
    return form


def _pin(form: Form) -> str:
    pin = form.data["pin"] = credentials.read_pin(form.posted.get("pin", ""))
    if not pin:
        form.refuse("pin", _("Die PIN hat sechs Ziffern."))
    return pin
