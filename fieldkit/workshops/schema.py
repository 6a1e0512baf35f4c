"""Workshops in the database: agenda, boards, one table of notes for every kind of board, votes and who is here."""

from sqlite_utils import Database, Migrations

from ..db import run_script

migrations = Migrations("workshops")


@migrations()
def m001_workshops(db: Database) -> None:
    """Everything a workshop is made of. What is decided about people stays here: participants, their keys, who voted what."""
    run_script(db.conn, AGENDA)
    run_script(db.conn, PEOPLE)
    run_script(db.conn, BOARDS)
    run_script(db.conn, RESULTS)


@migrations()
def m002_groups_apart(db: Database) -> None:
    """Groups that came together again keep their boards, and nobody is in them any more."""
    db.conn.execute("ALTER TABLE workshop_groups ADD COLUMN apart INTEGER NOT NULL DEFAULT 1")


AGENDA = """
    CREATE TABLE workshops (
        id TEXT PRIMARY KEY,
        stop_id TEXT REFERENCES stops (id) ON DELETE SET NULL,
        join_code TEXT NOT NULL,                  -- six characters of ids.CODE_ALPHABET
        title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
        partner TEXT NOT NULL DEFAULT '',
        goal TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'prepared' CHECK (state IN ('prepared', 'open', 'closed', 'ended')),
        focus INTEGER NOT NULL DEFAULT 1,         -- phones follow the facilitator by themselves
        step_id TEXT NOT NULL DEFAULT '',         -- where the group is; empty before the first step
        attendance INTEGER NOT NULL DEFAULT 0,    -- how many took part, phones and paper; counted when it ends
        paper_people INTEGER NOT NULL DEFAULT 0,  -- of them without a phone
        at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX workshops_join_code ON workshops (join_code);

    CREATE TABLE workshop_steps (
        id TEXT PRIMARY KEY,
        workshop_id TEXT NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
        place INTEGER NOT NULL,                   -- order in the agenda, 1, 2, 3
        title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
        method TEXT NOT NULL DEFAULT '',          -- id of a method card
        minutes INTEGER NOT NULL DEFAULT 10 CHECK (minutes BETWEEN 1 AND 480),
        extra INTEGER NOT NULL DEFAULT 0,         -- minutes added or taken while it ran
        note TEXT NOT NULL DEFAULT '',            -- for the facilitator alone
        started_at TEXT NOT NULL DEFAULT '',
        started_tick TEXT NOT NULL DEFAULT '',    -- timer.now(): survives a clock that is set and a server that starts anew
        ended_at TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX workshop_steps_by_workshop ON workshop_steps (workshop_id, place);

    CREATE TABLE workshop_groups (
        id TEXT PRIMARY KEY,
        workshop_id TEXT NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        place INTEGER NOT NULL
    ) STRICT;
"""

PEOPLE = """
    CREATE TABLE participants (
        id TEXT PRIMARY KEY,                      -- made when the form to join is rendered
        workshop_id TEXT NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,                  -- on arrival: "Nummer 7"
        name TEXT NOT NULL DEFAULT '',
        words TEXT NOT NULL,                      -- to come back with: "roter Kranich"
        group_id TEXT REFERENCES workshop_groups (id) ON DELETE SET NULL,
        UNIQUE (workshop_id, number),
        UNIQUE (workshop_id, words)
    ) STRICT;

    CREATE TABLE participant_keys (               -- one for each link somebody has; only its digest
        digest TEXT PRIMARY KEY,
        participant_id TEXT NOT NULL REFERENCES participants (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX participant_keys_by_participant ON participant_keys (participant_id);
"""

