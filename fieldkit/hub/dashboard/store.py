"""What the dashboard counts, counted by the database. Hidden, merged and erased contributions are left out everywhere."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal_column, or_, select

from ... import clock, wire
from ..tables import answers, incidents, kits, records
from .forms import Filters

RELEASED = clock.RELEASED.strftime("%Y-%m-%d")
STAMP = len("2026-11-22T14:00:00Z")


class Count(NamedTuple):
    """So many contributions of one kind, on one day."""

    kit: str
    stop: str
    theme: str
    channel: str
    day: str
    number: int


class Waiting(NamedTuple):
    """So many ideas without an answer, from one day, with an office or with none yet."""

    kit: str
    stop: str
    office: str
    day: str
    number: int


ideas = records.alias("ideas")
# Written out, not bound: only so do the databases see that the index of listed ideas fits. What was erased is never shown.
_SHOWN = and_(ideas.c.tbl == literal_column("'ideas'"), ideas.c.shown == literal_column("1"))
_ITSELF = ideas.c.main == ideas.c.rid


def contributions(conn: Connection, filters: Filters) -> list[Count]:
    """Ideas, comments or supports by kit, stop, theme, channel and day; `filters.district` is not looked at."""
    said = ideas if filters.what == "ideas" else records.alias("said")
    # Only phones leave comments, and say so of nothing else.
    channel = case((said.c.channel == "", "phone"), else_=said.c.channel) if filters.what == "comments" else said.c.channel
    number = func.sum(said.c.amount) if filters.what == "supports" else func.count()
    day = _day(said)
    query = select(
        said.c.kit.label("its_kit"), ideas.c.about.label("its_stop"), ideas.c.theme.label("its_theme"),
        channel.label("its_channel"), day.label("its_day"), number.label("number"),
    ).where(_SHOWN, *_within(filters, day, channel))  # fmt: skip
    if filters.what == "ideas":
        query = query.where(_ITSELF)
    else:
        about = and_(ideas.c.kit == said.c.kit, ideas.c.tbl == literal_column("'ideas'"), ideas.c.rid == said.c.about)
        query = query.join_from(said, ideas, about).where(said.c.tbl == filters.what, said.c.shown == 1)
    # By name: PostgreSQL does not see that two expressions with bound values are the same.
    rows = conn.execute(query.group_by("its_day", "its_stop", "its_theme", "its_channel", "its_kit"))
    return [Count(*row[:-1], int(row.number)) for row in rows]  # PostgreSQL sums into a Decimal


def ideas_by_stop(conn: Connection, filters: Filters) -> list[Count]:
    """Only how many ideas, by kit and stop; `filters.what` and `filters.district` are not looked at."""
    query = select(ideas.c.kit, ideas.c.about, func.count()).where(
        _SHOWN, _ITSELF, *_within(filters, _day(ideas), ideas.c.channel)
    )
    rows = conn.execute(query.group_by(ideas.c.about, ideas.c.kit))
    return [Count(kit, stop, "", "", "", number) for kit, stop, number in rows]


def waiting(conn: Connection, filters: Filters) -> list[Waiting]:
    """Ideas without an answer by kit, stop, office and day; `filters.district` is not looked at."""
    day = _day(ideas)
    query = (
        select(
            ideas.c.kit.label("its_kit"), ideas.c.about.label("its_stop"),
            func.coalesce(case((answers.c.status == "checking", answers.c.office)), "").label("its_office"),
            day.label("its_day"), func.count(),
        )
        .outerjoin_from(
            ideas, answers,
            and_(answers.c.kit == ideas.c.kit, answers.c.tbl == literal_column("'ideas'"), answers.c.rid == ideas.c.rid),
        )
        .where(_SHOWN, _ITSELF, or_(answers.c.body.is_(None), answers.c.body == ""), *_within(filters, day, ideas.c.channel))
        .group_by("its_day", "its_stop", "its_office", "its_kit")
    )  # fmt: skip
    return [Waiting(*row) for row in conn.execute(query)]


def all_kits(conn: Connection) -> list[dict[str, Any]]:
    """Every kit by name, with its check word and how many `tasks` it has open for us, by kind."""
    tasks: dict[str, dict[str, int]] = {}
    unsettled = select(incidents.c.kit, incidents.c.kind, func.count()).where(incidents.c.settled_at == "")
    for kit, kind, number in conn.execute(unsettled.group_by(incidents.c.kit, incidents.c.kind)):
        tasks.setdefault(kit, {})[kind] = number
    rows = conn.execute(select(kits).order_by(kits.c.name, kits.c.id)).mappings()
    return [{**row, "word": wire.check_word(row["digest"]), "tasks": tasks.get(row["id"], {})} for row in rows]


def _day(said: Any) -> ColumnElement[str]:
    """The day something was left, by the kit's clock; the day its newest version arrived where that clock was wrong."""
    believed = and_(said.c.at >= RELEASED, said.c.at <= said.c.updated, func.length(said.c.at) == STAMP)
    return func.substr(case((believed, said.c.at), else_=said.c.updated), 1, len("2026-11-22"))


def _within(filters: Filters, day: ColumnElement[str], channel: ColumnElement[str]) -> list[ColumnElement[bool]]:
    since, until = filters.period
    wanted = (
        (filters.kit, ideas.c.kit == filters.kit), (filters.theme, ideas.c.theme == filters.theme),
        (filters.channel, channel == filters.channel), (since, day >= since), (until, day <= until),
    )  # fmt: skip
    return [condition for value, condition in wanted if value]
