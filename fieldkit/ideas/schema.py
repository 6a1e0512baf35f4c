"""Ideas, their supports and comments in the database."""

from sqlite_utils import Database, Migrations

from ..db import run_script

migrations = Migrations("ideas")


@migrations()
def m001_ideas(db: Database) -> None:
    """Ideas with everything people say about them, and the index to find them by."""
    run_script(
        db.conn,
        """
        CREATE TABLE ideas (
            id TEXT PRIMARY KEY,
            stop_id TEXT NOT NULL REFERENCES stops (id),
            title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
            body TEXT NOT NULL DEFAULT '' CHECK (length(body) <= 2000),
            category TEXT NOT NULL DEFAULT '',
            place TEXT NOT NULL DEFAULT '',           -- Ortsteil, or a place in words
            name TEXT NOT NULL DEFAULT '',            -- first name, kept only if it may be shown
            channel TEXT NOT NULL DEFAULT 'phone' CHECK (channel IN ('phone', 'paper')),
            sheet TEXT NOT NULL DEFAULT '',           -- number of the paper card
            entered_by TEXT NOT NULL DEFAULT '',      -- who typed the card in; stays on the kit
            receipt TEXT UNIQUE,                      -- slow hash of the receipt code; none for paper without a slip
            state TEXT NOT NULL DEFAULT 'visible' CHECK (state IN ('visible', 'hidden')),
            hidden_because TEXT NOT NULL DEFAULT '',
            merged_into TEXT REFERENCES ideas (id) ON DELETE SET NULL,
            on_wall INTEGER NOT NULL DEFAULT 0,       -- a facilitator let it through to the projector
            reply TEXT NOT NULL DEFAULT '',           -- the answer given on the spot
            at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX ideas_by_stop ON ideas (stop_id, state, merged_into);
        CREATE INDEX ideas_merged ON ideas (merged_into) WHERE merged_into IS NOT NULL;

        CREATE TABLE supports (
            id TEXT PRIMARY KEY,
            idea_id TEXT NOT NULL REFERENCES ideas (id) ON DELETE CASCADE,
            strokes INTEGER NOT NULL DEFAULT 1 CHECK (strokes BETWEEN 1 AND 500),
            channel TEXT NOT NULL DEFAULT 'phone' CHECK (channel IN ('phone', 'paper')),
            at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX supports_by_idea ON supports (idea_id, strokes);

        CREATE TABLE comments (
            id TEXT PRIMARY KEY,
            idea_id TEXT NOT NULL REFERENCES ideas (id) ON DELETE CASCADE,
            body TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 1000),
            name TEXT NOT NULL DEFAULT '',
            receipt TEXT UNIQUE,
            state TEXT NOT NULL DEFAULT 'visible' CHECK (state IN ('visible', 'hidden')),
            hidden_because TEXT NOT NULL DEFAULT '',
            at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX comments_by_idea ON comments (idea_id, state);

        CREATE TABLE contacts (
            id TEXT PRIMARY KEY REFERENCES ideas (id) ON DELETE CASCADE,
            sealed TEXT NOT NULL,                     -- age, to operations and escrow; unreadable on this kit
            at TEXT NOT NULL
        ) STRICT;

        CREATE TABLE reports (
            id TEXT PRIMARY KEY,
            idea_id TEXT NOT NULL REFERENCES ideas (id) ON DELETE CASCADE,
            comment_id TEXT REFERENCES comments (id) ON DELETE CASCADE,
            reason TEXT NOT NULL CHECK (length(reason) <= 500),
            settled INTEGER NOT NULL DEFAULT 0,
            at TEXT NOT NULL
        ) STRICT;

        CREATE VIRTUAL TABLE ideas_search USING fts5 (words, tokenize = 'trigram');
    """,
    )


@migrations()
def m002_photo(db: Database) -> None:
    """A photo of the paper card, for the team: it may show names."""
    db.conn.execute("ALTER TABLE ideas ADD COLUMN photo_sha256 TEXT NOT NULL DEFAULT ''")


@migrations()
def m003_number(db: Database) -> None:
    """The place of an idea's words in the index: an implicit rowid may change when the file is written anew."""
    run_script(
        db.conn,
        """
        ALTER TABLE ideas ADD COLUMN number INTEGER;
        UPDATE ideas SET number = rowid;
        CREATE UNIQUE INDEX ideas_by_number ON ideas (number);
    """,
    )


@migrations()
def m004_origin(db: Database) -> None:
    """Where an idea comes from that began elsewhere, such as on a note in a workshop."""
    db.conn.execute("ALTER TABLE ideas ADD COLUMN origin TEXT NOT NULL DEFAULT ''")
