"""The tables of the ground floor: who this kit is, and the journal of everything that may travel."""

from sqlite_utils import Database, Migrations

from .db import run_script

migrations = Migrations("house")


@migrations()
def m001_kit_and_journal(db: Database) -> None:
    """One row of identity; the hash chain, numbered without gaps within an epoch."""
    run_script(
        db.conn,
        """
        CREATE TABLE kit (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            id TEXT NOT NULL,
            epoch TEXT NOT NULL,
            demo INTEGER NOT NULL DEFAULT 0,
            signing_key BLOB NOT NULL,
            ticket_key BLOB NOT NULL
        ) STRICT;

        CREATE TABLE journal (
            epoch TEXT NOT NULL,
            seq INTEGER NOT NULL,
            tbl TEXT NOT NULL,
            rid TEXT NOT NULL,
            op TEXT NOT NULL CHECK (op IN ('put', 'erase')),
            salt BLOB,
            body TEXT,
            body_hash TEXT NOT NULL,
            at TEXT NOT NULL,
            digest TEXT NOT NULL,
            PRIMARY KEY (epoch, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX journal_by_record ON journal (tbl, rid);
    """,
    )


@migrations()
def m002_answers_and_log(db: Database) -> None:
    """What the hub answered, for any contribution; and what staff did, which stays on the kit."""
    run_script(
        db.conn,
        """
        CREATE TABLE answers (
            tbl TEXT NOT NULL,
            rid TEXT NOT NULL,
            status TEXT NOT NULL,
            body TEXT NOT NULL,
            office TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (tbl, rid)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE log (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            who TEXT NOT NULL,
            act TEXT NOT NULL,
            tbl TEXT NOT NULL,
            rid TEXT NOT NULL,
            note TEXT NOT NULL
        ) STRICT;

        CREATE TABLE hub (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            url TEXT NOT NULL,
            name TEXT NOT NULL,
            verify_key BLOB NOT NULL,
            seal_keys TEXT NOT NULL,                  -- JSON list of hex: operations, escrow
            confirmed_epoch TEXT NOT NULL DEFAULT '',
            confirmed_seq INTEGER NOT NULL DEFAULT 0,
            confirmed_at TEXT NOT NULL DEFAULT '',
            inbox INTEGER NOT NULL DEFAULT 0          -- how far we have read the hub's own journal
        ) STRICT;
    """,
    )


@migrations()
def m003_recipients(db: Database) -> None:
    """Sealed in the age format from now on; the hub names the recipients anew at the next hand-over."""
    run_script(
        db.conn,
        """
        ALTER TABLE hub RENAME COLUMN seal_keys TO recipients;
        UPDATE hub SET recipients = '[]';

        CREATE TABLE unheard (
            seq INTEGER PRIMARY KEY,
            piece TEXT NOT NULL                       -- JSON: what the hub said and this release does not understand
        ) STRICT;
    """,
    )


@migrations()
def m004_copies_and_purge(db: Database) -> None:
    """What staff must hear about this device; when the hub confirmed what, and what was purged after it."""
    run_script(
        db.conn,
        """
        CREATE TABLE notices (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            kind TEXT NOT NULL,
            facts TEXT NOT NULL,                      -- JSON
            settled_at TEXT NOT NULL DEFAULT '',
            settled_by TEXT NOT NULL DEFAULT ''
        ) STRICT;

        CREATE TABLE broken_epochs (                  -- a chain that was found broken; a new one was begun
            epoch TEXT PRIMARY KEY,
            at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE confirmations (                  -- the first receipt that reached so far, by the hub's clock
            epoch TEXT NOT NULL,
            seq INTEGER NOT NULL,
            hub_time TEXT NOT NULL,
            PRIMARY KEY (epoch, seq)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE purged (                         -- the hub has it; its words are no longer on this kit
            tbl TEXT NOT NULL,
            rid TEXT NOT NULL,
            receipt TEXT,                             -- so that its owner is told where to read it
            PRIMARY KEY (tbl, rid)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX purged_by_receipt ON purged (receipt) WHERE receipt IS NOT NULL;

        CREATE TABLE purges (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,                         -- by the hub's clock
            epoch TEXT NOT NULL,
            seq INTEGER NOT NULL,                     -- the receipt it relied on
            counts TEXT NOT NULL                      -- JSON: table -> rows
        ) STRICT;
    """,
    )


@migrations()
def m005_photos_and_files(db: Database) -> None:
    """How far the hub has said that it misses no photo and no file."""
    run_script(
        db.conn,
        """
        ALTER TABLE hub ADD COLUMN complete_epoch TEXT NOT NULL DEFAULT '';
        ALTER TABLE hub ADD COLUMN complete_seq INTEGER NOT NULL DEFAULT 0;
    """,
    )


@migrations()
def m006_photos_by_stick(db: Database) -> None:
    """Which photos and files the hub missed, of all up to an entry, when it last answered on a stick."""
    run_script(
        db.conn,
        """
        ALTER TABLE hub ADD COLUMN missing_epoch TEXT NOT NULL DEFAULT '';
        ALTER TABLE hub ADD COLUMN missing_seq INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE hub ADD COLUMN missing TEXT NOT NULL DEFAULT '[]';  -- JSON list of names
    """,
    )
