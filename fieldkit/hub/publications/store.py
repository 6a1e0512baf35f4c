"""Publications in SQL. A row holds what staff work on, and beside it what kits were told; kits that come later are told the same."""

import json
from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import Connection, func, select

from ... import clock, journal
from .. import outbox, versions
from ..tables import kits, publications

CARD, OFFER, ANNOUNCEMENT = "card", "offer", "announcement"
TABLES = {CARD: "methods", OFFER: "offers", ANNOUNCEMENT: "offers"}
"""Kind -> the table on the kit."""

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"

NOTHING = {"id": "", "body": "", "state": "", "told": None, "version": 0, "at": "", "written_by": ""}


def every(conn: Connection, *kinds: str) -> list[dict[str, Any]]:
    """All publications of these kinds, the newest first."""
    found = select(publications).where(publications.c.kind.in_(kinds)).order_by(publications.c.at.desc(), publications.c.id)
    return [dict(row) for row in conn.execute(found).mappings()]


def one(conn: Connection, kind: str, rid: str) -> dict[str, Any] | None:
    """A publication."""
    row = conn.execute(select(publications).filter_by(kind=kind, id=rid)).mappings().one_or_none()
    return dict(row) if row else None


def reach(conn: Connection) -> int:
    """How many kits will be told."""
    return conn.scalar(select(func.count()).select_from(kits).where(kits.c.revoked == 0)) or 0


def draft(conn: Connection, kind: str, rid: str, body: str, who: str, seen: int) -> None:
    """Keep `body` in place of version `seen`, for nobody but staff; kits keep what they were told. Raises Crossed."""
    _put(conn, kind, rid, {"body": body, "state": DRAFT}, who, seen)


def publish(conn: Connection, key: SigningKey, kind: str, rid: str, body: str, who: str, seen: int) -> None:
    """Keep `body` in place of version `seen` and tell it to all kits. The same again changes nothing. Raises Crossed."""
    if _put(conn, kind, rid, {"body": body, "state": PUBLISHED, "told": body}, who, seen):
        outbox.say_to_all(conn, key, kind, TABLES[kind], rid, _payload(kind, body))
        outbox.log(conn, who, "publish", "", TABLES[kind], rid, title(kind, rid, body))


def withdraw(conn: Connection, key: SigningKey, kind: str, rid: str, body: str, who: str, seen: int) -> None:
    """Take it away from all kits; `body` stays here, in place of version `seen`. The same again changes nothing. Raises Crossed."""
    if _put(conn, kind, rid, {"body": body, "state": WITHDRAWN, "told": ""}, who, seen):
        outbox.say_to_all(conn, key, kind, TABLES[kind], rid, _payload(kind, ""))
        outbox.log(conn, who, "unpublish", "", TABLES[kind], rid, title(kind, rid, body))


def tell(conn: Connection, key: SigningKey, kit: str) -> None:
    """Tell one kit everything that all others were told: it came later, or comes back."""
    for row in conn.execute(select(publications).where(publications.c.told.is_not(None)).order_by(publications.c.at)).all():
        outbox.say(conn, key, kit, row.kind, TABLES[row.kind], row.id, _payload(row.kind, row.told))


def title(kind: str, rid: str, body: str) -> str:
    """What a publication is called in the protocol."""
    return rid if kind == CARD else str(json.loads(body)["title"])


def _put(conn: Connection, kind: str, rid: str, row: dict[str, Any], who: str, seen: int) -> bool:
    """Write a row; False when exactly this is there already. Raises Crossed."""
    known = one(conn, kind, rid)
    if known and all(known[name] == value for name, value in row.items()):
        return False
    versions.put(conn, publications, {"kind": kind, "id": rid}, seen, row | {"at": clock.stamp(), "written_by": who})
    return True


def _payload(kind: str, body: str) -> dict[str, Any]:
    if kind == CARD:
        return {"text": body}
    return json.loads(body) if body else {"title": ""}


def body_of(said: dict[str, str]) -> str:
    """The fields of an offer or announcement as they are stored."""
    return journal.canonical(said)
