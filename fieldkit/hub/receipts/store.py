"""Contributions by their receipt, in SQL. A code is compared by its slow hash, the same for every kit: one hash finds it wherever it was given out.

What an owner changes here holds here at once and is on its way to the kit, which makes it its own and hands it over again.
"""

import json
from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import Connection, and_, or_, select, update

from ... import clock, journal
from .. import archive, blobs, ingest, outbox, withdrawals
from ..ideas import store as ideas_store
from ..index_card import index_card
from ..said import texts
from ..tables import records

NOBODY = "receipt"
"""Who the protocol says it was: the holder of a receipt, of whom we know nothing."""


def by_receipt(conn: Connection, receipt: str) -> dict[str, Any] | None:
    """What was left with this receipt: its `kit`, `tbl`, `id` and words, and the `idea` (itself, or the one a comment is about)."""
    its = (records.c.receipt == receipt, records.c.receipt != "", records.c.erased == 0)
    row = conn.execute(select(records).where(*its).order_by(records.c.number)).mappings().first()
    if row is None:
        return None
    said = json.loads(row["body"])
    idea = ideas_store.one(conn, row["kit"], row["rid"] if row["tbl"] == "ideas" else row["about"])
    main = ideas_store.one(conn, row["kit"], row["main"]) if row["main"] != row["rid"] else None
    about = {"kit": row["kit"], "tbl": row["tbl"], "id": row["rid"], "shown": row["shown"], "idea": idea, "main": main}
    return texts(said, *said) | about


def correct(conn: Connection, key: SigningKey, mine: dict[str, Any], words: dict[str, Any]) -> None:
    """Replace the words of a contribution; the old ones are gone from this hub at once."""
    outbox.keep_waiting(conn, mine["kit"])
    row = conn.execute(select(records).where(*_its(mine), records.c.erased == 0)).mappings().one_or_none()
    if row is None:
        return  # withdrawn in the same moment
    body = journal.canonical(json.loads(row["body"]) | words)
    _put(conn, row["number"], body, 0)
    outbox.say(conn, key, mine["kit"], outbox.CORRECT, mine["tbl"], mine["id"], words)
    outbox.log(conn, NOBODY, "correct", mine["kit"], mine["tbl"], mine["id"])


def withdraw(conn: Connection, key: SigningKey, mine: dict[str, Any]) -> None:
    """Erase a contribution with everything that hangs on it, and tell the kit to do the same."""
    outbox.keep_waiting(conn, mine["kit"])
    hanging = and_(records.c.tbl.in_(withdrawals.HANGING), records.c.about == mine["id"])
    contact = and_(records.c.tbl == "contacts", records.c.rid == mine["id"])
    also = or_(hanging, contact) if mine["tbl"] == "ideas" else and_(False)
    its = or_(and_(*_its(mine)), and_(records.c.kit == mine["kit"], also))
    rows = conn.execute(select(records.c.number, records.c.tbl, records.c.rid).where(its, records.c.erased == 0)).all()
    for row in rows:
        _put(conn, row.number, None, 1)
        ingest.forget_answers(conn, mine["kit"], (row.tbl, row.rid))
    _part_from(conn, mine)
    blobs.note_uses(conn, mine["kit"], {(row.tbl, row.rid): {} for row in rows})
    outbox.say(conn, key, mine["kit"], outbox.ERASE, mine["tbl"], mine["id"], {})
    outbox.log(conn, NOBODY, "withdraw", mine["kit"], mine["tbl"], mine["id"])


def _part_from(conn: Connection, mine: dict[str, Any]) -> None:
    """What was merged into a withdrawn idea is somebody else's: it stands on its own again."""
    merged = (records.c.tbl == "ideas", records.c.main == mine["id"], records.c.rid != mine["id"])
    its = (records.c.kit == mine["kit"], *merged, records.c.erased == 0)
    for twin in conn.execute(select(records.c.number, records.c.body).where(*its)).all():
        _put(conn, twin.number, journal.canonical(json.loads(twin.body) | withdrawals.PARTED), 0)


def _its(mine: dict[str, Any]) -> tuple[Any, ...]:
    return records.c.kit == mine["kit"], records.c.tbl == mine["tbl"], records.c.rid == mine["id"]


def _put(conn: Connection, number: int, body: str | None, erased: int) -> None:
    """Another body. Without a salt: these are not the kit's own bytes, which still come."""
    rid = conn.scalar(select(records.c.rid).where(records.c.number == number))
    card = index_card(rid, json.loads(body) if body else {})
    values = {"salt": None, "body": body, "erased": erased, "updated": clock.stamp(), **card}
    conn.execute(update(records).where(records.c.number == number).values(**values))
    archive.erased(conn, records)
