"""Sealed contacts in SQL. What is in them never is: only that somebody opened one."""

import json
from typing import Any

from sqlalchemy import Connection, and_, select

from .. import outbox
from ..tables import records

ideas = records.alias("ideas")
stops = records.alias("stops")


def sealed(conn: Connection, kit: str, idea: str) -> str | None:
    """The sealed contact that was left with an idea, as base64 of age; None where there is none."""
    where = (records.c.kit == kit, records.c.tbl == "contacts", records.c.rid == idea)
    return _text(conn.scalar(select(records.c.body).where(*where)), "sealed") or None


def at_place(conn: Connection, place: str) -> list[dict[str, Any]]:
    """Every sealed contact of the stops at a place, with the `kit`, `rid`, `title` and `stop` of its idea, oldest first."""
    rows = conn.execute(
        select(records.c.kit, records.c.rid, records.c.body, ideas.c.body.label("idea"), stops.c.body.label("stop"), stops.c.rid.label("stop_id"))
        .join_from(records, ideas, and_(ideas.c.kit == records.c.kit, ideas.c.tbl == "ideas", ideas.c.rid == records.c.rid))
        .join(stops, and_(stops.c.kit == ideas.c.kit, stops.c.tbl == "stops", stops.c.rid == ideas.c.about))
        .where(records.c.tbl == "contacts")
        .order_by(ideas.c.at, records.c.rid)
    )  # fmt: skip
    return [
        {"kit": row.kit, "rid": row.rid, "sealed": _text(row.body, "sealed"), "title": _text(row.idea, "title"), "stop": row.stop_id}
        for row in rows if _text(row.stop, "place") == place and _text(row.body, "sealed")
    ]  # fmt: skip


def log_opening(conn: Connection, kit: str, idea: str, who: str) -> None:
    """Write down that somebody opens a contact, before it is shown."""
    outbox.log(conn, who, "open contact", kit, "ideas", idea)


def take_along(conn: Connection, place: str, who: str) -> list[dict[str, Any]]:
    """What `at_place` finds, and a line in the protocol for every stop that is taken along."""
    found = at_place(conn, place)
    for kit, stop in sorted({(contact["kit"], contact["stop"]) for contact in found}):
        outbox.log(conn, who, "export contacts", kit, "stops", stop, place)
    return found


def _text(body: str | None, name: str) -> str:
    value = json.loads(body).get(name) if body else ""
    return value if isinstance(value, str) else ""
