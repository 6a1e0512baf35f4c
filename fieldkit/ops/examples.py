"""The living example: every room fills itself with examples, once, on a kit nobody has used."""

import sqlite3
from typing import Any

from .. import kit
from ..house import House
from ..jobs import Progress


class NotEmpty(Exception):
    """There is real data on this kit; examples must not mix with it."""


def brand_new(house: House) -> bool:
    """Whether nobody has left anything on this kit yet."""
    return house.db.read().execute("SELECT count(*) FROM journal").fetchone()[0] == 0


def command(house: House, progress: Progress) -> dict[str, Any]:
    """Fill a new kit with examples; a kit that has them already stays as it is. Raises NotEmpty."""
    if not house.kit.demo:
        if not brand_new(house):
            raise NotEmpty(
                "Auf diesem Kit liegen echte Daten. Beispiele gibt es nur auf einem leeren Kit: "
                "Bitte FIELDKIT_HOME auf einen neuen Ordner setzen."
            )
        progress(0, 1, "Beispiele werden angelegt")
        house.db.write(_fill, house)
        house.kit = kit.load(house.db.read())
    progress(1, 1, "")
    return {"entries": house.db.read().execute("SELECT count(*) FROM journal").fetchone()[0]}


def _fill(conn: sqlite3.Connection, house: House) -> None:
    kit.mark_demo(conn)
    for room in house.rooms:
        if room.demo:
            room.demo(conn)
