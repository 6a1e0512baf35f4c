"""Brings a database of an older release up to date, in one transaction: whole or not at all.

Whoever changes a column in tables.py adds one to RELEASE and a step here, in the same commit. A new table or index needs none: it is made where
it is missing. A released step is never edited, and never looks at tables.py, which describes the newest release and not the one the step leads to.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    column,
    inspect,
    select,
    table,
    update,
)

from .. import clock
from ..db import Unreadable
from . import search_index, tables
from .index_card import index_card

RELEASE = 2
"""Of the tables."""

AT_ONCE = 500  # records whose index cards are in memory


def check(conn: Connection) -> None:
    """Look only: raises Unreadable unless this is the database of a hub of this release."""
    release = _release(conn)
    if release is None:
        raise Unreadable("In dieser Datenbank ist noch kein Hub. Bitte ihn einmal starten: fieldkit hub serve")
    if release < RELEASE:
        raise Unreadable(
            "Die Datenbank des Hubs ist von einer älteren Feldkit-Version. "
            "Bitte den Hub einmal starten, er bringt sie auf den neuen Stand: fieldkit hub serve"
        )
    _refuse_newer(release)


def bring_up_to_date(conn: Connection) -> bool:
    """Make what is missing, and take the steps from an older release; whether there were any. Raises Unreadable for a newer one."""
    release = _release(conn) or RELEASE
    _refuse_newer(release)
    operations = Operations(MigrationContext.configure(conn))
    for number in range(release + 1, RELEASE + 1):
        STEPS[number](operations)
    _make_missing(conn)
    search_index.prepare(conn)
    if release < RELEASE:
        _renew_index_cards(conn)
        conn.execute(update(tables.identity).values(release=RELEASE))
    return release < RELEASE


def _make_missing(conn: Connection) -> None:
    """Tables and indexes; those there are, are asked for once."""
    every = tables.metadata.sorted_tables
    there = set(inspect(conn).get_table_names())
    tables.metadata.create_all(conn, [known for known in every if known.name not in there], checkfirst=False)
    there = {index["name"] for found in inspect(conn).get_multi_indexes().values() for index in found}
    for index in (index for known in every for index in known.indexes if index.name not in there):
        index.create(conn)


def _release(conn: Connection) -> int | None:
    """The release of the tables; none in a database that has none yet."""
    return conn.scalar(select(tables.identity.c.release)) if inspect(conn).has_table("identity") else None


def _refuse_newer(release: int) -> None:
    if release > RELEASE:
        raise Unreadable(
            "Die Datenbank des Hubs kommt von einer neueren Feldkit-Version. Bitte Feldkit aktualisieren; es wurde nichts verändert."
        )


def _renew_index_cards(conn: Connection) -> None:
    """Write the index card of every record anew from its body: a new release may know more of it."""
    records = tables.records
    some = select(records.c.number, records.c.rid, records.c.body).order_by(records.c.number).limit(AT_ONCE)
    last = 0
    while rows := conn.execute(some.where(records.c.number > last)).all():
        cards = [index_card(row.rid, json.loads(row.body) if row.body else {}) | {"its": row.number} for row in rows]
        conn.execute(update(records).where(records.c.number == bindparam("its")), cards)
        last = rows[-1].number


def _one_body_per_record(op: Operations) -> None:
    """Release 2: the newest body moves from the entries to the record; keys as age recipients; what staff do and kits say of themselves."""
    with op.batch_alter_table("identity") as change:  # the old public keys: the new ones are made with `fieldkit hub keys`
        change.drop_column("seal_operations")
        change.drop_column("seal_escrow")
    _add(op, "invitations", _text("expires_at", 20))
    _set_expiry(op.get_bind())
    _add(op, "kits", _text("release", 20), *(_number(name) for name in ("free", "pending", "copies")))
    _add(op, "answers", Column("version", Integer, nullable=False, server_default="1"))
    _add(op, "incidents", _text("settled_at", 20), _text("settled_by"), _text("decision", 20))
    _add(op, "staff", Column("role", String(10), nullable=False, server_default="administer"))
    _rebuild_records(op)
    _rebuild_entries(op)


def _rebuild_records(op: Operations) -> None:
    op.execute(
        "CREATE TABLE old_records AS SELECT records.*, entries.salt FROM records "
        "LEFT JOIN entries ON entries.kit = records.kit AND entries.epoch = records.epoch AND entries.seq = records.seq"
    )
    op.drop_table("records")
    same = (
        "kit",
        "tbl",
        "rid",
        "salt",
        "body",
        "erased",
        "epoch",
        "seq",
        "updated",
        "main",
        "about",
        "district",
        "amount",
        "shown",
        "words",
    )
    texts = (_text(name, size, None) for name, size in (("theme", 64), ("channel", 10), ("at", 20), ("receipt", 64)))
    op.create_table(
        "records",
        Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        _text("kit", 64, None), _text("tbl", 64, None), _text("rid", 64, None),
        Column("salt", String(32)), Column("body", Text), _number("erased", Integer, None),
        _text("epoch", 64, None), _number("seq", default=None), _text("updated", 20, None),
        _text("main", 64, None), _text("about", 64, None), _text("district", default=None), *texts,
        _number("amount", default=None), _number("shown", Integer, None), _number("missing", Integer, None), _text("words", default=None),
        UniqueConstraint("kit", "tbl", "rid", name="records_by_key"),
    )  # fmt: skip
    op.execute(
        f"INSERT INTO records ({', '.join(same)}, theme, channel, at, receipt, missing) "
        f"SELECT {', '.join(same)}, '', '', '', '', 0 FROM old_records ORDER BY kit, epoch, seq"
    )
    op.drop_table("old_records")


def _rebuild_entries(op: Operations) -> None:
    """Not by dropping columns: PostgreSQL would keep what stands in them."""
    kept = ("kit", "epoch", "seq", "tbl", "rid", "op", "body_hash", "at", "digest")
    op.execute(f"CREATE TABLE old_entries AS SELECT {', '.join(kept)} FROM entries")
    op.drop_table("entries")
    op.create_table(
        "entries",
        Column("kit", String(64), primary_key=True), Column("epoch", String(64), primary_key=True),
        Column("seq", BigInteger, primary_key=True),
        *(_text(name, size, None) for name, size in (("tbl", 64), ("rid", 64), ("op", 5), ("body_hash", 64), ("at", 20), ("digest", 64))),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.execute(f"INSERT INTO entries ({', '.join(kept)}) SELECT {', '.join(kept)} FROM old_entries")
    op.drop_table("old_entries")


def _set_expiry(conn: Connection) -> None:
    """Thirty days, as for new ones."""
    invitations = table("invitations", *(column(name) for name in ("secret_hash", "made_at", "expires_at")))
    for secret_hash, made_at in conn.execute(select(invitations.c.secret_hash, invitations.c.made_at)).all():
        expires = (clock.parse(made_at) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
        conn.execute(update(invitations).where(invitations.c.secret_hash == secret_hash).values(expires_at=expires))


def _add(op: Operations, name: str, *columns: Column[Any]) -> None:
    """Add columns to a table; their default is only for the rows there are."""
    with op.batch_alter_table(name) as change:
        for new in columns:
            change.add_column(new)
    with op.batch_alter_table(name) as change:
        for new in columns:
            change.alter_column(new.name, server_default=None)


def _text(name: str, size: int | None = None, default: str | None = "") -> Column[Any]:
    return Column(name, String(size) if size else Text(), nullable=False, server_default=default)


def _number(name: str, kind: Any = BigInteger, default: str | None = "0") -> Column[Any]:
    return Column(name, kind, nullable=False, server_default=default)


STEPS: dict[int, Callable[[Operations], None]] = {2: _one_body_per_record}
"""Release -> how to get there from the one before."""
