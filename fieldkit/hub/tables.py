"""The hub's tables, portable between SQLite and PostgreSQL.

`entries` is the archive as the kits sent it; `records` the latest body of every record with an index card of it (`main` to `words`) that lists and searches
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
)

metadata = MetaData()

identity = Table(
    "identity", metadata,
    Column("one", Integer, primary_key=True),
    Column("release", Integer, nullable=False),           # of these tables; a newer one is refused
    Column("name", Text, nullable=False),
    Column("signing_key", LargeBinary, nullable=False),
    Column("seal_operations", LargeBinary, nullable=False),  # public halves only
    Column("seal_escrow", LargeBinary, nullable=False),
)  # fmt: skip

invitations = Table(
    "invitations", metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("made_at", String(20), nullable=False),
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
)  # fmt: skip

entries = Table(
    "entries", metadata,
    Column("kit", String(64), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("tbl", String(64), nullable=False),
    Column("rid", String(64), nullable=False),
    Column("op", String(5), nullable=False),
    Column("salt", String(32)),
    Column("body", Text),                                 # none when a newer one came, or it was erased
    Column("body_hash", String(64), nullable=False),
    Column("at", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("entries_by_record", "kit", "tbl", "rid"),
)  # fmt: skip

records = Table(
    "records", metadata,
    Column("kit", String(64), primary_key=True),
    Column("tbl", String(64), primary_key=True),
    Column("rid", String(64), primary_key=True),
    Column("body", Text),                                 # JSON as sent, unknown columns and all
    Column("erased", Integer, nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("updated", String(20), nullable=False),
    Column("main", String(64), nullable=False),           # itself, or what it was merged into
    Column("about", String(64), nullable=False),          # the stop of an idea, the idea of a support or comment
    Column("district", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),         # support strokes
    Column("shown", Integer, nullable=False),
    Column("words", Text, nullable=False),                # folded, to search
    Index("records_by_about", "kit", "tbl", "about"),
    Index("records_by_main", "kit", "tbl", "main"),
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
)  # fmt: skip

incidents = Table(
    "incidents", metadata,
    Column("id", Integer, primary_key=True),
    Column("kit", String(64), nullable=False),
    Column("kind", String(20), nullable=False),           # gap, fork
    Column("epoch", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", String(20), nullable=False),
    UniqueConstraint("kit", "kind", "epoch", "seq"),
)  # fmt: skip

staff = Table(
    "staff", metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("card", String(64), nullable=False, unique=True),  # hash of the card's secret
    Column("pin", Text, nullable=False),                  # slow hash
    Column("failed", Integer, nullable=False, default=0),  # wrong PINs in a row; survives a restart
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
)  # fmt: skip
