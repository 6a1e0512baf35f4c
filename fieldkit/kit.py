"""Who this kit is: one row with its name for the hub, its epoch and its keys, made once."""

import json
import sqlite3
from dataclasses import dataclass

from nacl.signing import SigningKey
from nacl.utils import random

from . import ids, journal


@dataclass(frozen=True)
class Kit:
    """The identity of this kit."""

    id: str
    epoch: str
    demo: bool
    """Whether the content is an example; every page says so then."""
    signing_key: SigningKey
    ticket_key: bytes
    """Seals the tickets in forms (tickets.py). Never leaves the kit."""


def make(conn: sqlite3.Connection) -> None:
    """Give a new database its identity; an old one keeps its own."""
    conn.execute(
        "INSERT INTO kit (one, id, epoch, signing_key, ticket_key) VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [ids.new_id(), journal.next_epoch(), bytes(SigningKey.generate()), random(32)],
    )


def load(conn: sqlite3.Connection) -> Kit:
    """This kit's identity."""
    row = conn.execute("SELECT * FROM kit").fetchone()
    return Kit(row["id"], row["epoch"], bool(row["demo"]), SigningKey(row["signing_key"]), row["ticket_key"])


def mark_demo(conn: sqlite3.Connection) -> None:
    """Say on every page that the content is an example."""
    conn.execute("UPDATE kit SET demo = 1")


def recipients(conn: sqlite3.Connection) -> list[str]:
    """Who at the hub can open what is sealed here: age recipients, operations and escrow. Empty before the hub named them."""
    row = conn.execute("SELECT recipients FROM hub").fetchone()
    return json.loads(row[0]) if row else []


def address_at_home(conn: sqlite3.Connection) -> str:
    """Where people read at home what became of their contribution; empty before there is such a place in the internet."""
    row = conn.execute("SELECT url FROM hub WHERE url LIKE 'https://%'").fetchone()
    return f"{row['url']}/r" if row else ""
