"""What the hub says: a journal of its own for every kit, signed piece by piece.

A kit takes only numbers higher than it has heard, so nobody can play old words to it again.
"""

import json
from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import Connection, case, delete, insert, select, update

from .. import clock, journal, wire
from ..answers import STATUSES
from . import archive, versions
from .tables import answers, audit, kits, outbox, records

ANSWER, CORRECT, ERASE, KEYS = "answer", "correct", "erase", "keys"

AT_ONCE = 300_000  # characters; a kit reads answers of 2 MB, and JSON may take six bytes for each of them


class Gone(Exception):
    """The person whose idea it is took it back meanwhile."""


def answer(conn: Connection, key: SigningKey, kit: str, rid: str, words: dict[str, str], who: str, seen: int = 0) -> None:
    """Answer an idea: `words` has status, body and office. It replaces the answer of version `seen` and is on its way to the kit.

    Saying the same twice changes nothing. Raises Crossed when another answer is there by now, Gone.
    """
    hold(conn, kit, rid)
    its = {"kit": kit, "tbl": "ideas", "rid": rid}
    said = {name: words[name] for name in ("status", "body", "office")}
    row = {**said, "at": clock.stamp()}
    try:
        versions.put(conn, answers, its, seen, row | {"written_by": who})
    except versions.Crossed:
        columns = [answers.c[name] for name in said]
        if conn.execute(select(*columns).filter_by(**its)).mappings().one() == said:
            return
        raise
    say(conn, key, kit, ANSWER, "ideas", rid, row)
    # Not the text: it may quote what is withdrawn one day, and this line stays.
    log(conn, who, "answer", kit, "ideas", rid, f"{STATUSES[said['status']]} · {said['office']}")


def hold(conn: Connection, kit: str, rid: str) -> None:
    """Keep an idea from being withdrawn before this transaction ends. Raises Gone when it was."""
    keep_waiting(conn, kit)
    if conn.scalar(select(records.c.erased).filter_by(kit=kit, tbl="ideas", rid=rid)) != 0:
        raise Gone


def keep_waiting(conn: Connection, kit: str) -> None:
    """No hand-over of this kit before this transaction ends (PostgreSQL; SQLite has one writer anyway)."""
    conn.execute(select(kits.c.id).where(kits.c.id == kit).with_for_update())


def behind(conn: Connection, kit: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` pieces for a kit behind number `after`, as they were signed; fewer when they are long, but never none."""
    rows = conn.execute(
        select(outbox).where(outbox.c.kit == kit, outbox.c.seq > after).order_by(outbox.c.seq).limit(limit)
    ).mappings()
    found, size = [], 0
    for row in rows:
        size += len(row["payload"])
        if found and size > AT_ONCE:
            break
        found.append(_piece(dict(row)) | {"sig": row["sig"]})
    return found


def log(conn: Connection, who: str, act: str, kit: str, table: str = "", rid: str = "", note: str = "") -> None:
    """Write down what a member of staff did."""
    conn.execute(insert(audit).values(at=clock.stamp(), who=who, act=act, kit=kit, tbl=table, rid=rid, note=note))


def say(conn: Connection, key: SigningKey, kit: str, kind: str, table: str, rid: str, payload: dict[str, Any]) -> None:
    """Put a piece on its way to a kit; an earlier one about the same thing, heard or not, is replaced."""
    same = (outbox.c.kit == kit, outbox.c.kind == kind, outbox.c.tbl == table, outbox.c.rid == rid)
    if conn.execute(delete(outbox).where(*same)).rowcount and kind == CORRECT:
        archive.erased(conn, outbox)  # its owner's words, of which there are better ones now
    seq = _next_number(conn, kit)
    row = {"kit": kit, "seq": seq, "kind": kind, "tbl": table, "rid": rid, "payload": journal.canonical(payload)}
    conn.execute(insert(outbox).values(**row, sig=wire.sign(key, "inbox", _piece(row))["sig"]))


def say_to_all(conn: Connection, key: SigningKey, kind: str, table: str, rid: str, payload: dict[str, Any]) -> None:
    """Put a piece on its way to every kit that is not revoked."""
    for (kit,) in conn.execute(select(kits.c.id).where(kits.c.revoked == 0)).all():
        say(conn, key, kit, kind, table, rid, payload)


def catch_up(conn: Connection, key: SigningKey, kit: str, heard: int) -> None:
    """Go on behind number `heard`, which a kit has from us although we have not come so far: we were restored from a backup.

    Everything we know is said again, with numbers the kit has not seen.
    """
    known = conn.execute(select(outbox).where(outbox.c.kit == kit).order_by(outbox.c.seq)).mappings().all()
    conn.execute(update(kits).where(kits.c.id == kit, kits.c.outbox_seq < heard).values(outbox_seq=heard))
    for row in known:
        say(conn, key, kit, row["kind"], row["tbl"], row["rid"], json.loads(row["payload"]))


def last_number(conn: Connection, kit: str) -> int:
    """The number of the newest piece for a kit."""
    return conn.scalar(select(kits.c.outbox_seq).where(kits.c.id == kit)) or 0


def _next_number(conn: Connection, kit: str) -> int:
    """A number that no piece for this kit ever had: it is counted in the kit's row, also when a piece was taken back.

    It is never lower than the seconds since our release. So a hub that was restored from a backup goes on behind all that it had
    said before, although it has forgotten how much that was.
    """
    seconds = int((clock.now() - clock.RELEASED).total_seconds())
    following = case((kits.c.outbox_seq < seconds, seconds), else_=kits.c.outbox_seq + 1)
    conn.execute(update(kits).where(kits.c.id == kit).values(outbox_seq=following))
    return conn.scalar(select(kits.c.outbox_seq).where(kits.c.id == kit))


def _piece(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("kit", "seq", "kind", "tbl", "rid")} | {"payload": json.loads(row["payload"])}
