"""What the command line may ask about staff."""

import sqlite3
from typing import Any

from .. import certificate, credentials
from ..house import House
from ..i18n import gettext as _
from ..jobs import Progress
from . import store


def add(house: House, progress: Progress, name: str) -> dict[str, Any]:
    """Make a card for somebody: its link and PIN. Raises Refused."""
    form = credentials.name_form({"name": name})
    if not form:
        raise store.Refused(form.errors["name"])
    secret, pin = house.db.write(store.add, form.data["name"])
    return {"link": f"{certificate.for_secrets(house.config)}/staff/card/{secret}", "pin": pin}


def new_pin(house: House, progress: Progress, name: str) -> dict[str, Any]:
    """Give somebody a new random PIN and end what was begun with the old one. Raises Unknown."""
    pin = credentials.new_pin()
    house.sessions.end_all(house.db.write(store.set_pin, name, pin))
    return {"pin": pin}


def first_sign_in(conn: sqlite3.Connection) -> tuple[str, str] | None:
    """For the terminal: where the first facilitator of a kit without cards signs in."""
    secret = store.first_link(conn)
    return (_("Erste Anmeldung, einmalig"), f"/staff/first/{secret}") if secret else None
