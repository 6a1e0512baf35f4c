"""When each step of a workshop begins and ends, as far as anybody can know: what was, what is, what will be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .. import clock
from . import timer


@dataclass(frozen=True)
class Slot:
    """A step in time."""

    step: dict[str, Any]
    state: str
    """`done`, `here` or `ahead`."""
    begins: datetime
    ends: datetime
    over: int
    """Whole minutes it took or takes longer than planned; less than nothing when it was quicker."""

    @property
    def when(self) -> str:
        """From when to when, as a clock in Berlin shows it: `14:05–14:20`."""
        return f"{clock_time(self.begins)}–{clock_time(self.ends)}"

    @property
    def until(self) -> str:
        """When it ends, as a clock shows it."""
        return clock_time(self.ends)


@dataclass(frozen=True)
class Plan:
    """An agenda in time."""

    slots: list[Slot]
    ends: datetime | None
    over: int
    """Whole minutes the end will be later than planned; less than nothing when it will be earlier."""

    @property
    def until(self) -> str:
        """When all will be over, as a clock shows it."""
        return clock_time(self.ends) if self.ends else ""

    @property
    def here(self) -> Slot | None:
        """The step the group is at."""
        return next((slot for slot in self.slots if slot.state == "here"), None)


def clock_time(moment: datetime) -> str:
    """A moment as a clock in Berlin shows it: `14:05`."""
    return moment.astimezone(clock.BERLIN).strftime("%H:%M")


def plan(workshop: dict[str, Any], steps: list[dict[str, Any]]) -> Plan:
    """The agenda of a workshop as it will go from now on. Before it begins it is told as if it began now.

    What has passed is measured in durations, so that a clock which is set meanwhile moves no step by hours.
    """
    now = clock.now().replace(microsecond=0)
    at = now - timedelta(seconds=sum(_spent(step) for step in steps))
    slots = []
    for step in steps:
        state = _state(workshop, step)
        length = timedelta(minutes=step["minutes"] + step["extra"])
        if state == "done":
            length = timedelta(seconds=_spent(step))
        elif state == "here":
            length = max(length, timedelta(seconds=_spent(step)))
        over = round((length - timedelta(minutes=step["minutes"])).total_seconds() / 60)
        slots.append(Slot(step, state, at, at + length, over))
        at += length
    return Plan(slots, at if slots else None, sum(slot.over for slot in slots))


def _state(workshop: dict[str, Any], step: dict[str, Any]) -> str:
    if step["id"] == workshop["step_id"] and step["started_at"] and not step["ended_at"]:
        return "here"
    return "done" if step["ended_at"] else "ahead"


def _spent(step: dict[str, Any]) -> float:
    """Seconds a step has taken so far."""
    if not step["started_at"]:
        return 0.0
    if not step["ended_at"]:
        return timer.elapsed(step["started_at"], step["started_tick"])
    seconds = (clock.parse(step["ended_at"]) - clock.parse(step["started_at"])).total_seconds()
    return seconds if 0 <= seconds < timer.DAY else (step["minutes"] + step["extra"]) * 60.0
