"""What the staff of the hub type in about kits."""

import re
from collections.abc import Mapping

from ...forms import Form
from ...i18n import gettext as _

NAME, ADDRESS = 40, 100


def invitation_form(posted: Mapping[str, str]) -> Form:
    """The name of a new kit, and the address at which it reaches this hub."""
    form = Form(posted)
    form.text("name", NAME, required=_("Bitte gib dem Kit einen Namen."))
    address = form.text("address", ADDRESS, required=_("Bitte gib die Adresse ein, unter der das Kit diesen Hub erreicht."))
    form.data["address"] = address.rstrip("/")
    if address and not is_address(form.data["address"]):
        form.refuse("address", _("Die Adresse muss so aussehen: https://hub.example.org"))
    return form


def is_address(text: str) -> bool:
    """Whether this is the address of a server and nothing more."""
    return re.fullmatch(r"https?://[^/?#@\s]+", text) is not None
