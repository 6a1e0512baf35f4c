"""What the hub says about methods, in SQL."""

import sqlite3
from typing import Any

from .catalogue import Catalogue, catalogue


def present(conn: sqlite3.Connection) -> Catalogue:
    """The catalogue as it is now."""
    return catalogue(tuple((row["id"], row["text"]) for row in conn.execute("SELECT id, text FROM published_cards ORDER BY id")))


def hear(conn: sqlite3.Connection, piece: dict[str, Any]) -> bool:
    """Take in a card of the hub; one without text is taken out of the catalogue."""
    conn.execute(
        "INSERT INTO published_cards VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text",
        [piece["rid"], piece["payload"]["text"]],
    )
    return True
