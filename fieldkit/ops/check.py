"""Is everything as it should be? Database, journal chain, and that journal and tables agree."""

import sqlite3
from typing import Any

from .. import journal
from ..house import House
from ..jobs import Progress
from ..soundness import faults
from . import repair


def report(conn: sqlite3.Connection) -> dict[str, Any]:
    """The outcome of a check, ready for JSON."""
    found = faults(conn)
    head = journal.head(conn)
    return {"ok": not found, "faults": found, "epoch": head.epoch, "seq": head.seq, "digest": head.digest}


def command(house: House, progress: Progress, mend: bool = False) -> dict[str, Any]:
    """Check the kit that is open; with `mend`, put right before what can be put right, and say in `repaired` what was done."""
    progress(0, 1, "Datenbank und Journal werden geprüft")
    repaired = house.db.write(repair.repair, house.rooms) if mend else []
    outcome = report(house.db.read()) | ({"repaired": repaired} if mend else {})
    progress(1, 1, "")
    return outcome
