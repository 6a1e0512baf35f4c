"""What the staff of the hub type in about themselves and each other."""

from collections.abc import Mapping

from ... import credentials
from ...doors import HUB_ADMIN, HUB_ANSWER, HUB_READ, HUB_ROLES
from ...forms import Form
from ...i18n import N_
from ...i18n import gettext as _

ROLES = {
    HUB_READ: (N_("Lesen"), N_("Sieht Ideen, Kits und Zahlen, ändert nichts.")),
    HUB_ANSWER: (N_("Antworten"), N_("Liest, antwortet, veröffentlicht Methoden und Angebote, öffnet Kontakte mit Schlüssel.")),
    HUB_ADMIN: (N_("Verwalten"), N_("Macht das alles, meldet Kits an und sperrt sie, verwaltet das Team.")),
}
"""What each role is called, and what it may do."""


def card_form(posted: Mapping[str, str]) -> Form:
    """Name and role for a new card."""
    form = credentials.name_form(posted)
    role_of(form)
    return form


def role_form(posted: Mapping[str, str]) -> Form:
    """Another role for somebody."""
    form = Form(posted)
    role_of(form)
    return form


def role_of(form: Form) -> None:
    """Read the field `role`."""
    form.choice("role", HUB_ROLES, required=_("Bitte wähle, was diese Person darf."))


def pin_form(posted: Mapping[str, str]) -> Form:
    """The present PIN (`current`), and a new one typed twice."""
    form = Form(posted)
    form.data["current"] = credentials.read_pin(form.posted.get("current", ""))
    if not form.data["current"]:
        form.refuse("current", _("Die PIN hat sechs Ziffern."))
    credentials.ask_new_pin(form)
    return form
