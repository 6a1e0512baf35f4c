"""What the hub changed in the catalogue."""

from sqlite_utils import Database, Migrations

from ..db import run_script

migrations = Migrations("methods")


@migrations()
def m001_published_cards(db: Database) -> None:
    """Cards as the hub published them; they take the place of those that came with the kit."""
    run_script(
        db.conn,
        """
        CREATE TABLE published_cards (
            id TEXT PRIMARY KEY,
            text TEXT NOT NULL                        -- Markdown with front matter; empty: taken out
        ) STRICT;
    """,
    )
