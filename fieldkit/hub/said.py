"""What kits said, as any release of theirs, any clock and any hand may have written it: what cannot be read is empty."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from .. import clock

FIRST, LAST = clock.RELEASED, datetime(2100, 1, 1, tzinfo=UTC)
"""Between these lies every day and moment that we believe; beyond, calendars end and waiting times make no sense."""


def texts(said: dict[str, Any], *names: str) -> dict[str, str]:
    """The texts under these names. Days and moments have the form that pages can show, and lie between FIRST and LAST."""
    return {name: value if isinstance(value := said.get(name), str) and _readable(name, value) else "" for name in names}


def _is_moment(value: str) -> bool:
    return FIRST <= clock.parse(value) < LAST


def _is_day(value: str) -> bool:
    day = date.fromisoformat(value)
    return day.isoformat() == value and FIRST.date() <= day < LAST.date()  # a week is a date, too, but sorts elsewhere


DATES: dict[str, Callable[[str], bool]] = {"at": _is_moment, "answer_by": _is_day, "starts_on": _is_day, "ends_on": _is_day}
"""How to read the columns that pages show as a date."""


def _readable(name: str, value: str) -> bool:
    try:
        return name not in DATES or DATES[name](value)
    except ValueError:
        return False
