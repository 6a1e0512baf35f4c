"""Staff in the database. It stays on this kit: no door plate lets these tables travel."""

from sqlite_utils import Database, Migrations

from ..db import run_script

migrations = Migrations("staff")


@migrations()
def m001_staff(db: Database) -> None:
    """Cards with their PINs, and the one-time links with which a kit without any card is taken over."""
    run_script(
        db.conn,
        """
        CREATE TABLE staff (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
            card TEXT NOT NULL UNIQUE,                -- SHA-256 of the card's secret
            pin TEXT NOT NULL,                        -- Argon2id
            failed INTEGER NOT NULL DEFAULT 0,        -- wrong PINs in a row; survives a restart
            revoked INTEGER NOT NULL DEFAULT 0,
            at TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX staff_names ON staff (name) WHERE NOT revoked;

        CREATE TABLE first_links (
            secret TEXT PRIMARY KEY                   -- SHA-256
        ) STRICT, WITHOUT ROWID;
    """,
    )
