"""What the hub told everybody, in the database."""

from sqlite_utils import Database, Migrations

from ..db import run_script

migrations = Migrations("offers")


@migrations()
def m001_offers(db: Database) -> None:
    """Offers and announcements as the hub published them."""
    run_script(
        db.conn,
        """
        CREATE TABLE offers (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('offer', 'announcement')),
            title TEXT NOT NULL,
            body TEXT NOT NULL,
            url TEXT NOT NULL,                        -- in the internet: shown as text and QR code, there is none here
            district TEXT NOT NULL,                   -- empty: the whole city
            until TEXT NOT NULL                       -- last day; empty: until it is withdrawn
        ) STRICT;
    """,
    )
