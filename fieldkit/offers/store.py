"""Offers and announcements in SQL."""

import sqlite3
from typing import Any

from .. import clock

FIELDS = ("title", "body", "url", "district", "until")


def hear(conn: sqlite3.Connection, piece: dict[str, Any]) -> bool:
    """Take in what the hub published; without a title it is withdrawn."""
    said = {name: str(piece["payload"].get(name, "")) for name in FIELDS}
    conn.execute("DELETE FROM offers WHERE id = ?", [piece["rid"]])
    if said["title"]:
        row = said | {"id": piece["rid"], "kind": piece["kind"]}
        conn.execute("INSERT INTO offers VALUES (:id, :kind, :title, :body, :url, :district, :until)", row)
    return True


def offers(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """What runs at the moment, in the open stop's district first, then in the whole city, then elsewhere."""
    return _current(conn, "offer")


def announcements(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """What is announced at the moment, for this district and for all."""
    return [one for one in _current(conn, "announcement") if one["here"] or not one["district"]]


def one(conn: sqlite3.Connection, offer_id: str) -> dict[str, Any] | None:
    """An offer that runs at the moment."""
    return next((offer for offer in offers(conn) if offer["id"] == offer_id), None)


def _current(conn: sqlite3.Connection, kind: str) -> list[dict[str, Any]]:
    rows = conn.execute(
        """
        SELECT offers.*, district = coalesce((SELECT district FROM open_stop), '-') AS here FROM offers
        WHERE kind = ? AND (until = '' OR until >= ?) ORDER BY here DESC, district <> '', until = '', until, title
        """,
        [kind, clock.today().isoformat()],
    )
    return [dict(row) for row in rows]
