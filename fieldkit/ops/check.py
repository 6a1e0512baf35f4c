"""Is everything as it should be? Database, journal chain, and that journal and tables agree."""

import sqlite3
from typing import Any

from .. import blobs, journal
from ..house import House
from ..jobs import Progress
from ..storage.soundness import faults
from . import repair


def report(conn: sqlite3.Connection) -> dict[str, Any]:
    """The outcome of a check, ready for JSON."""
    found = faults(conn)
    head = journal.head(conn)
    return {"ok": not found, "faults": found, "epoch": head.epoch, "seq": head.seq, "digest": head.digest}


def command(house: House, progress: Progress, mend: bool = False) -> dict[str, Any]:
    """Check the kit that is open; with `mend`, put right before what can be put right, and say in `repaired` what was done.

    `copies` counts this device."""
    progress(0, 1, "Datenbank und Journal werden geprüft")
    repaired = house.db.write(repair.repair, house.rooms) if mend else []
    copies = {"copies": house.copies.second.standing().copies}
    outcome = report(house.db.read()) | copies | ({"repaired": repaired} if mend else {})
    outcome["faults"] += blobs.faults(house.db.read(), [plate for room in house.rooms for plate in room.leaves])
    outcome["ok"] = not outcome["faults"]
    progress(1, 1, "")
    return outcome
