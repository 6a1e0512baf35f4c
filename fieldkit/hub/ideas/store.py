"""What the staff of the hub read: kits, ideas, comments, in the shapes the kit's own rooms use."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from ... import clock, search
from ..tables import answers, kits, records

PER_PAGE = 30

SORTS = ("newest", "support")

DATES = {"at": clock.parse, **dict.fromkeys(("answer_by", "starts_on", "ends_on"), date.fromisoformat)}
"""How to read the columns that pages show as a date."""


@dataclass(frozen=True)
class Question:
    """Which ideas somebody wants to see; empty means all."""

    kit: str = ""
    stop: str = ""
    district: str = ""
    words: str = ""
    answered: str = ""
    """`yes`, `no`, or empty for both."""
    sort: str = "newest"
    number: int = 1


ideas = records.alias("ideas")
stops = records.alias("stops")
_twins = records.alias("twins")
_supports = records.alias("supports")
_comments = records.alias("comments")

_support = (
    select(func.coalesce(func.sum(_supports.c.amount), 0))
    .join_from(
        _supports, _twins,
        and_(_twins.c.kit == _supports.c.kit, _twins.c.tbl == "ideas", _twins.c.rid == _supports.c.about),
    )
    .where(_supports.c.kit == ideas.c.kit, _supports.c.tbl == "supports", _twins.c.main == ideas.c.rid)
    .correlate(ideas)
    .scalar_subquery()
)  # fmt: skip
_comment_count = (
    select(func.count())
    .where(
        _comments.c.kit == ideas.c.kit, _comments.c.tbl == "comments",
        _comments.c.about == ideas.c.rid, _comments.c.shown == 1,
    )
    .correlate(ideas)
    .scalar_subquery()
)  # fmt: skip


def listing(conn: Connection, question: Question) -> tuple[list[dict[str, Any]], int]:
    """One page of ideas and how many there are in all. Hidden and merged ones are left out, as on the kit."""
    conditions = [ideas.c.shown == 1, ideas.c.main == ideas.c.rid]
    for column, wanted in ((ideas.c.kit, question.kit), (ideas.c.about, question.stop), (stops.c.district, question.district)):
        if wanted:
            conditions.append(column == wanted)
    if question.answered:
        conditions.append(answers.c.rid.is_not(None) if question.answered == "yes" else answers.c.rid.is_(None))
    conditions += [ideas.c.words.contains(term, autoescape=True) for term in search.words(question.words)]
    total = conn.scalar(_ideas(func.count()).where(*conditions)) or 0
    order = (_support.desc(), ideas.c.rid) if question.sort == "support" else (ideas.c.updated.desc(), ideas.c.seq.desc())
    rows = conn.execute(
        _all_of_ideas().where(*conditions).order_by(*order).limit(PER_PAGE).offset((question.number - 1) * PER_PAGE)
    )
    return [_idea(row._mapping) for row in rows], total


def progress(conn: Connection) -> tuple[int, int]:
    """How many ideas are answered, of how many."""
    shown = (ideas.c.shown == 1, ideas.c.main == ideas.c.rid)
    answered, overall = conn.execute(_ideas(func.count(answers.c.rid), func.count()).where(*shown)).one()
    return answered, overall


def one(conn: Connection, kit: str, rid: str) -> dict[str, Any] | None:
    """An idea, hidden or not, with its stop, support and answer."""
    row = conn.execute(_all_of_ideas().where(ideas.c.kit == kit, ideas.c.rid == rid, ideas.c.erased == 0)).one_or_none()
    return _idea(row._mapping) if row else None


def comments(conn: Connection, kit: str, rid: str) -> list[dict[str, Any]]:
    """The visible comments on an idea, oldest first."""
    rows = conn.execute(
        select(_comments.c.body)
        .where(_comments.c.kit == kit, _comments.c.tbl == "comments", _comments.c.about == rid, _comments.c.shown == 1)
        .order_by(_comments.c.epoch, _comments.c.seq)
    )
    return [_texts(json.loads(row.body), "body", "name", "at") for row in rows]


def all_stops(conn: Connection) -> list[dict[str, Any]]:
    """Every stop of every kit, by place, with `kit_id`."""
    rows = conn.execute(select(stops.c.kit, stops.c.rid, stops.c.body).where(stops.c.tbl == "stops", stops.c.erased == 0))
    found = [_stop(row.body) | {"kit_id": row.kit, "id": row.rid} for row in rows]
    return sorted(found, key=lambda stop: (stop["place"], stop["starts_on"]))


def _ideas(*columns: Any) -> Select[Any]:
    """Ideas with their stop and answer, where they have them."""
    return (
        select(*columns)
        .select_from(ideas)
        .outerjoin(stops, and_(stops.c.kit == ideas.c.kit, stops.c.tbl == "stops", stops.c.rid == ideas.c.about))
        .outerjoin(answers, and_(answers.c.kit == ideas.c.kit, answers.c.tbl == "ideas", answers.c.rid == ideas.c.rid))
        .where(_is_idea())
    )


def _is_idea() -> ColumnElement[bool]:
    return ideas.c.tbl == "ideas"


def _all_of_ideas() -> Select[Any]:
    return _ideas(
        ideas.c.kit, ideas.c.rid, ideas.c.body, ideas.c.shown, stops.c.body.label("stop"), kits.c.name.label("kit_name"),
        answers.c.status, answers.c.body.label("answer"), answers.c.office, answers.c.at.label("answered_at"),
        answers.c.written_by, _support.label("support"), _comment_count.label("comment_count"),
    ).join(kits, kits.c.id == ideas.c.kit)  # fmt: skip


def _idea(row: Any) -> dict[str, Any]:
    """In the shape of the kit's ideas; what an older or newer kit did not send is empty."""
    said = json.loads(row["body"]) if row["body"] else {}
    return {
        **_texts(said, "title", "body", "category", "place", "name", "channel", "reply", "hidden_because", "at"),
        **{name: row[name] for name in ("shown", "status", "answer", "office", "answered_at", "written_by", "comment_count")},
        "support": int(row["support"]),  # PostgreSQL sums into a Decimal
        "id": row["rid"], "kit": row["kit"], "kit_name": row["kit_name"], "stop": _stop(row["stop"]),
    }  # fmt: skip


def _stop(body: str | None) -> dict[str, str]:
    return _texts(json.loads(body) if body else {}, "place", "district", "question", "answer_by", "starts_on", "ends_on")


def _texts(said: dict[str, Any], *names: str) -> dict[str, str]:
    return {name: value if isinstance(value := said.get(name), str) and _readable(name, value) else "" for name in names}


def _readable(name: str, value: str) -> bool:
    try:
        DATES.get(name, str)(value)
    except ValueError:
        return False
    return True
