"""A hub's database as the first release made it, with something in every table. Never changes again."""

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
)

from fieldkit import journal

KIT, EPOCH, SALT = "kit7kit7kit7kit7", "0001-abcdef01", "ab" * 16
BENCH = '{"title":"Mehr Bänke","body":"Im Schatten","category":"mobility","stop_id":"stop1","channel":"paper","colour":"blue"}'

metadata = MetaData()


def _keyed(name: str, keys: str, *others: object) -> Table:
    """A table with text keys; `seq` is a number."""
    kinds = {"seq": BigInteger}
    return Table(name, metadata, *(Column(key, kinds.get(key, String(64)), primary_key=True) for key in keys.split()), *others)


def _words(names: str, size: int | None = None) -> list[Column[str]]:
    return [Column(name, String(size) if size else Text(), nullable=False) for name in names.split()]


def _numbers(names: str, kind: type = BigInteger) -> list[Column[int]]:
    return [Column(name, kind, nullable=False) for name in names.split()]


def _bytes(names: str) -> list[Column[bytes]]:
    return [Column(name, LargeBinary, nullable=False) for name in names.split()]


identity = Table(
    "identity", metadata, Column("one", Integer, primary_key=True), *_numbers("release", Integer), *_words("name"),
    *_bytes("signing_key seal_operations seal_escrow"),
)  # fmt: skip
invitations = _keyed("invitations", "secret_hash", *_words("name"), *_words("made_at", 20), Column("kit", String(64)))
kits = _keyed(
    "kits", "id", *_words("name"), *_bytes("verify_key"), *_words("enrolled_at last_seen", 20), *_words("epoch", 64), *_numbers("seq"),
    *_words("digest", 64), *_numbers("outbox_seq"), *_numbers("revoked", Integer),
)  # fmt: skip
entries = _keyed(
    "entries", "kit epoch seq", *_words("tbl rid", 64), *_words("op", 5), Column("salt", String(32)), Column("body", Text),
    *_words("body_hash", 64), *_words("at", 20), *_words("digest", 64), Index("entries_by_record", "kit", "tbl", "rid"),
)  # fmt: skip
records = _keyed(
    "records", "kit tbl rid", Column("body", Text), *_numbers("erased", Integer), *_words("epoch", 64), *_numbers("seq"),
    *_words("updated", 20), *_words("main about", 64), *_words("district"), *_numbers("amount"), *_numbers("shown", Integer),
    *_words("words"), Index("records_by_about", "kit", "tbl", "about"), Index("records_by_main", "kit", "tbl", "main"),
)  # fmt: skip
answers = _keyed(
    "answers", "kit tbl rid", *_words("status", 20), *_words("body office"), *_words("at", 20), *_words("written_by")
)
outbox = _keyed("outbox", "kit seq", *_words("kind", 20), *_words("tbl rid", 64), *_words("payload"), *_words("sig", 128))
incidents = Table(
    "incidents", metadata, Column("id", Integer, primary_key=True), *_words("kit", 64), *_words("kind", 20), *_words("epoch", 64),
    *_numbers("seq"), *_words("at", 20), UniqueConstraint("kit", "kind", "epoch", "seq"),
)  # fmt: skip
staff = Table(
    "staff", metadata, Column("id", String(16), primary_key=True), *_words("name"), Column("card", String(64), nullable=False, unique=True),
    *_words("pin"), *_numbers("failed", Integer),
)  # fmt: skip
audit = Table(
    "audit", metadata, Column("id", Integer, primary_key=True), *_words("at", 20), *_words("who"), *_words("act", 40),
    *_words("kit tbl rid", 64), *_words("note"),
)  # fmt: skip


def make(engine: Engine) -> None:
    """Make the tables in an empty database, and fill them: an idea changed once, another that was erased."""
    at, key = "2026-11-22T14:00:00Z", {"kit": KIT, "tbl": "ideas"}
    entry = key | {"epoch": EPOCH, "at": at, "digest": "d" * 64}
    chain = [
        entry | {"seq": 1, "rid": "bench", "op": "put", "salt": None, "body": None, "body_hash": "1" * 64},
        entry | {"seq": 2, "rid": "gone", "op": "put", "salt": None, "body": None, "body_hash": "2" * 64},
        entry | {"seq": 3, "rid": "bench", "op": "put", "salt": SALT, "body": BENCH,
                 "body_hash": journal.body_hash(bytes.fromhex(SALT), BENCH)},
        entry | {"seq": 4, "rid": "gone", "op": "erase", "salt": None, "body": None, "body_hash": "4" * 64},
    ]  # fmt: skip
    record = key | {"epoch": EPOCH, "updated": at, "about": "", "district": "", "amount": 0}
    with engine.begin() as conn:
        metadata.create_all(conn)
        run = conn.execute
        run(
            insert(identity).values(
                one=1, release=1, name="CityLAB Berlin", signing_key=b"k" * 32, seal_operations=b"o", seal_escrow=b"e"
            )
        )
        run(insert(invitations).values(secret_hash="5" * 64, name="Kit 8", made_at=at))
        run(insert(kits).values(id=KIT, name="Kit 7", verify_key=b"v" * 32, enrolled_at=at, last_seen=at, epoch=EPOCH, seq=4,
                                digest="d" * 64, outbox_seq=1, revoked=0))  # fmt: skip
        run(insert(entries), chain)
        run(insert(records), [
            record | {"rid": "gone", "body": None, "erased": 1, "seq": 4, "main": "gone", "shown": 0, "words": ""},
            record | {"rid": "bench", "body": BENCH, "erased": 0, "seq": 3, "main": "bench", "shown": 1, "words": "old"},
        ])  # fmt: skip
        run(insert(answers).values(**key, rid="bench", status="doing", body="Ja", office="Amt", at=at, written_by="Frau Krüger"))
        run(insert(outbox).values(kit=KIT, seq=1, kind="answer", tbl="ideas", rid="bench", payload="{}", sig="f" * 128))
        run(insert(incidents).values(kit=KIT, kind="gap", epoch=EPOCH, seq=9, at=at))
        run(insert(staff).values(id="krueger", name="Frau Krüger", card="6" * 64, pin="argon2", failed=2))
        run(insert(audit).values(at=at, who="Frau Krüger", act="answer", kit=KIT, tbl="ideas", rid="bench", note="doing"))
