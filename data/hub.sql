-- The tables of a fresh hub on SQLite, release 2. Made by scripts/golden from fieldkit/hub; read it, do not edit it.

CREATE TABLE answers (
	kit VARCHAR(64) NOT NULL, 
	tbl VARCHAR(64) NOT NULL, 
	rid VARCHAR(64) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	body TEXT NOT NULL, 
	office TEXT NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	written_by TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (kit, tbl, rid)
);

CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	who TEXT NOT NULL, 
	act VARCHAR(40) NOT NULL, 
	kit VARCHAR(64) NOT NULL, 
	tbl VARCHAR(64) NOT NULL, 
	rid VARCHAR(64) NOT NULL, 
	note TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX audit_by_record ON audit (kit, tbl, rid);

CREATE TABLE blob_pieces (
	sha256 VARCHAR(64) NOT NULL, 
	start BIGINT NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY (sha256, start)
);

CREATE TABLE blob_uses (
	kit VARCHAR(64) NOT NULL, 
	tbl VARCHAR(64) NOT NULL, 
	rid VARCHAR(64) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (kit, tbl, rid, sha256)
);

CREATE INDEX blob_uses_by_blob ON blob_uses (sha256);

CREATE TABLE blobs (
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	held BIGINT NOT NULL, 
	PRIMARY KEY (sha256)
);

CREATE TABLE entries (
	kit VARCHAR(64) NOT NULL, 
	epoch VARCHAR(64) NOT NULL, 
	seq BIGINT NOT NULL, 
	tbl VARCHAR(64) NOT NULL, 
	rid VARCHAR(64) NOT NULL, 
	op VARCHAR(5) NOT NULL, 
	body_hash VARCHAR(64) NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	PRIMARY KEY (kit, epoch, seq)
)
 WITHOUT ROWID;

CREATE TABLE identity (
	one INTEGER NOT NULL, 
	release INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	signing_key BLOB NOT NULL, 
	PRIMARY KEY (one)
);

CREATE TABLE incidents (
	id INTEGER NOT NULL, 
	kit VARCHAR(64) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	epoch VARCHAR(64) NOT NULL, 
	seq BIGINT NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	settled_at VARCHAR(20) NOT NULL, 
	settled_by TEXT NOT NULL, 
	decision VARCHAR(20) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (kit, kind, epoch, seq)
);

CREATE TABLE invitations (
	secret_hash VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	made_at VARCHAR(20) NOT NULL, 
	expires_at VARCHAR(20) NOT NULL, 
	kit VARCHAR(64), 
	PRIMARY KEY (secret_hash)
);

CREATE TABLE kits (
	id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	verify_key BLOB NOT NULL, 
	enrolled_at VARCHAR(20) NOT NULL, 
	last_seen VARCHAR(20) NOT NULL, 
	epoch VARCHAR(64) NOT NULL, 
	seq BIGINT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	outbox_seq BIGINT NOT NULL, 
	revoked INTEGER NOT NULL, 
	release VARCHAR(20) NOT NULL, 
	free BIGINT NOT NULL, 
	pending BIGINT NOT NULL, 
	copies BIGINT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE leftovers (
	number INTEGER NOT NULL, 
	tbl VARCHAR(64) NOT NULL, 
	PRIMARY KEY (number)
);

CREATE TABLE notes (
	kit VARCHAR(64) NOT NULL, 
	tbl VARCHAR(64) NOT NULL, 
	rid VARCHAR(64) NOT NULL, 
	body TEXT NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	written_by TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (kit, tbl, rid)
);

CREATE TABLE outbox (
	kit VARCHAR(64) NOT NULL, 
	seq BIGINT NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	tbl VARCHAR(64) NOT NULL, 
	rid VARCHAR(64) NOT NULL, 
	payload TEXT NOT NULL, 
	sig VARCHAR(128) NOT NULL, 
	PRIMARY KEY (kit, seq)
);

CREATE INDEX outbox_by_record ON outbox (kit, tbl, rid);

CREATE TABLE publications (
	kind VARCHAR(20) NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	body TEXT NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	told TEXT, 
	version INTEGER NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	written_by TEXT NOT NULL, 
	PRIMARY KEY (kind, id)
);

CREATE TABLE recipients (
	role VARCHAR(16) NOT NULL, 
	age VARCHAR(80) NOT NULL, 
	made_at VARCHAR(20) NOT NULL, 
	PRIMARY KEY (role)
);

CREATE TABLE records (
	number INTEGER NOT NULL, 
	kit VARCHAR(64) NOT NULL, 
	tbl VARCHAR(64) NOT NULL, 
	rid VARCHAR(64) NOT NULL, 
	salt VARCHAR(32), 
	body TEXT, 
	erased INTEGER NOT NULL, 
	epoch VARCHAR(64) NOT NULL, 
	seq BIGINT NOT NULL, 
	updated VARCHAR(20) NOT NULL, 
	main VARCHAR(64) NOT NULL, 
	about VARCHAR(64) NOT NULL, 
	district TEXT NOT NULL, 
	theme VARCHAR(64) NOT NULL, 
	channel VARCHAR(10) NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	receipt VARCHAR(64) NOT NULL, 
	amount BIGINT NOT NULL, 
	shown INTEGER NOT NULL, 
	missing INTEGER NOT NULL, 
	words TEXT NOT NULL, 
	PRIMARY KEY (number), 
	CONSTRAINT records_by_key UNIQUE (kit, tbl, rid)
);

CREATE INDEX records_about ON records (kit, tbl, about, shown, amount, channel, at, updated);

CREATE INDEX records_by_receipt ON records (receipt) WHERE receipt <> '';

CREATE INDEX records_listed ON records (tbl, at, kit, rid, about, theme, channel, updated) WHERE tbl = 'ideas' AND shown = 1 AND main = rid;

CREATE INDEX records_stops ON records (tbl, district) WHERE tbl = 'stops';

CREATE INDEX records_twins ON records (tbl, kit, main) WHERE tbl = 'ideas' AND main <> rid;

CREATE TRIGGER search_deleted AFTER DELETE ON records WHEN old.number <= (SELECT number FROM search_progress)
BEGIN INSERT OR IGNORE INTO search_changed VALUES (old.number); END;

CREATE TRIGGER search_updated AFTER UPDATE OF words ON records
WHEN old.words <> new.words AND old.number <= (SELECT number FROM search_progress)
BEGIN INSERT OR IGNORE INTO search_changed VALUES (old.number); END;

CREATE VIRTUAL TABLE records_search USING fts5 (words, tokenize = 'trigram', detail = 'none');

CREATE TABLE search_changed (number INTEGER PRIMARY KEY);

CREATE TABLE search_progress (number INTEGER NOT NULL);

CREATE TABLE sessions (
	token VARCHAR(64) NOT NULL, 
	staff_id VARCHAR(16) NOT NULL, 
	began VARCHAR(20) NOT NULL, 
	seen VARCHAR(20) NOT NULL, 
	PRIMARY KEY (token)
);

CREATE TABLE staff (
	id VARCHAR(16) NOT NULL, 
	name TEXT NOT NULL, 
	card VARCHAR(64) NOT NULL, 
	pin TEXT NOT NULL, 
	role VARCHAR(10) NOT NULL, 
	failed INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (card)
);

CREATE TABLE templates (
	id VARCHAR(16) NOT NULL, 
	name TEXT NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	body TEXT NOT NULL, 
	office TEXT NOT NULL, 
	PRIMARY KEY (id)
);
