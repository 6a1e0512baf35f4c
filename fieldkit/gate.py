"""The gate: compares card and PIN so that nobody guesses a PIN and no stranger can keep a member of the team out.

Two lanes, each one at a time, so that signing in cannot exhaust the processor. Only who holds a real card comes to the first; everybody else
waits in the second, which strangers may fill as they like. Where the cards are kept is the business of who builds on this: a kit, or the hub.
"""

import contextlib
import math
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from . import clock, credentials
from .db import StorageFull
from .doors import Person, Throttle
from .i18n import gettext as _

FREE = 5  # wrong PINs until a card has to wait
FIRST_WAIT, LONGEST_WAIT = 30, 15 * 60  # seconds; the wait doubles in between


class Wrong(Exception):
    """Nobody is let in: card or PIN is wrong; which one stays unsaid. The text tells the person."""

    field, status, seconds = "pin", 422, 0

    def __init__(self, sentence: str = "") -> None:
        """Say it in a sentence, this one if there is none."""
        super().__init__(sentence or _("Karte oder PIN stimmt nicht."))


class Wait(Wrong):
    """This card has to wait `seconds`."""

    status = 429

    def __init__(self, seconds: int) -> None:
        """Say how many seconds are left."""
        super().__init__(_("Das waren zu viele falsche PINs. Diese Karte geht wieder in %(seconds)s Sekunden.", seconds=seconds))
        self.seconds = seconds


class Crowded(Wrong):
    """Too many tries with unknown cards."""

    field, status = "card", 429

    def __init__(self) -> None:
        """Ask for a minute."""
        super().__init__(_("Diese Karte kennen wir nicht, und es waren viele Versuche. Bitte warte eine Minute."))


@dataclass(frozen=True)
class Card:
    """A valid card, with the slow hash of its PIN and how often in a row a wrong one was tried."""

    id: str
    name: str
    pin: str
    failed: int
    role: str


class Gate(ABC):
    """Lets people in. How often a card failed is in the database, since when it waits is here, counted from our start at the latest."""

    def __init__(self) -> None:
        """Nobody has tried yet."""
        self._holders, self._strangers = threading.Lock(), threading.Lock()
        self._crowd = Throttle(each=10, overall=60, seconds=60)
        self._start = clock.monotonic()
        self._tried: dict[str, float] = {}
        self._unsaved: dict[str, int] = {}

    @abstractmethod
    def find(self, db: Any, digest: str) -> Card | None:
        """The valid card whose secret has this digest."""

    @abstractmethod
    def count(self, db: Any, card_id: str) -> None:
        """Note one more try. Raises StorageFull."""

    @abstractmethod
    def forgive(self, db: Any, card_id: str) -> None:
        """Forget the tries. Raises StorageFull."""

    def enter(self, db: Any, secret: str, pin: str, device: str) -> Person:
        """Who comes with this card and this PIN. Raises Wrong, Wait, Crowded."""
        digest = credentials.digest(secret)
        if self.find(db, digest) is None:
            return self._turn_away(pin, device)
        return self.compare(db, digest, pin)

    def compare(self, db: Any, digest: str, pin: str) -> Person:
        """Whose card this is, when the PIN is right. Raises Wrong, Wait."""
        with self._holders:
            card = self.find(db, digest)  # only now: its count may have grown while we stood in line
            if card is None:
                raise Wrong
            failed = card.failed + self._unsaved.get(card.id, 0)
            self._refuse_while_waiting(card.id, failed)
            self._count(db, card.id)
            if not credentials.matches(card.pin, pin):
                self._refuse_while_waiting(card.id, failed + 1)
                raise Wrong
            self._forgive(db, card.id)
        return Person(card.id, card.name, card.role)

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

    def _count(self, db: Any, card_id: str) -> None:
        """Counted before it is compared, so that pulling the plug does not help to guess."""
        self._tried[card_id] = clock.monotonic()
        try:
            self.count(db, card_id)
        except StorageFull:  # the team must get in just then, and nobody may guess for free meanwhile
            self._unsaved[card_id] = self._unsaved.get(card_id, 0) + 1

    def _forgive(self, db: Any, card_id: str) -> None:
        self._unsaved.pop(card_id, None)
        with contextlib.suppress(StorageFull):
            self.forgive(db, card_id)
