"""Example ideas for a lively stop."""

import sqlite3


def fill(conn: sqlite3.Connection) -> None:
    """Fill the open stop with examples."""
