"""Taking the contacts of a place along, as a table: opened in the terminal of whoever has the key, never in the hub."""

from collections.abc import Callable, Sequence
from typing import Any

from ... import seal, sheet
from ...jobs import Progress
from ..central import Central
from . import store

HEAD = ("Idee", "Kontakt", "Kennung")


def command(hub: Central, progress: Progress, place: str) -> list[dict[str, Any]]:
    """The sealed contacts of a place, for the command line; that they are taken along is in the protocol."""
    return hub.db.write(store.take_along, place, "fieldkit")


def opened(contacts: Sequence[dict[str, Any]], identity: str, missed: Callable[[str], None]) -> bytes:
    """A CSV with what this private key opens; the titles of the others go to `missed`."""
    rows = []
    for contact in contacts:
        try:
            rows.append((contact["title"], seal.unseal(contact["sealed"], identity).get("contact", ""), contact["rid"]))
        except seal.Shut:
            missed(contact["title"])
    return sheet.as_csv(HEAD, rows)
