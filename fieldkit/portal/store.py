"""The portal's mode in the database. It belongs to this device and never travels."""

import sqlite3

from .. import journal
from . import probes


def mode(conn: sqlite3.Connection) -> str:
    """How the portal behaves; it is on until somebody chooses otherwise."""
    row = conn.execute("SELECT mode FROM portal").fetchone()
    return row["mode"] if row else probes.ON


def switch(conn: sqlite3.Connection, to: str, who: str) -> None:
    """Choose another mode, and note who did."""
    conn.execute("INSERT INTO portal (one, mode) VALUES (1, ?) ON CONFLICT DO UPDATE SET mode = excluded.mode", [to])
    journal.log(conn, who, "portal", "kit", "", to)
