"""Stops in the database. At most one is open; everything a visitor leaves belongs to it."""

from sqlite_utils import Database, Migrations

from ..db import run_script

migrations = Migrations("stops")


@migrations()
def m001_stops(db: Database) -> None:
    """Stops, and the view other rooms ask for the open one."""
    run_script(
        db.conn,
        """
        CREATE TABLE stops (
            id TEXT PRIMARY KEY,
            place TEXT NOT NULL,
            district TEXT NOT NULL,
            locality TEXT NOT NULL DEFAULT '',
            partner TEXT NOT NULL DEFAULT '',
            theme TEXT NOT NULL DEFAULT '',
            question TEXT NOT NULL,
            languages TEXT NOT NULL DEFAULT '["de"]', -- JSON list
            results TEXT NOT NULL DEFAULT '',         -- what happens with what people leave
            answer_by TEXT NOT NULL DEFAULT '',       -- the promised day
            starts_on TEXT NOT NULL,
            ends_on TEXT NOT NULL,
            hours TEXT NOT NULL DEFAULT '{}',         -- JSON: day -> "10:00-18:00"
            state TEXT NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'open', 'closed')),
            CHECK (state <> 'open' OR (results <> '' AND answer_by <> ''))
        ) STRICT;
        CREATE UNIQUE INDEX stops_one_open ON stops (state) WHERE state = 'open';
        CREATE VIEW open_stop AS SELECT * FROM stops WHERE state = 'open';
    """,
    )
