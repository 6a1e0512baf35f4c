"""The hub's tables, portable between SQLite and PostgreSQL.

`entries` is the chain as the kits sent it; `records` the latest body of every record, with an index card of it (`main` to `words`) that lists and searches
use, whatever release of the kit wrote the body. The index card can be rebuilt from the bodies at any time.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

# Which records an index is about. The databases use it where a condition says the same in the same words, not in bound values.
LISTED = text("tbl = 'ideas' AND shown = 1 AND main = rid")
TWINS = text("tbl = 'ideas' AND main <> rid")
STOPS = text("tbl = 'stops'")

identity = Table(
    "identity", metadata,
    Column("one", Integer, primary_key=True),
    Column("release", Integer, nullable=False),           # of these tables; a newer one is refused
    Column("name", Text, nullable=False),
    Column("signing_key", LargeBinary, nullable=False),
)  # fmt: skip

recipients = Table(
    "recipients", metadata,
    Column("role", String(16), primary_key=True),         # operations, escrow
    Column("age", String(80), nullable=False),            # the public half only: an age recipient
    Column("made_at", String(20), nullable=False),
)  # fmt: skip

invitations = Table(
    "invitations", metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("made_at", String(20), nullable=False),
    Column("expires_at", String(20), nullable=False),
    Column("kit", String(64)),                            # who used it
)  # fmt: skip

kits = Table(
    "kits", metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("verify_key", LargeBinary, nullable=False),
    Column("enrolled_at", String(20), nullable=False),
    Column("last_seen", String(20), nullable=False),
    Column("epoch", String(64), nullable=False, default=""),
    Column("seq", BigInteger, nullable=False, default=0),
    Column("digest", String(64), nullable=False, default=""),
    Column("outbox_seq", BigInteger, nullable=False, default=0),
    Column("revoked", Integer, nullable=False, default=0),
    Column("release", String(20), nullable=False, default=""),  # what the kit said of itself when it last called:
    Column("free", BigInteger, nullable=False, default=0),      # bytes on its disk
    Column("pending", BigInteger, nullable=False, default=0),   # entries it still has to hand over
    Column("copies", BigInteger, nullable=False, default=0),    # of its data, itself counted; a kit may say any number
)  # fmt: skip

leftovers = Table(
    "leftovers", metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("tbl", String(64), nullable=False),            # one of these tables: what was erased there may still stand in unused space
)  # fmt: skip

entries = Table(
    "entries", metadata,
    Column("kit", String(64), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("tbl", String(64), nullable=False),
    Column("rid", String(64), nullable=False),
    Column("op", String(5), nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("at", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

records = Table(
    "records", metadata,
    # A number of its own, which no VACUUM changes: SQLite's full-text index is kept by it.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kit", String(64), nullable=False),
    Column("tbl", String(64), nullable=False),
    Column("rid", String(64), nullable=False),
    Column("salt", String(32)),
    Column("body", Text),                                 # JSON as sent, unknown columns and all; none when erased
    Column("erased", Integer, nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("updated", String(20), nullable=False),
    Column("main", String(64), nullable=False),           # itself, or what it was merged into
    Column("about", String(64), nullable=False),          # the stop of an idea, the idea of a support or comment
    Column("district", Text, nullable=False),
    Column("theme", String(64), nullable=False),
    Column("channel", String(10), nullable=False),        # phone, paper
    Column("at", String(20), nullable=False),             # when it was left, by the kit's clock
    Column("receipt", String(64), nullable=False),        # slow hash of its receipt code
    Column("amount", BigInteger, nullable=False),         # support strokes
    Column("shown", Integer, nullable=False),
    Column("missing", Integer, nullable=False),           # blobs of it that have not arrived: complete when 0
    Column("words", Text, nullable=False),                # folded, to search
    UniqueConstraint("kit", "tbl", "rid", name="records_by_key"),
    # Supports and comments are summed up in the index alone, also by day and channel.
    Index("records_about", "kit", "tbl", "about", "shown", "amount", "channel", "at", "updated"),
    # The table's name stands first although it is always the same: so SQLite prefers these indexes without having counted rows.
    Index("records_listed", "tbl", "at", "kit", "rid", "about", "theme", "channel", "updated", sqlite_where=LISTED, postgresql_where=LISTED),
    Index("records_twins", "tbl", "kit", "main", sqlite_where=TWINS, postgresql_where=TWINS),
    Index("records_stops", "tbl", "district", sqlite_where=STOPS, postgresql_where=STOPS),
    Index("records_by_receipt", "receipt", sqlite_where=text("receipt <> ''"), postgresql_where=text("receipt <> ''")),
    info={"key": ["kit", "tbl", "rid"]},                  # what makes two rows the same record
)  # fmt: skip

answers = Table(
    "answers", metadata,
    Column("kit", String(64), primary_key=True),
    Column("tbl", String(64), primary_key=True),
    Column("rid", String(64), primary_key=True),
    Column("status", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("at", String(20), nullable=False),
    Column("written_by", Text, nullable=False),
    Column("version", Integer, nullable=False, default=1),  # grows with every change: two people see when they cross
)  # fmt: skip

notes = Table(
    "notes", metadata,
    Column("kit", String(64), primary_key=True),
    Column("tbl", String(64), primary_key=True),
    Column("rid", String(64), primary_key=True),
    Column("body", Text, nullable=False),                 # internal: never leaves the hub
    Column("at", String(20), nullable=False),
    Column("written_by", Text, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)  # fmt: skip

templates = Table(
    "templates", metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("office", Text, nullable=False),
)  # fmt: skip

publications = Table(
    "publications", metadata,
    Column("kind", String(20), primary_key=True),         # card, announcement, offer
    Column("id", String(64), primary_key=True),           # of a card its slug
    Column("body", Text, nullable=False),                 # JSON; of a card its Markdown. What staff work on.
    Column("state", String(12), nullable=False),          # draft, published, withdrawn
    Column("told", Text),                                 # what kits were told last, in the same form; empty: withdrawn; none: nothing yet
    Column("version", Integer, nullable=False, default=1),
    Column("at", String(20), nullable=False),
    Column("written_by", Text, nullable=False),
)  # fmt: skip

outbox = Table(
    "outbox", metadata,
    Column("kit", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("tbl", String(64), nullable=False),
    Column("rid", String(64), nullable=False),
    Column("payload", Text, nullable=False),              # JSON
    Column("sig", String(128), nullable=False),
    Index("outbox_by_record", "kit", "tbl", "rid"),
)  # fmt: skip

incidents = Table(
    "incidents", metadata,
    Column("id", Integer, primary_key=True),
    Column("kit", String(64), nullable=False),
    Column("kind", String(20), nullable=False),           # gap, fork, clone, rewind, revoked, hub-rewind
    Column("epoch", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", String(20), nullable=False),
    Column("settled_at", String(20), nullable=False, default=""),
    Column("settled_by", Text, nullable=False, default=""),
    Column("decision", String(20), nullable=False, default=""),
    UniqueConstraint("kit", "kind", "epoch", "seq"),
)  # fmt: skip

staff = Table(
    "staff", metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("card", String(64), nullable=False, unique=True),  # hash of the card's secret
    Column("pin", Text, nullable=False),                  # slow hash
    Column("role", String(10), nullable=False),           # read, answer, administer
    Column("failed", Integer, nullable=False, default=0),  # wrong PINs in a row; survives a restart
)  # fmt: skip

sessions = Table(
    "sessions", metadata,
    Column("token", String(64), primary_key=True),        # hash of the cookie: several hub processes share who is signed in
    Column("staff_id", String(16), nullable=False),
    Column("began", String(20), nullable=False),
    Column("seen", String(20), nullable=False),
)  # fmt: skip

blobs = Table(
    "blobs", metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),           # bytes that have arrived; complete and checked when it is the size
)  # fmt: skip

blob_pieces = Table(
    "blob_pieces", metadata,
    Column("sha256", String(64), primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip

blob_uses = Table(
    "blob_uses", metadata,
    Column("kit", String(64), primary_key=True),
    Column("tbl", String(64), primary_key=True),
    Column("rid", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Index("blob_uses_by_blob", "sha256"),
)  # fmt: skip

audit = Table(
    "audit", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(20), nullable=False),
    Column("who", Text, nullable=False),
    Column("act", String(40), nullable=False),
    Column("kit", String(64), nullable=False),
    Column("tbl", String(64), nullable=False),
    Column("rid", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Index("audit_by_record", "kit", "tbl", "rid"),
)  # fmt: skip
