"""Receipts: the code a visitor takes along, and what it opens."""

from ..i18n import N_
from ..i18n import gettext as _
from ..room import Nav, Room
from .routes import blueprint

ROOM = Room(
    "receipts",
    blueprint=blueprint,
    nav=Nav(N_("Antworten"), 9, "ticket", N_("Was wurde daraus?"), lambda _conn: _("Mit dem Code von deinem Beleg nachsehen")),
)
