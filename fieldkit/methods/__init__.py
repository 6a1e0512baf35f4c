"""Methods: cards for service-design methods that people can run themselves, read from files and searched."""

from sqlite3 import Connection

from ..i18n import N_, ngettext
from ..room import Nav, Printable, Room
from .catalogue import all_cards
from .routes import blueprint
from .sheet import sheet


def _hint(_conn: Connection) -> str:
    """How many methods there are, for the front page."""
    return ngettext(
        "%(num)s Anleitung für Gruppen und Projekte", "%(num)s Anleitungen für Gruppen und Projekte", len(all_cards())
    )


ROOM = Room(
    "methods",
    blueprint=blueprint,
    nav=Nav(N_("Methoden"), 2, "cards", N_("Methoden finden"), _hint),
    printables=(Printable("methods", sheet, "method.typ"),),
)
