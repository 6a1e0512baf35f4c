"""What kits hand over: enrolment, and batches of their journals into the archive, each whole or not at all."""

import hashlib
from datetime import timedelta
from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from .. import clock, journal
from ..wire import Batch
from . import archive, blobs, corrections, outbox, tables, withdrawals
from .index_card import index_card
from .tables import answers, entries, incidents, invitations, kits, notes, records

INVITED = 30  # days an enrolment string is good for

CHAIN = ("seq", "tbl", "rid", "op", "body_hash", "at", "digest")
"""What the archive keeps of every entry; the newest body stands with its record."""

BEGIN_ANEW = "begin-anew"
"""The decision of staff that lets a forked kit go on in a new epoch."""


class Unwelcome(Exception):
    """This kit, or this invitation, may not come in; the text says why."""


class Mismatch(Exception):
    """The batch does not continue what we hold: a gap, or a fork. `head` is what we hold."""

    def __init__(self, kind: str, sentence: str, head: journal.Head) -> None:
        """Say which, in a sentence."""
        super().__init__(sentence)
        self.kind, self.head = kind, head


def invite(conn: Connection, secret: bytes, name: str) -> None:
    """Let one kit enrol with this secret, under this name, within INVITED days."""
    expires = (clock.now() + timedelta(days=INVITED)).strftime("%Y-%m-%dT%H:%M:%SZ")
    conn.execute(insert(invitations).values(secret_hash=_hash(secret), name=name, made_at=clock.stamp(), expires_at=expires))


