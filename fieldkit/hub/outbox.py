"""What the hub says: answers of the staff, in a journal of its own for every kit, signed piece by piece."""

import json
from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import Connection, insert, select, update

from .. import clock, journal, wire
from .tables import answers, audit, kits, outbox

ANSWER = "answer"


def answer(conn: Connection, key: SigningKey, kit: str, rid: str, words: dict[str, str], who: str) -> None:
    """Answer an idea: `words` has status, body and office. It replaces an earlier answer and is on its way to the kit."""
    row = {"status": words["status"], "body": words["body"], "office": words["office"], "at": clock.stamp()}
    where = (answers.c.kit == kit, answers.c.tbl == "ideas", answers.c.rid == rid)
    changed = conn.execute(update(answers).where(*where).values(**row, written_by=who))
    if not changed.rowcount:
        conn.execute(insert(answers).values(kit=kit, tbl="ideas", rid=rid, **row, written_by=who))
    _say(conn, key, kit, ANSWER, "ideas", rid, row)
    log(conn, who, "answer", kit, "ideas", rid, row["status"])


def behind(conn: Connection, kit: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` pieces for a kit behind number `after`, as they were signed."""
    rows = conn.execute(
        select(outbox).where(outbox.c.kit == kit, outbox.c.seq > after).order_by(outbox.c.seq).limit(limit)
    ).mappings()
    return [_piece(dict(row)) | {"sig": row["sig"]} for row in rows]


def log(conn: Connection, who: str, act: str, kit: str, table: str = "", rid: str = "", note: str = "") -> None:
    """Write down what a member of staff did."""
    conn.execute(insert(audit).values(at=clock.stamp(), who=who, act=act, kit=kit, tbl=table, rid=rid, note=note))


def _say(conn: Connection, key: SigningKey, kit: str, kind: str, table: str, rid: str, payload: dict[str, Any]) -> None:
    # The number is counted in the kit's row: it is never given twice, also when a piece was taken back.
    conn.execute(update(kits).where(kits.c.id == kit).values(outbox_seq=kits.c.outbox_seq + 1))
    seq = conn.scalar(select(kits.c.outbox_seq).where(kits.c.id == kit))
    row = {"kit": kit, "seq": seq, "kind": kind, "tbl": table, "rid": rid, "payload": journal.canonical(payload)}
    conn.execute(insert(outbox).values(**row, sig=wire.sign(key, "inbox", _piece(row))["sig"]))


def _piece(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("kit", "seq", "kind", "tbl", "rid")} | {"payload": json.loads(row["payload"])}
