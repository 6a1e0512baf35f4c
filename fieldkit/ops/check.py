"""Is everything as it should be? Database, journal chain, and that journal and tables agree."""

import sqlite3
from typing import Any

from .. import journal
from ..house import House
from ..jobs import Progress


def faults(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with a database, a German sentence each; empty when all is well."""
    found = [f"Datenbank: {row[0]}" for row in conn.execute("PRAGMA quick_check").fetchall() if row[0] != "ok"]
    if found:
        return found  # nothing read from a damaged file can be believed
    found += [
        f"{row[0]}: Zeile {row[1]} verweist auf etwas, das es in {row[2]} nicht gibt."
        for row in conn.execute("PRAGMA foreign_key_check").fetchall()
    ]
    return found + list(journal.faults(conn))


def report(conn: sqlite3.Connection) -> dict[str, Any]:
    """The outcome of a check, ready for JSON."""
    found = faults(conn)
    head = journal.head(conn)
    return {"ok": not found, "faults": found, "epoch": head.epoch, "seq": head.seq, "digest": head.digest}


def command(house: House, progress: Progress) -> dict[str, Any]:
    """Check the kit that is open."""
    progress(0, 1, "Datenbank und Journal werden geprüft")
    outcome = report(house.db.read())
    progress(1, 1, "")
    return outcome
