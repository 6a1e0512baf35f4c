"""What the staff of the hub type in about kits."""

from collections.abc import Mapping

from ... import invitation
from ...forms import Form
from ...i18n import gettext as _

NAME, ADDRESS = 40, 100


def invitation_form(posted: Mapping[str, str]) -> Form:
    """The name of a new kit, and the address at which it reaches this hub."""
    form = Form(posted)
    form.text("name", NAME, required=_("Bitte gib dem Kit einen Namen."))
    address = form.text("address", ADDRESS, required=_("Bitte gib die Adresse ein, unter der das Kit diesen Hub erreicht."))
    form.data["address"] = address.rstrip("/")
    if address and not invitation.is_safe(form.data["address"]):
        form.refuse("address", _("Die Adresse muss so aussehen: https://hub.example.org"))
    return form
