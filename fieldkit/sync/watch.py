"""Handing over by itself: while the kit serves, it asks now and then whether the hub can be reached, and if so, hands over."""

import logging
import random
import threading
import time
from datetime import datetime, timedelta

from .. import clock
from ..house import House
from ..jobs import Turn
from . import handover, store
from .client import Failed, Refused

log = logging.getLogger(__name__)

FIRST = 30.0  # seconds after the start: whoever just plugged the kit in does not wait for this
PAUSE = 300.0  # seconds between looks when all is well
LONGEST = 1800.0  # seconds between looks at most, after several in vain
STALE = 1800.0  # seconds: then the hub may have said something, also when we have nothing for it


class Watch:
    """One look after the other. A hub that refuses us is not bothered again: somebody must have seen to it and pressed the button."""

    def __init__(self, house: House) -> None:
        """Watch for the hub of this house; nothing happens before `begin`."""
        self._house = house
        self._in_vain = 0
        self._heard = float("-inf")
        self._last: datetime | None = None
        self._ended = threading.Event()

    def begin(self) -> None:
        """Look from now on, in a thread of its own."""
        threading.Thread(target=self._run, name="watch", daemon=True).start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()

    def look(self) -> None:
        """Hand over if there is reason to and the hub answers."""
        if not self._has_reason():
            return
        self._last = clock.now()
        if not handover.hub_answers(self._house):
            self._in_vain += 1
            return
        job = self._house.jobs.start(handover.JOB, lambda tell: handover.run(self._house, tell))
        job.ended.wait()
        if job.error:
            self._in_vain += 1
        else:
            self._in_vain, self._heard = 0, time.monotonic()

    def pause(self) -> float:
        """Seconds until the next look: longer after each in vain, and never quite the same, so that kits do not call in step."""
        return min(PAUSE * 2**self._in_vain, LONGEST) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret

    def _has_reason(self) -> bool:
        conn, jobs = self._house.db.read(), self._house.jobs
        if self._house.demo or store.hub(conn) is None or jobs.busy() or refused(self._house):
            return False
        return bool(store.pending(conn)) or not store.complete(conn) or time.monotonic() - self._heard > STALE

    def _run(self) -> None:
        pause = FIRST * random.uniform(1, 2)  # noqa: S311 - no secret
        while not self._ended.wait(pause):
            try:
                self.look()
            except Failed:
                self._in_vain += 1
            except Exception:  # a look must never be the last
                log.exception("Looking for the hub failed.")
                self._in_vain += 1
            pause = self.pause()
            self._house.jobs.turns[handover.JOB] = Turn(self._last, clock.now() + timedelta(seconds=pause))


def refused(house: House) -> bool:
    """Whether the hub refused our last hand-over; then it waits for people."""
    job = house.jobs.last(handover.JOB)
    return job is not None and isinstance(job.error, Refused)


def begin(house: House) -> None:
    """Begin to watch for the hub of a house that serves."""
    Watch(house).begin()
