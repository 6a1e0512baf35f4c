"""Sealed contacts in SQL. What is in them never is: only that somebody opened one."""

import json
from typing import Any

from sqlalchemy import Connection, and_, select

from .. import outbox
from ..tables import records

ideas = records.alias("ideas")


def sealed(conn: Connection, kit: str, idea: str) -> str | None:
    """The sealed contact that was left with an idea, as base64 of age; None where there is none."""
    where = (records.c.kit == kit, records.c.tbl == "contacts", records.c.rid == idea)
    return _sealed_in(conn.scalar(select(records.c.body).where(*where)))


def of_stop(conn: Connection, kit: str, stop: str) -> list[dict[str, Any]]:
    """Every sealed contact of a stop, with the `title` and `rid` of its idea."""
    rows = conn.execute(
        select(records.c.rid, records.c.body, ideas.c.body.label("idea"))
        .join_from(records, ideas, and_(ideas.c.kit == records.c.kit, ideas.c.tbl == "ideas", ideas.c.rid == records.c.rid))
        .where(records.c.kit == kit, records.c.tbl == "contacts", ideas.c.about == stop, ideas.c.erased == 0)
        .order_by(ideas.c.at, records.c.rid)
    )
    found = [{"rid": row.rid, "sealed": _sealed_in(row.body), "title": _text(row.idea, "title")} for row in rows]
    return [contact for contact in found if contact["sealed"]]


def log_opening(conn: Connection, kit: str, idea: str, who: str) -> None:
    """Write down that somebody opens a contact, before it is shown."""
    outbox.log(conn, who, "open contact", kit, "ideas", idea)


def log_export(conn: Connection, kit: str, stop: str, count: int, who: str) -> None:
    """Write down that somebody takes along all contacts of a stop."""
    outbox.log(conn, who, "export contacts", kit, "stops", stop, str(count))


def _sealed_in(body: str | None) -> str | None:
    return _text(body, "sealed") or None


def _text(body: str | None, name: str) -> str:
    value = json.loads(body).get(name) if body else ""
    return value if isinstance(value, str) else ""
