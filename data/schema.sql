-- The tables of a fresh kit. Made by scripts/golden from the rooms' migrations; read it, do not edit it.

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
    recipients TEXT NOT NULL,                  -- JSON list of hex: operations, escrow
    confirmed_epoch TEXT NOT NULL DEFAULT '',
    confirmed_seq INTEGER NOT NULL DEFAULT 0,
    confirmed_at TEXT NOT NULL DEFAULT '',
    inbox INTEGER NOT NULL DEFAULT 0          -- how far we have read the hub's own journal
, complete_epoch TEXT NOT NULL DEFAULT '', complete_seq INTEGER NOT NULL DEFAULT 0, missing_epoch TEXT NOT NULL DEFAULT '', missing_seq INTEGER NOT NULL DEFAULT 0, missing TEXT NOT NULL DEFAULT '[]') STRICT;

CREATE TABLE unheard (
    seq INTEGER PRIMARY KEY,
    piece TEXT NOT NULL                       -- JSON: what the hub said and this release does not understand
) STRICT;

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

CREATE TABLE published_cards (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL                        -- Markdown with front matter; empty: taken out
) STRICT;

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
, photo_sha256 TEXT NOT NULL DEFAULT '', number INTEGER, origin TEXT NOT NULL DEFAULT '') STRICT;

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

CREATE UNIQUE INDEX ideas_by_number ON ideas (number);

CREATE TABLE offers (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('offer', 'announcement')),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    url TEXT NOT NULL,                        -- in the internet: shown as text and QR code, there is none here
    district TEXT NOT NULL,                   -- empty: the whole city
    until TEXT NOT NULL                       -- last day; empty: until it is withdrawn
) STRICT;

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
, apart INTEGER NOT NULL DEFAULT 1) STRICT;

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

CREATE TABLE portal (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    mode TEXT NOT NULL CHECK (mode IN ('on', 'quiet', 'off'))
) STRICT;
