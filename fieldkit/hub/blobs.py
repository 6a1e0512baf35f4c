"""Photos and files of the kits: who names which, what has not arrived, and pieces until the whole is what its name says.

Which records name a blob is read from their bodies (fieldkit/blobs.py says how), so a kit of any release may send tables we do not know. Several
kits may name the same blob; it is kept once and goes with the last record that names it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..blobs import LARGEST, named_in
from . import archive
from .tables import blob_pieces, blob_uses, blobs, records

Key = tuple[str, str]
"""Table and id of a record."""


@dataclass(frozen=True)
class Taken:
    """What came of a piece: how many bytes we hold now; `spoilt` when the whole was not what its name says and was thrown away."""

    held: int
    spoilt: bool = False


class NotWanted(Exception):
    """No record of this kit names such a blob, or it would be larger than any may be."""


def note_uses(conn: Connection, kit: str, said: Mapping[Key, dict[str, Any]]) -> None:
    """Records have new bodies (empty for an erased one): note which blobs they name, and count what they miss.

    Blobs that nobody names any more go at once.
    """
    named = {key: names for key, body in said.items() if (names := named_in(body))}
    before = _uses(conn, kit, said)
    if not named and not before:
        return
    gone = {(key, name) for key, name in before if name not in named.get(key, ())}
    for (table, rid), name in gone:
        conn.execute(delete(blob_uses).where(*_one_record(kit, table, rid), blob_uses.c.sha256 == name))
    for name in sorted(set().union(*named.values())):  # in one order everywhere, or two kits at once could wait for each other
        _expect(conn, name)
    for key, names in named.items():
        for name in names:
            if (key, name) not in before:
                conn.execute(insert(blob_uses).values(kit=kit, tbl=key[0], rid=key[1], sha256=name))
        _count_missing(conn, kit, *key)
    _release(conn, {name for _, name in gone})


def missing(conn: Connection, kit: str, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` blobs that records of this kit name and that have not arrived whole, with the bytes we `held` already."""
    rows = conn.execute(
        select(blobs.c.sha256, blobs.c.held).distinct()
        .join_from(blob_uses, blobs, blobs.c.sha256 == blob_uses.c.sha256)
        .where(blob_uses.c.kit == kit, _is_incomplete())
        .order_by(blobs.c.sha256).limit(limit)
    )  # fmt: skip
    return [{"sha256": row.sha256, "held": row.held} for row in rows]


def take_piece(conn: Connection, kit: str, name: str, start: int, size: int, content: bytes) -> Taken:
    """Add a piece of a blob of `size` bytes in all, as far as it is new; one behind a gap changes nothing. Raises NotWanted."""
    wanted = select(blob_uses.c.rid).where(blob_uses.c.kit == kit, blob_uses.c.sha256 == name)
    blob = _locked(conn, name)
    if blob is None or conn.execute(wanted).first() is None or not 0 < size <= LARGEST:
        raise NotWanted
    if blob.size and blob.held == blob.size:
        return Taken(blob.held)
    if blob.held and blob.size != size:
        _throw_away(conn, name)
        return Taken(0)
    held = start + len(content)
    if not start <= blob.held < held <= size:
        return Taken(blob.held)
    conn.execute(insert(blob_pieces).values(sha256=name, start=blob.held, content=content[blob.held - start :]))
    if held == size and _hash(conn, name) != name:
        _throw_away(conn, name)
        return Taken(0, spoilt=True)
    conn.execute(update(blobs).where(blobs.c.sha256 == name).values(size=size, held=held))
    if held == size:
        for use in conn.execute(select(blob_uses).where(blob_uses.c.sha256 == name)).all():
            _count_missing(conn, use.kit, use.tbl, use.rid)
    return Taken(held)


def content_of(conn: Connection, kit: str, table: str, rid: str, name: str) -> bytes | None:
    """A blob that this record names, whole; None while it has not arrived."""
    use = conn.execute(select(blob_uses.c.rid).where(*_one_record(kit, table, rid), blob_uses.c.sha256 == name)).first()
    whole = conn.scalar(select(blobs.c.size).where(blobs.c.sha256 == name, blobs.c.held == blobs.c.size))
    return b"".join(_pieces(conn, name)) if use and whole else None


def _uses(conn: Connection, kit: str, keys: Iterable[Key]) -> set[tuple[Key, str]]:
    """What these records named so far."""
    if conn.execute(select(blob_uses.c.rid).where(blob_uses.c.kit == kit).limit(1)).first() is None:
        return set()
    rids: dict[str, list[str]] = {}
    for table, rid in keys:
        rids.setdefault(table, []).append(rid)
    found = set()
    for table, among in rids.items():
        rows = conn.execute(
            select(blob_uses.c.rid, blob_uses.c.sha256).where(
                blob_uses.c.kit == kit, blob_uses.c.tbl == table, blob_uses.c.rid.in_(among)
            )
        )
        found |= {((table, row.rid), row.sha256) for row in rows}
    return found


def _expect(conn: Connection, name: str) -> None:
    """Have a row for a blob, and hold it until the transaction ends: nobody may release it meanwhile."""
    while _locked(conn, name) is None:
        try:
            with conn.begin_nested():
                conn.execute(insert(blobs).values(sha256=name, size=0, held=0))
        except IntegrityError:
            continue  # another process was faster


def _locked(conn: Connection, name: str) -> Any:
    return conn.execute(select(blobs.c.size, blobs.c.held).where(blobs.c.sha256 == name).with_for_update()).one_or_none()


def _count_missing(conn: Connection, kit: str, table: str, rid: str) -> None:
    """A record is complete when all its blobs are."""
    count = conn.scalar(
        select(func.count())
        .select_from(blob_uses.join(blobs, blobs.c.sha256 == blob_uses.c.sha256))
        .where(*_one_record(kit, table, rid), _is_incomplete())
    )
    conn.execute(update(records).where(records.c.kit == kit, records.c.tbl == table, records.c.rid == rid).values(missing=count))


def _release(conn: Connection, names: Iterable[str]) -> None:
    for name in sorted(names):
        _locked(conn, name)
        if conn.execute(select(blob_uses.c.rid).where(blob_uses.c.sha256 == name)).first() is None:
            _throw_away(conn, name)
            conn.execute(delete(blobs).where(blobs.c.sha256 == name))


def _throw_away(conn: Connection, name: str) -> None:
    conn.execute(delete(blob_pieces).where(blob_pieces.c.sha256 == name))
    conn.execute(update(blobs).where(blobs.c.sha256 == name).values(size=0, held=0))
    archive.erased(conn, blob_pieces)


def _hash(conn: Connection, name: str) -> str:
    whole = hashlib.sha256()
    for piece in _pieces(conn, name):
        whole.update(piece)
    return whole.hexdigest()


def _pieces(conn: Connection, name: str) -> Iterable[bytes]:
    return conn.execute(select(blob_pieces.c.content).where(blob_pieces.c.sha256 == name).order_by(blob_pieces.c.start)).scalars()


def _one_record(kit: str, table: str, rid: str) -> tuple[Any, ...]:
    return blob_uses.c.kit == kit, blob_uses.c.tbl == table, blob_uses.c.rid == rid


def _is_incomplete() -> Any:
    return (blobs.c.size == 0) | (blobs.c.held < blobs.c.size)
