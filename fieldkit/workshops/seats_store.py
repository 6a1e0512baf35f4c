"""Who takes part: a number on arrival, a key in the link, a word pair to come back with. Nothing of it outlives the workshop."""

import hashlib
import secrets
import sqlite3
from typing import Any

from . import live, words
from .store import NotOpen, one

MOST = 500  # participants of a workshop


class Unknown(Exception):
    """Nobody here has this word pair."""


class Full(Exception):
    """More people than a kit can carry."""


def new_token() -> str:
    """A key for a link: 128 random bits."""
    return secrets.token_urlsafe(16)


def join(conn: sqlite3.Connection, workshop_id: str, seat: dict[str, Any], token: str) -> None:
    """Take a seat with the key `token`. The same seat again gets the new key and keeps its number. Raises NotOpen, Full."""
    workshop = one(conn, workshop_id)
    if workshop is None or workshop["state"] != "open":
        raise NotOpen
    known = conn.execute("SELECT 1 FROM participants WHERE id = ? AND workshop_id = ?", [seat["id"], workshop_id]).fetchone()
    if not known:
        last = conn.execute("SELECT coalesce(max(number), 0) FROM participants WHERE workshop_id = ?", [workshop_id]).fetchone()[
            0
        ]
        if last >= MOST:
            raise Full
        row = [seat["id"], workshop_id, last + 1, seat["name"], _free_words(conn, workshop_id)]
        conn.execute("INSERT INTO participants (id, workshop_id, number, name, words) VALUES (?, ?, ?, ?, ?)", row)
        live.changed(conn, workshop_id, secret=True)  # only the team counts who is here
    _hand_out(conn, seat["id"], token)


def come_back(conn: sqlite3.Connection, workshop_id: str, pair: str, token: str) -> None:
    """Give whoever has this word pair a new key beside the old ones. Raises Unknown."""
    rows = conn.execute("SELECT id, words FROM participants WHERE workshop_id = ?", [workshop_id]).fetchall()
    found = next((row["id"] for row in rows if words.folded(row["words"]) == words.folded(pair)), None)
    if found is None:
        raise Unknown
    _hand_out(conn, found, token)


def by_token(conn: sqlite3.Connection, token: str) -> dict[str, Any] | None:
    """Who holds this key: `id`, `workshop_id`, `number`, `name`, `words`, `group_id`."""
    row = conn.execute(
        "SELECT participants.* FROM participant_keys JOIN participants ON participants.id = participant_id WHERE digest = ?",
        [_digest(token)],
    ).fetchone()
    return dict(row) if row else None


def everybody(conn: sqlite3.Connection, workshop_id: str) -> list[dict[str, Any]]:
    """All participants of a workshop by number."""
    return [dict(row) for row in conn.execute("SELECT * FROM participants WHERE workshop_id = ? ORDER BY number", [workshop_id])]


def _hand_out(conn: sqlite3.Connection, participant_id: str, token: str) -> None:
    conn.execute("INSERT INTO participant_keys (digest, participant_id) VALUES (?, ?)", [_digest(token), participant_id])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # random bits need no slow hash


def _free_words(conn: sqlite3.Connection, workshop_id: str) -> str:
    taken = {row[0] for row in conn.execute("SELECT words FROM participants WHERE workshop_id = ?", [workshop_id])}
    while (pair := words.pair()) in taken:
        pass
    return pair
