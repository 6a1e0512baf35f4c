"""What time it is, as far as the kit knows. A Pi has no clock of its own: order is never taken from here."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""No kit of this release lives earlier."""
LATEST = RELEASED + timedelta(days=3653)
"""Nor later than ten years on: the clock never goes back, so a typing error would stay for ever."""


class Backwards(Exception):
    """The clock only moves forward, and never to before this release or far beyond it."""


class NotAllowed(Exception):
    """The operating system does not let this process set the clock."""


def now() -> datetime:
    """The kit's idea of now, in UTC. The one place tests replace to hold time still."""
    return datetime.now(UTC)


def stamp() -> str:
    """Now as text to the second, for what staff did: `2026-11-22T14:05:09Z`."""
    return now().strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(seconds: float) -> str:
    """The moment so many seconds before now, as `stamp()` writes it."""
    return (now() - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def quarter() -> str:
    """Now rounded down to the quarter hour, for what visitors did: exact times would help to recognise people."""
    moment = now()
    moment -= timedelta(minutes=moment.minute % 15)
    return moment.strftime("%Y-%m-%dT%H:%M:00Z")


def today() -> date:
    """The calendar day in Berlin."""
    return now().astimezone(BERLIN).date()


def parse(text: str) -> datetime:
    """The moment that `stamp()` or `quarter()` wrote down."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def monotonic() -> float:
    """Seconds that only ever grow, for throttles and sessions: a corrected clock must not open or close a door."""
    return time.monotonic()


def move_forward(moment: datetime) -> None:
    """Set the machine's clock to a later moment. Raises Backwards, NotAllowed."""
    if not max(now(), RELEASED) < moment < LATEST:
        raise Backwards
    try:
        time.clock_settime(time.CLOCK_REALTIME, moment.timestamp())
    except PermissionError:
        raise NotAllowed from None
