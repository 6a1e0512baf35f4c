"""What kits hand over: enrolment, and batches of their journals into the archive, each whole or not at all."""

import hashlib
import json
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from .. import clock, journal, search
from ..wire import Batch
from . import archive, outbox, tables
from .tables import answers, entries, incidents, invitations, kits, records

TEXT_LIMIT = 4000  # characters of a record's folded words


class Unwelcome(Exception):
    """This kit, or this invitation, may not come in; the text says why."""


class Mismatch(Exception):
    """The batch does not continue what we hold: a gap, or a fork. `head` is what we hold."""

    def __init__(self, kind: str, sentence: str, head: journal.Head) -> None:
        """Say which, in a sentence."""
        super().__init__(sentence)
        self.kind, self.head = kind, head


def invite(conn: Connection, secret: bytes, name: str) -> None:
    """Let one kit enrol with this secret, under this name."""
    conn.execute(insert(invitations).values(secret_hash=_hash(secret), name=name, made_at=clock.stamp()))


def enrol(conn: Connection, secret: bytes, kit: str, verify_key: bytes) -> str:
    """Enrol a kit with the one-time secret; its name. The same kit may ask again, if our answer was lost. Raises Unwelcome."""
    row = conn.execute(select(invitations).where(invitations.c.secret_hash == _hash(secret)).with_for_update()).one_or_none()
    if row is None or row.kit not in (None, kit):
        raise Unwelcome(
            "Diese Anmelde-Zeile gilt nicht oder ist schon benutzt. Bitte eine neue ausgeben: fieldkit hub enrol NAME."
        )
    known = one_kit(conn, kit)
    if known is None:
        now = clock.stamp()
        conn.execute(insert(kits).values(id=kit, name=row.name, verify_key=verify_key, enrolled_at=now, last_seen=now))
    elif known["verify_key"] != verify_key or known["revoked"]:
        raise Unwelcome("Dieses Kit ist hier schon mit einem anderen Schlüssel angemeldet oder wurde gesperrt.")
    else:
        conn.execute(update(kits).where(kits.c.id == kit).values(name=row.name))
    conn.execute(update(invitations).where(invitations.c.secret_hash == row.secret_hash).values(kit=kit))
    return row.name


def one_kit(conn: Connection, kit: str) -> dict[str, Any] | None:
    """A kit by its id."""
    row = conn.execute(select(kits).where(kits.c.id == kit)).mappings().one_or_none()
    return dict(row) if row else None


def revoke(conn: Connection, kit: str, who: str) -> None:
    """Take a lost kit's key away: from now on it is refused. What it handed over stays."""
    conn.execute(update(kits).where(kits.c.id == kit).values(revoked=1))
    outbox.log(conn, who, "revoke", kit)


def seen(conn: Connection, kit: str) -> None:
    """Note that a kit has just called."""
    conn.execute(update(kits).where(kits.c.id == kit).values(last_seen=clock.stamp()))


