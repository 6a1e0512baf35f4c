"""How long something has been running, whatever happens to the clock on the wall.

Linux counts the seconds since the machine started, and a server that starts anew reads the same count: that is what a timer is measured by. Only
after the machine itself started anew the clock on the wall is asked, and never believed beyond a day.
"""

from functools import cache
from pathlib import Path

from .. import clock

DAY = 24 * 3600


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "?"


def now() -> str:
    """This moment by the machine's own count, to be stored beside the time of day."""
    return f"{_boot()} {clock.monotonic():.3f}"


def elapsed(started_at: str, tick: str) -> float:
    """Seconds since a moment that was stored as `clock.stamp()` and `now()`."""
    boot, _, count = tick.partition(" ")
    if boot == _boot() and boot != "?":
        return max(0.0, clock.monotonic() - float(count))
    seconds = (clock.now() - clock.parse(started_at)).total_seconds()
    return seconds if 0 <= seconds < DAY else 0.0


def left(step: dict) -> int | None:
    """Whole seconds a running step still has, negative when it runs over; None when it does not run."""
    if not step["started_at"] or step["ended_at"]:
        return None
    return round((step["minutes"] + step["extra"]) * 60 - elapsed(step["started_at"], step["started_tick"]))
