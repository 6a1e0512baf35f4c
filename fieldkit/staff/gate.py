"""The gate: compares card and PIN so that nobody guesses a PIN and no stranger can keep a facilitator out.

Two lanes, each one at a time, so that signing in cannot exhaust the processor. Only who holds a real card comes to the first; everybody else
waits in the second, which strangers may fill as they like.
"""

import contextlib
import math
import threading
from typing import Any

from .. import clock, credentials
from ..db import Database, StorageFull
from ..doors import FACILITATOR, Person, Throttle
from . import store

FREE = 5  # wrong PINs until a card has to wait
FIRST_WAIT, LONGEST_WAIT = 30, 15 * 60  # seconds; the wait doubles in between


class Wrong(Exception):
    """Card or PIN is wrong; which one stays unsaid."""


class Crowded(Exception):
    """Too many tries with unknown cards."""


class Wait(Exception):
    """This card has to wait `seconds`."""

    def __init__(self, seconds: int) -> None:
        """Say how many seconds are left."""
        super().__init__(seconds)
        self.seconds = seconds


class Gate:
    """Lets people in. How often a card failed is in the database, since when it waits is here, counted from our start at the latest."""

    def __init__(self) -> None:
        """Nobody has tried yet."""
        self._holders, self._strangers = threading.Lock(), threading.Lock()
        self._crowd = Throttle(each=10, overall=60, seconds=60)
        self._start = clock.monotonic()
        self._tried: dict[str, float] = {}
        self._unsaved: dict[str, int] = {}

    def enter(self, db: Database, secret: str, pin: str, device: str) -> Person:
        """Who comes with this card and this PIN. Raises Wrong, Wait, Crowded."""
        if store.by_secret(db.read(), secret) is None:
            return self._turn_away(pin, device)
        with self._holders:
            card = store.by_secret(db.read(), secret)  # once more: its count may have grown while we stood in line
            if card is None:
                raise Wrong
            failed = card["failed"] + self._unsaved.get(card["id"], 0)
            self._refuse_while_waiting(card["id"], failed)
            self._count(db, card["id"])
            if not credentials.matches(card["pin"], pin):
                self._refuse_while_waiting(card["id"], failed + 1)
                raise Wrong
            self._forgive(db, card["id"])
        return Person(card["id"], card["name"], FACILITATOR)

    def _turn_away(self, pin: str, device: str) -> Any:
        if not self._crowd.admit(device):
            raise Crowded
        with self._strangers:
            credentials.matches(credentials.NOBODY, pin)
        raise Wrong

    def _refuse_while_waiting(self, card_id: str, failed: int) -> None:
        if failed < FREE:
            return
        wait = min(FIRST_WAIT * 2 ** min(failed - FREE, 10), LONGEST_WAIT)
        left = self._tried.get(card_id, self._start) + wait - clock.monotonic()
        if left > 0:
            raise Wait(math.ceil(left))

    def _count(self, db: Database, card_id: str) -> None:
        self._tried[card_id] = clock.monotonic()
        try:
            db.write(store.count_try, card_id)
        except StorageFull:  # the team must get in just then, and nobody may guess for free meanwhile
            self._unsaved[card_id] = self._unsaved.get(card_id, 0) + 1

    def _forgive(self, db: Database, card_id: str) -> None:
        self._unsaved.pop(card_id, None)
        with contextlib.suppress(StorageFull):
            db.write(store.forgive, card_id)