BOARDS = """
    CREATE TABLE boards (
        id TEXT PRIMARY KEY,
        step_id TEXT NOT NULL REFERENCES workshop_steps (id) ON DELETE CASCADE,
        group_id TEXT REFERENCES workshop_groups (id) ON DELETE CASCADE,
        source_id TEXT REFERENCES boards (id) ON DELETE SET NULL, -- the board whose notes are worked on here
        kind TEXT NOT NULL,                       -- a name from boards.KINDS
        question TEXT NOT NULL DEFAULT '',
        options TEXT NOT NULL DEFAULT '{}',       -- JSON, as the kind wants it
        named INTEGER NOT NULL DEFAULT 0,
        show_others INTEGER NOT NULL DEFAULT 1,
        reveal TEXT NOT NULL DEFAULT 'at_once' CHECK (reveal IN ('at_once', 'facilitator', 'timer')),
        revealed INTEGER NOT NULL DEFAULT 0,      -- a facilitator opened what was written in private
        votes_each INTEGER NOT NULL DEFAULT 3 CHECK (votes_each BETWEEN 0 AND 100),
        votes_stack INTEGER NOT NULL DEFAULT 1,   -- several votes on one note
        votes_hidden INTEGER NOT NULL DEFAULT 0,  -- until the board is locked
        locked INTEGER NOT NULL DEFAULT 0,
        moderated INTEGER NOT NULL DEFAULT 0,     -- notes wait for approval
        max_length INTEGER NOT NULL DEFAULT 140 CHECK (max_length BETWEEN 1 AND 1000),
        max_notes INTEGER NOT NULL DEFAULT 0      -- of one participant; 0 is as many as they like
    ) STRICT;
    CREATE INDEX boards_by_step ON boards (step_id);

    CREATE TABLE notes (
        id TEXT PRIMARY KEY,                      -- made when its form is rendered
        board_id TEXT NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
        participant_id TEXT REFERENCES participants (id) ON DELETE SET NULL,
        text TEXT NOT NULL DEFAULT '' CHECK (length(text) <= 1000),
        name TEXT NOT NULL DEFAULT '',            -- only on boards with names
        field TEXT NOT NULL DEFAULT '',           -- column, lane, ring or field: a key from the board's options
        x INTEGER,                                -- values from 0 to 100 where the kind has them
        y INTEGER,
        parent_id TEXT REFERENCES notes (id) ON DELETE SET NULL, -- the note it was merged into, or its cluster
        place INTEGER NOT NULL DEFAULT 0,         -- order given by a facilitator; then by arrival
        star INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT 'shown' CHECK (state IN ('shown', 'waiting', 'removed')),
        channel TEXT NOT NULL DEFAULT 'phone' CHECK (channel IN ('phone', 'paper', 'team')),
        entered_by TEXT NOT NULL DEFAULT '',      -- who typed a paper note in; stays on the kit
        idea_id TEXT NOT NULL DEFAULT '',         -- the idea of the stop that was made of it
        at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX notes_by_board ON notes (board_id, state);
    CREATE INDEX notes_by_participant ON notes (participant_id) WHERE participant_id IS NOT NULL;
    CREATE INDEX notes_by_parent ON notes (parent_id) WHERE parent_id IS NOT NULL;
"""

RESULTS = """
    CREATE TABLE votes (                          -- who voted what stays here, and nobody knows any more when the workshop has ended
        id INTEGER PRIMARY KEY,
        board_id TEXT NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
        participant_id TEXT REFERENCES participants (id) ON DELETE SET NULL, -- none for paper
        target TEXT NOT NULL,                     -- a note's id, or the key of an option
        value INTEGER NOT NULL DEFAULT 1,         -- 1 for a dot; a grade, a rank, an amount
        nth INTEGER NOT NULL DEFAULT 0,           -- how many dots somebody had when tapping: the same tap twice is one dot
        channel TEXT NOT NULL DEFAULT 'phone' CHECK (channel IN ('phone', 'paper')),
        number INTEGER NOT NULL DEFAULT 1 CHECK (number BETWEEN 1 AND 500), -- of equal paper votes entered at once
        entry_id TEXT NOT NULL DEFAULT '',        -- id of the form they were entered with
        entered_by TEXT NOT NULL DEFAULT '',
        UNIQUE (board_id, participant_id, target, nth)
    ) STRICT;
    CREATE INDEX votes_by_participant ON votes (participant_id) WHERE participant_id IS NOT NULL;

    CREATE TABLE tallies (                        -- what of the votes travels: numbers
        id TEXT PRIMARY KEY,
        board_id TEXT NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
        target TEXT NOT NULL,
        value INTEGER NOT NULL,
        votes INTEGER NOT NULL,                   -- from phones
        paper_votes INTEGER NOT NULL,
        UNIQUE (board_id, target, value)
    ) STRICT;

    CREATE TABLE outcomes (
        id TEXT PRIMARY KEY,
        workshop_id TEXT NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('decision', 'task')),
        text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
        assignee TEXT NOT NULL DEFAULT '',        -- who does it
        due TEXT NOT NULL DEFAULT '',
        place INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE workshop_history (               -- what rows were before the team changed them, to undo it; gone at the end
        id INTEGER PRIMARY KEY,
        workshop_id TEXT NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
        act TEXT NOT NULL,                        -- a key of history.ACTS
        before TEXT NOT NULL                      -- JSON: [[table, id, row or null], ...]
    ) STRICT;
    CREATE INDEX workshop_history_by_workshop ON workshop_history (workshop_id);
"""
