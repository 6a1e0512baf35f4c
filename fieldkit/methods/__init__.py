"""Methods: cards for service-design methods that people can run themselves, read from files and searched."""

from sqlite3 import Connection

from ..i18n import N_, ngettext
from ..room import Nav, Printable, Room
from . import store
from .routes import blueprint
from .schema import migrations
from .sheet import sheet


def _hint(conn: Connection) -> str:
    """How many methods there are, for the front page."""
    there = len(store.present(conn).cards)
    return ngettext("%(num)s Anleitung für Gruppen und Projekte", "%(num)s Anleitungen für Gruppen und Projekte", there)


ROOM = Room(
    "methods",
    migrations=migrations,
    blueprint=blueprint,
    nav=Nav(N_("Methoden"), 2, "cards", N_("Methoden finden"), _hint),
    printables=(Printable("methods", sheet, "method.typ"),),
    hears={"card": store.hear},
)