def head(conn: Connection, kit: str, epoch: str) -> journal.Head:
    """The newest entry we hold of a kit's epoch."""
    row = conn.execute(
        select(entries.c.seq, entries.c.digest)
        .where(entries.c.kit == kit, entries.c.epoch == epoch)
        .order_by(entries.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return journal.Head(epoch, row.seq, row.digest) if row else journal.Head(epoch, 0, journal.EMPTY)


def take(conn: Connection, batch: Batch) -> journal.Head:
    """Add a batch to the archive; what we have already is left alone. The new head. Raises Mismatch."""
    # One batch of a kit at a time; other kits are not held up (PostgreSQL; SQLite has one writer anyway).
    newest = conn.scalar(select(kits.c.epoch).where(kits.c.id == batch.kit).with_for_update())
    held = head(conn, batch.kit, batch.epoch)
    _check_continues(conn, batch, held)
    fresh = [entry for entry in batch.entries if entry["seq"] > held.seq]
    if not fresh:
        return held
    _apply(conn, batch, fresh)
    new = journal.Head(batch.epoch, batch.to_seq, fresh[-1]["digest"])
    if batch.epoch >= newest:
        conn.execute(update(kits).where(kits.c.id == batch.kit).values(epoch=new.epoch, seq=new.seq, digest=new.digest))
    seen(conn, batch.kit)
    return new


def note(conn: Connection, kit: str, kind: str, epoch: str, seq: int) -> None:
    """Make a gap or fork a task for staff, once."""
    same = (incidents.c.kit == kit, incidents.c.kind == kind, incidents.c.epoch == epoch, incidents.c.seq == seq)
    if conn.execute(select(incidents.c.id).where(*same)).first() is None:
        conn.execute(insert(incidents).values(kit=kit, kind=kind, epoch=epoch, seq=seq, at=clock.stamp()))


def _check_continues(conn: Connection, batch: Batch, held: journal.Head) -> None:
    if batch.from_seq > held.seq + 1:
        raise Mismatch("gap", f"Vor diesem Paket fehlt etwas: Der Hub hat die Einträge bis {held.seq}.", held)
    rows = conn.execute(
        select(entries.c.seq, entries.c.digest).where(
            entries.c.kit == batch.kit, entries.c.epoch == batch.epoch, entries.c.seq.between(batch.from_seq - 1, batch.to_seq)
        )
    )
    stored = {0: journal.EMPTY} | {row.seq: row.digest for row in rows}
    sent = {batch.from_seq - 1: batch.prev_digest} | {entry["seq"]: entry["digest"] for entry in batch.entries}
    if any(stored[seq] != digest for seq, digest in sent.items() if seq in stored):
        raise Mismatch("fork", "Der Hub hat unter diesen Nummern andere Einträge. Gibt es dieses Kit zweimal?", held)


def _apply(conn: Connection, batch: Batch, fresh: list[dict[str, Any]]) -> None:
    """Archive new entries. Of each record only the newest body stays; an erased one has none, ever again."""
    before = _known(conn, batch.kit, fresh)
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    gone = {key for key, row in before.items() if row.erased}
    for entry in fresh:
        key = entry["tbl"], entry["rid"]
        if entry["op"] == "erase":
            gone.add(key)
        newer = key not in before or (before[key].epoch, before[key].seq) < (batch.epoch, entry["seq"])
        if entry["op"] == "erase" or (newer and entry["body"] is not None):
            latest[key] = entry
    keep = {entry["seq"] for key, entry in latest.items() if key not in gone}
    if latest.keys() & before.keys():
        _blank_older_bodies(conn, batch.kit, latest.keys() & before.keys())
    rows = [{"kit": batch.kit, "epoch": batch.epoch, **entry} for entry in fresh]
    conn.execute(insert(entries), [row if row["seq"] in keep else row | {"salt": None, "body": None} for row in rows])
    for key in gone & latest.keys():
        _forget_answers(conn, batch.kit, key)
    written = [_record(batch, key, entry, key in gone) for key, entry in latest.items()]
    _put_records(conn, [row for row in written if (row["tbl"], row["rid"]) not in before], insert(records))
    _put_records(
        conn, [row for row in written if (row["tbl"], row["rid"]) in before],
        update(records).where(
            records.c.kit == bindparam("its_kit"), records.c.tbl == bindparam("its_tbl"), records.c.rid == bindparam("its_rid")
        ),
    )  # fmt: skip


def _known(conn: Connection, kit: str, fresh: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    """What we hold already of the records these entries are about."""
    rows = conn.execute(
        select(records.c.tbl, records.c.rid, records.c.erased, records.c.epoch, records.c.seq).where(
            records.c.kit == kit, records.c.rid.in_({entry["rid"] for entry in fresh})
        )
    )
    return {(row.tbl, row.rid): row for row in rows}


def _blank_older_bodies(conn: Connection, kit: str, keys: set[tuple[str, str]]) -> None:
    conn.execute(
        update(entries)
        .where(
            entries.c.kit == kit, entries.c.tbl == bindparam("its_tbl"), entries.c.rid == bindparam("its_rid"),
            entries.c.body.is_not(None),
        )
        .values(salt=None, body=None),
        [{"its_tbl": table, "its_rid": rid} for table, rid in keys],
    )  # fmt: skip
    archive.erased(conn)


def _forget_answers(conn: Connection, kit: str, key: tuple[str, str]) -> None:
    """An answer may quote what was withdrawn."""
    for table in (answers, tables.outbox):
        conn.execute(delete(table).where(table.c.kit == kit, table.c.tbl == key[0], table.c.rid == key[1]))


def _put_records(conn: Connection, rows: list[dict[str, Any]], statement: Any) -> None:
    if not rows:
        return
    if statement.is_update:
        rows = [row | {f"its_{name}": row[name] for name in ("kit", "tbl", "rid")} for row in rows]
    conn.execute(statement, rows)


def _record(batch: Batch, key: tuple[str, str], entry: dict[str, Any], gone: bool) -> dict[str, Any]:
    body = None if gone else entry["body"]
    return {
        "kit": batch.kit, "tbl": key[0], "rid": key[1], "body": body, "erased": int(gone),
        "epoch": batch.epoch, "seq": entry["seq"], "updated": clock.stamp(), **index_card(key[1], body),
    }  # fmt: skip


def index_card(rid: str, body: str | None) -> dict[str, Any]:
    """What lists and searches need to know of a record. Never fails, whatever release of the kit wrote the body."""
    said = json.loads(body) if body else {}

    def text(name: str, limit: int = 64) -> str:
        value = said.get(name)
        return value[:limit] if isinstance(value, str) else ""

    amount = said.get("strokes")
    return {
        "main": text("merged_into") or rid,
        "about": text("idea_id") or text("stop_id"),
        "district": text("district"),
        "amount": amount if type(amount) is int and 0 <= amount < 10**6 else 0,
        "shown": int(bool(said) and said.get("state") != "hidden"),
        "words": search.fold(" ".join(text(name, TEXT_LIMIT) for name in ("title", "body", "place")))[:TEXT_LIMIT].strip(),
    }


def count_records(conn: Connection, kit: str) -> int:
    """How many records of a kit we hold, erased ones not counted."""
    return conn.scalar(select(func.count()).where(records.c.kit == kit, records.c.erased == 0)) or 0


def _hash(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()
