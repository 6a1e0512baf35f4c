"""The audit trail in SQL: read only. It is written by whoever does something, in the same transaction (`outbox.log`)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from ..tables import audit, kits

PER_PAGE = 50


@dataclass(frozen=True)
class Question:
    """Which lines somebody wants to see; empty means all."""

    who: str = ""
    act: str = ""
    kit: str = ""
    number: int = 1


def lines(conn: Connection, question: Question) -> tuple[list[dict[str, Any]], int]:
    """One page of lines, the newest first, and how many there are in all."""
    total = conn.scalar(_asked(select(func.count()).select_from(audit), question)) or 0
    page = _newest(question).limit(PER_PAGE).offset((question.number - 1) * PER_PAGE)
    return [dict(row) for row in conn.execute(page).mappings()], total


def every_line(conn: Connection, question: Question) -> list[dict[str, Any]]:
    """All lines that were asked for, the newest first."""
    return [dict(row) for row in conn.execute(_newest(question)).mappings()]


def people(conn: Connection) -> list[str]:
    """Everybody who ever did something."""
    return list(conn.scalars(select(audit.c.who).distinct().order_by(audit.c.who)))


def acts(conn: Connection) -> list[str]:
    """Everything that was ever done."""
    return list(conn.scalars(select(audit.c.act).distinct().order_by(audit.c.act)))


def _newest(question: Question) -> Select[Any]:
    found = select(audit, kits.c.name.label("kit_name")).outerjoin_from(audit, kits, kits.c.id == audit.c.kit)
    return _asked(found, question).order_by(audit.c.id.desc())


def _asked(found: Select[Any], question: Question) -> Select[Any]:
    for column, wanted in ((audit.c.who, question.who), (audit.c.act, question.act), (audit.c.kit, question.kit)):
        if wanted:
            found = found.where(column == wanted)
    return found