def enrol(conn: Connection, secret: bytes, kit: str, verify_key: bytes) -> str:
    """Enrol a kit with the one-time secret; its name. The same kit may ask again, if our answer was lost. Raises Unwelcome."""
    row = conn.execute(select(invitations).where(invitations.c.secret_hash == _hash(secret)).with_for_update()).one_or_none()
    if row is None or row.kit not in (None, kit) or row.expires_at < clock.stamp():
        raise Unwelcome(
            "Diese Anmelde-Zeile gilt nicht, ist abgelaufen oder schon benutzt. "
            "Bitte eine neue ausgeben: fieldkit hub enrol NAME."
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


@archive.beside
def seen(conn: Connection, kit: str, condition: dict[str, Any]) -> None:
    """Note that a kit has just called, and what it said of itself (`wire.CONDITION`)."""
    known = {name: condition[name] for name in ("release", "free", "pending", "copies")}
    conn.execute(update(kits).where(kits.c.id == kit).values(last_seen=clock.stamp(), **known))


def begin_anew(conn: Connection, kit: str, epoch: str) -> str:
    """The epoch beyond which a kit shall begin anew; nothing when all is well.

    So it shall when staff decided it after a fork, and when its epoch is new here but sorts before one we know: the kit was set back
    further than it can remember.
    """
    decided = (incidents.c.kit == kit, incidents.c.epoch == epoch, incidents.c.decision == BEGIN_ANEW)
    newest = conn.scalar(select(kits.c.epoch).where(kits.c.id == kit)) or ""
    if conn.execute(select(incidents.c.id).where(*decided)).first():
        return max(epoch, newest)
    return newest if epoch < newest and not head(conn, kit, epoch).seq else ""


def head(conn: Connection, kit: str, epoch: str) -> journal.Head:
    """The newest entry we hold of a kit's epoch."""
    row = conn.execute(
        select(entries.c.seq, entries.c.digest)
        .where(entries.c.kit == kit, entries.c.epoch == epoch)
        .order_by(entries.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return journal.Head(epoch, row.seq, row.digest) if row else journal.Head(epoch, 0, journal.EMPTY)


def digest_at(conn: Connection, kit: str, epoch: str, seq: int) -> str:
    """The digest of one entry that we hold; empty where we hold none."""
    one = (entries.c.kit == kit, entries.c.epoch == epoch, entries.c.seq == seq)
    return conn.scalar(select(entries.c.digest).where(*one)) or journal.EMPTY


@archive.beside
def take(conn: Connection, batch: Batch, key: SigningKey, heard: int = 0) -> journal.Head:
    """Add a batch to the archive; what we have already is left alone. The new head. Raises Mismatch.

    `key` is the hub's: a kit that brings back what was erased is told so. `heard` is the number of the last piece of ours that it
    had heard when it packed the batch.
    """
    # One batch of a kit at a time; other kits are not held up (PostgreSQL; SQLite has one writer anyway).
    newest, said = conn.execute(select(kits.c.epoch, kits.c.outbox_seq).where(kits.c.id == batch.kit).with_for_update()).one()
    held = head(conn, batch.kit, batch.epoch)
    _check_continues(conn, batch, held)
    fresh = batch.entries[max(0, held.seq + 1 - batch.from_seq) :]
    if not fresh:
        return held
    _note_new_beginning(conn, batch, newest)
    # A number we never gave: we were restored from a backup, and what the kit has heard are not the pieces we know.
    for table, rid in _apply(conn, batch, fresh, heard if heard <= said else 0):
        outbox.say(conn, key, batch.kit, outbox.ERASE, table, rid, {})
    new = journal.Head(batch.epoch, batch.to_seq, fresh[-1]["digest"])
    if batch.epoch >= newest:
        conn.execute(update(kits).where(kits.c.id == batch.kit).values(epoch=new.epoch, seq=new.seq, digest=new.digest))
    return new


def _note_new_beginning(conn: Connection, batch: Batch, newest: str) -> None:
    """A kit that was restored says so with a new epoch; one that goes on in an old epoch is a second copy. Either is kept."""
    if batch.epoch < newest or (batch.epoch > newest and batch.epoch.split("-")[0] == newest.split("-")[0]):
        note(conn, batch.kit, "clone", min(batch.epoch, newest), batch.from_seq)  # the other one is in the kit's row
    elif newest and batch.epoch > newest:
        note(conn, batch.kit, "rewind", batch.epoch, batch.from_seq)


def note(conn: Connection, kit: str, kind: str, epoch: str, seq: int) -> None:
    """Make what is wrong with a kit a task for staff, once; again only when it happens anew after they settled it."""
    same = (incidents.c.kit == kit, incidents.c.kind == kind, incidents.c.epoch == epoch)
    known = or_(incidents.c.seq == seq, incidents.c.settled_at == "")
    if conn.execute(select(incidents.c.id).where(*same, known)).first() is None:
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


def _apply(conn: Connection, batch: Batch, fresh: list[dict[str, Any]], heard: int) -> set[tuple[str, str]]:
    """Archive new entries, and of each record its newest body; an erased one has none, ever again.

    Returns what was brought back although it is erased.
    """
    _add(conn, entries, [{"kit": batch.kit, "epoch": batch.epoch} | {name: entry[name] for name in CHAIN} for entry in fresh])
    before = _known(conn, batch.kit, fresh)
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in fresh:
        key = entry["tbl"], entry["rid"]
        if _counts(entry, before.get(key), latest.get(key), batch.epoch):
            latest[key] = entry
    withdrawals.hold_to(conn, batch.kit, latest)
    gone = {key for key, entry in latest.items() if entry["op"] == "erase"}
    for key in gone:
        forget_answers(conn, batch.kit, key)
    if latest.keys() & before.keys():
        corrections.lay_over(conn, batch.kit, latest, heard)
    if gone or latest.keys() & before.keys():
        archive.erased(conn, records)  # an older body was replaced
    now = clock.stamp()
    _add(conn, records, [_record(batch, entry, now) for key, entry in latest.items() if key not in before])
    _put(conn, records, [_record(batch, entry, now) for key, entry in latest.items() if key in before])
    blobs.note_uses(conn, batch.kit, {key: entry.get("said", {}) for key, entry in latest.items()})
    erased = {key for key, row in before.items() if row.erased}
    return {(entry["tbl"], entry["rid"]) for entry in fresh if entry["body"] is not None} & erased


def _counts(entry: dict[str, Any], stored: Any, earlier: dict[str, Any] | None, epoch: str) -> bool:
    """Whether an entry says something newer of its record than what we know."""
    if entry["op"] == "erase":
        return True
    if (stored and stored.erased) or (earlier and earlier["op"] == "erase") or entry["body"] is None:
        return False
    return stored is None or (stored.epoch, stored.seq) < (epoch, entry["seq"])


def _known(conn: Connection, kit: str, fresh: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    """What we hold already of the records these entries are about."""
    found = {}
    for table in {entry["tbl"] for entry in fresh}:
        rids = {entry["rid"] for entry in fresh if entry["tbl"] == table}
        rows = conn.execute(
            select(records.c.rid, records.c.erased, records.c.epoch, records.c.seq).where(
                records.c.kit == kit, records.c.tbl == table, records.c.rid.in_(rids)
            )
        )
        found |= {(table, row.rid): row for row in rows}
    return found


def forget_answers(conn: Connection, kit: str, key: tuple[str, str]) -> None:
    """An answer may quote what was withdrawn."""
    for table in (answers, notes, tables.outbox):
        gone = conn.execute(delete(table).where(table.c.kit == kit, table.c.tbl == key[0], table.c.rid == key[1]))
        if gone.rowcount:
            archive.erased(conn, table)


def _put(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Replace what stands under the keys of these rows, or insert them: slower than `_add`."""
    keys = table.info["key"]
    replaced = ", ".join(f"{name} = excluded.{name}" for name in (rows[0] if rows else ()) if name not in keys)
    _add(conn, table, rows, f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {replaced}")


def _add(conn: Connection, table: Table, rows: list[dict[str, Any]], on_conflict: str = "") -> None:
    """Insert rows. Straight to the driver, which halves the time of thousands of rows."""
    if rows:
        places = ", ".join(["%s" if conn.dialect.paramstyle == "pyformat" else "?"] * len(rows[0]))
        conn.exec_driver_sql(
            f"INSERT INTO {table.name} ({', '.join(rows[0])}) VALUES ({places}) {on_conflict}",
            [tuple(row.values()) for row in rows],
        )


def _record(batch: Batch, entry: dict[str, Any], now: str) -> dict[str, Any]:
    return {
        "kit": batch.kit, "tbl": entry["tbl"], "rid": entry["rid"], "salt": entry["salt"], "body": entry["body"],
        "erased": int(entry["op"] == "erase"), "epoch": batch.epoch, "seq": entry["seq"], "updated": now, "missing": 0,
        **index_card(entry["rid"], entry.get("said", {})),
    }  # fmt: skip


def _hash(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()
