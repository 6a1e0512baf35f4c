"""What is no longer on this kit because the hub has it."""

import sqlite3


def by_receipt(conn: sqlite3.Connection, receipt: str) -> bool:
    """Whether the contribution with this receipt was handed over and then taken off this kit."""
    return conn.execute("SELECT 1 FROM purged WHERE receipt = ?", [receipt]).fetchone() is not None
