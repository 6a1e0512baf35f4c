"""What the staff of the hub read: ideas and what belongs to them, in the shapes the kit's own rooms use."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, literal_column, select, tuple_

from ... import clock, search
from .. import search_index
from ..said import texts
from ..tables import answers, audit, kits, records, templates
from .question import NO_STATUS, Question

PER_PAGE = 30
AT_ONCE = 500  # rows fetched together where all are wanted

ideas = records.alias("ideas")
stops = records.alias("stops")
_twins = records.alias("twins")
_comments = records.alias("comments")

# Values written out, not bound: only so do the databases see that the indexes `records_listed` and `records_twins` fit.
_IDEAS = literal_column("'ideas'")
_LISTED = (ideas.c.tbl == _IDEAS, ideas.c.shown == literal_column("1"), ideas.c.main == ideas.c.rid)
_ITS_ANSWER = and_(answers.c.kit == ideas.c.kit, answers.c.tbl == _IDEAS, answers.c.rid == ideas.c.rid)
_STOPS = literal_column("'stops'")
_ITS_STOP = and_(stops.c.kit == ideas.c.kit, stops.c.tbl == _STOPS, stops.c.rid == ideas.c.about)


def _about(table: str, figure: Callable[[Any], ColumnElement[Any]]) -> ColumnElement[Any]:
    """A figure over the visible rows of `table` about an idea and about those that were merged into it."""
    said = records.alias(table)
    all_of = select(figure(said)).where(said.c.kit == ideas.c.kit, said.c.tbl == table, said.c.shown == 1)
    own = all_of.where(said.c.about == ideas.c.rid).correlate(ideas).scalar_subquery()
    merged = (_twins.c.tbl == _IDEAS, _twins.c.main != _twins.c.rid)
    its_twins = select(_twins.c.rid).where(*merged, _twins.c.kit == ideas.c.kit, _twins.c.main == ideas.c.rid).correlate(ideas)
    theirs = all_of.where(said.c.about.in_(its_twins)).correlate(ideas).scalar_subquery()
    # Few ideas have twins; which, is found out once.
    has_twins = tuple_(ideas.c.kit, ideas.c.rid).in_(select(_twins.c.kit, _twins.c.main).where(*merged))
    return own + case((has_twins, theirs), else_=0)


_support = _about("supports", lambda said: func.coalesce(func.sum(said.c.amount), 0))
_comment_count = _about("comments", lambda said: func.count())

_MOMENT = (ideas.c.at, ideas.c.kit, ideas.c.rid)
_ORDERS = {"newest": (_MOMENT, True), "oldest": (_MOMENT, False), "support": ((_support, *_MOMENT), True)}
"""Sort -> by what, and whether the most comes first. Never two ideas in the same place: there is always a next one."""


def listing(conn: Connection, question: Question) -> tuple[list[dict[str, Any]], int]:
    """One page of ideas and how many there are in all. Hidden and merged ones are left out, as on the kit."""
    conditions = _asked(question)
    total = conn.scalar(select(func.count()).select_from(ideas).where(*conditions)) or 0
    # First which, then what: sums and counts are made for one page of ideas, not for all.
    which = select(ideas.c.kit, ideas.c.rid).where(*conditions).order_by(*_order(question.sort))
    page = which.limit(PER_PAGE).offset((question.number - 1) * PER_PAGE).subquery()
    rows = conn.execute(
        _all_of_ideas()
        .join(page, and_(page.c.kit == ideas.c.kit, page.c.rid == ideas.c.rid))
        .where(ideas.c.tbl == _IDEAS)
        .order_by(*_order(question.sort))
    )
    return [_idea(row._mapping) for row in rows], total


def every(conn: Connection, question: Question) -> Iterator[dict[str, Any]]:
    """All ideas that were asked for, a few at a time."""
    rows = conn.execute(_all_of_ideas().where(*_asked(question)).order_by(*_order(question.sort)))
    for some in rows.yield_per(AT_ONCE).partitions():
        yield from (_idea(row._mapping) for row in some)


def neighbours(conn: Connection, question: Question, kit: str, rid: str) -> tuple[Any, Any]:
    """The ideas before and behind this one in a list, as rows of `kit` and `rid`. The one itself need not be in the list."""
    columns, most_first = _ORDERS[question.sort]
    its = (ideas.c.kit == kit, ideas.c.tbl == _IDEAS, ideas.c.rid == rid)
    mine = conn.execute(select(*columns).select_from(ideas).where(*its)).one_or_none()
    if mine is None:
        return None, None
    place, here = tuple_(*columns), tuple_(*map(literal, mine))

    def closest(more: bool) -> Any:
        found = select(ideas.c.kit, ideas.c.rid).where(*_asked(question), place > here if more else place < here)
        return conn.execute(found.order_by(*(c.asc() if more else c.desc() for c in columns)).limit(1)).one_or_none()

    return closest(most_first), closest(not most_first)


def one(conn: Connection, kit: str, rid: str) -> dict[str, Any] | None:
    """An idea, hidden or not, with its stop, support and answer; `main` is itself or what it was merged into."""
    its = (ideas.c.kit == kit, ideas.c.tbl == _IDEAS, ideas.c.rid == rid, ideas.c.erased == 0)
    row = conn.execute(_all_of_ideas().where(*its)).one_or_none()
    return _idea(row._mapping) if row else None


def withdrawn(conn: Connection, kit: str, rid: str) -> bool:
    """Whether there was such an idea, and its owner took it back."""
    return conn.scalar(select(records.c.erased).filter_by(kit=kit, tbl="ideas", rid=rid)) == 1


def twins(conn: Connection, kit: str, rid: str) -> list[dict[str, str]]:
    """The ideas that were merged into this one."""
    merged = (_twins.c.tbl == _IDEAS, _twins.c.main != _twins.c.rid, _twins.c.kit == kit, _twins.c.main == rid)
    rows = conn.execute(
        select(_twins.c.rid, _twins.c.body).where(*merged, _twins.c.erased == 0).order_by(_twins.c.at, _twins.c.rid)
    )
    return [texts(json.loads(row.body), "title", "body", "at") | {"id": row.rid} for row in rows]


def comments(conn: Connection, kit: str, rids: list[str]) -> list[dict[str, str]]:
    """The visible comments on some ideas of a kit, oldest first."""
    rows = conn.execute(
        select(_comments.c.body)
        .where(_comments.c.kit == kit, _comments.c.tbl == "comments", _comments.c.about.in_(rids), _comments.c.shown == 1)
        .order_by(_comments.c.epoch, _comments.c.seq)
    )
    return [texts(json.loads(row.body), "body", "name", "at") for row in rows]


def history(conn: Connection, kit: str, rid: str) -> list[dict[str, Any]]:
    """What staff did with an idea, newest first."""
    its = (audit.c.kit == kit, audit.c.tbl == "ideas", audit.c.rid == rid)
    rows = conn.execute(select(audit.c.at, audit.c.who, audit.c.act, audit.c.note).where(*its).order_by(audit.c.id.desc()))
    return [dict(row) for row in rows.mappings()]


def all_stops(conn: Connection) -> list[dict[str, Any]]:
    """Every stop of every kit, by place, with `kit_id`."""
    rows = conn.execute(_every_stop(stops.c.kit, stops.c.rid, stops.c.body).where(stops.c.erased == 0))
    found = [_stop(row.body) | {"kit_id": row.kit, "id": row.rid} for row in rows]
    return sorted(found, key=lambda stop: (stop["place"], stop["starts_on"]))


def offices(conn: Connection) -> list[str]:
    """Everybody who ever answered, was asked to, or stands in a template."""
    named = select(answers.c.office).union(select(templates.c.office))
    return sorted(filter(None, conn.scalars(named)), key=search.fold)


def _asked(question: Question) -> list[ColumnElement[bool]]:
    """The conditions of a question."""
    equal = (
        (ideas.c.kit, question.kit), (ideas.c.about, question.stop), (ideas.c.theme, question.theme),
        (ideas.c.channel, question.channel),
    )  # fmt: skip
    conditions = [*_LISTED, *(column == wanted for column, wanted in equal if wanted), *_asked_of_answers(question)]
    if question.district:
        there = _every_stop(stops.c.kit, stops.c.rid).where(stops.c.district == question.district)
        conditions.append(tuple_(ideas.c.kit, ideas.c.about).in_(there))
    if question.since:
        conditions.append(ideas.c.at >= question.since)
    if question.until:
        conditions.append(ideas.c.at < f"{question.until}T24")
    return [*conditions, search_index.matching(ideas, question.words)]


def _asked_of_answers(question: Question) -> Iterator[ColumnElement[bool]]:
    """An idea is answered when there are words; an office that was only asked leaves it open."""
    its = select(literal(1)).select_from(answers).where(_ITS_ANSWER).correlate(ideas)
    if question.answered:
        said = its.where(answers.c.body != "").exists()
        yield said if question.answered == "yes" else ~said
    if question.status:
        yield ~its.exists() if question.status == NO_STATUS else its.where(answers.c.status == question.status).exists()
    if question.office:
        yield its.where(answers.c.office == question.office).exists()


def _order(sort: str) -> list[ColumnElement[Any]]:
    columns, most_first = _ORDERS[sort]
    return [column.desc() if most_first else column.asc() for column in columns]


def _every_stop(*columns: Any) -> Select[Any]:
    return select(*columns).where(stops.c.tbl == _STOPS)


def _all_of_ideas() -> Select[Any]:
    return (
        select(
            ideas.c.kit, ideas.c.rid, ideas.c.body, ideas.c.shown, ideas.c.main, ideas.c.about, ideas.c.missing,
            stops.c.body.label("stop"), kits.c.name.label("kit_name"), answers.c.status, answers.c.body.label("answer"), answers.c.office,
            answers.c.at.label("answered_at"), answers.c.written_by, func.coalesce(answers.c.version, 0).label("version"),
            _support.label("support"), _comment_count.label("comment_count"),
        )
        .select_from(ideas)
        .join(kits, kits.c.id == ideas.c.kit)
        .outerjoin(stops, _ITS_STOP)
        .outerjoin(answers, _ITS_ANSWER)
    )  # fmt: skip


def _idea(row: Any) -> dict[str, Any]:
    """In the shape of the kit's ideas; what an older or newer kit did not send is empty."""
    said = json.loads(row["body"]) if row["body"] else {}
    found = {
        **texts(said, "title", "body", "category", "place", "name", "channel", "reply", "hidden_because", "photo_sha256", "at"),
        **{name: row[name] for name in ("shown", "main", "missing", "status", "answer", "office", "answered_at", "written_by")},
        "version": row["version"],
        "support": int(row["support"]), "comment_count": row["comment_count"],  # PostgreSQL sums into a Decimal
        "id": row["rid"], "stop_id": row["about"], "kit": row["kit"], "kit_name": row["kit_name"], "stop": _stop(row["stop"]),
    }  # fmt: skip
    left = clock.parse(found["at"]).astimezone(clock.BERLIN).date() if found["at"] else None
    return found | {"days": max(0, (clock.today() - left).days) if left else None}


def _stop(body: str | None) -> dict[str, str]:
    return texts(json.loads(body) if body else {}, "place", "district", "question", "answer_by", "starts_on", "ends_on")
