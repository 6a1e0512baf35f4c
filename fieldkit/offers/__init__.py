"""Offers: what the city already runs in the district, and what the hub announces. So that the kit is no second silo."""

from sqlite3 import Connection
from typing import Any

from ..room import Room
from . import store
from .routes import blueprint
from .schema import migrations


def _everywhere(conn: Connection) -> dict[str, Any]:
    return {"offers": store.offers(conn), "announcements": store.announcements(conn)}


ROOM = Room(
    "offers",
    migrations=migrations,
    blueprint=blueprint,
    everywhere=_everywhere,
    hears={"offer": store.hear, "announcement": store.hear},
)
