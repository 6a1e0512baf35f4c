"""How the portal behaves on this device."""

from sqlite_utils import Database, Migrations

from ..db import run_script

migrations = Migrations("portal")


@migrations()
def m001_portal(db: Database) -> None:
    """Its mode; no row before somebody chose one."""
    run_script(
        db.conn,
        """
        CREATE TABLE portal (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            mode TEXT NOT NULL CHECK (mode IN ('on', 'quiet', 'off'))
        ) STRICT;
    """,
    )
