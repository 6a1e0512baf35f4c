"""Whether a database can be believed: its pages, its references, its chain, and that journal and tables agree."""

import sqlite3

from . import journal


def faults(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with a database, a German sentence each; empty when all is well."""
    found = damage(conn)
    if found:
        return found  # nothing read from a damaged file can be believed
    found += [
        f"{row[0]}: Zeile {row[1]} verweist auf etwas, das es in {row[2]} nicht gibt."
        for row in conn.execute("PRAGMA foreign_key_check").fetchall()
    ]
    return found + list(journal.faults(conn))


def damage(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with the pages of the file itself. Raises sqlite3.DatabaseError when not even that can be told."""
    return [f"Datenbank: {row[0]}" for row in conn.execute("PRAGMA quick_check(5)").fetchall() if row[0] != "ok"]
