"""What a serving kit does for its own safety, in the background: copies, the mark, and erasing what the hub has."""

import logging
import threading
from collections.abc import Callable

from .. import clock
from ..house import House
from . import doctor, purge

log = logging.getLogger(__name__)

ROUND = 1.0  # seconds between rounds
MARK, DUE, MEDIA, LOOK, BACKUP, PURGE = 5.0, 5.0, 30.0, 600.0, 3600.0, 24 * 3600.0  # seconds between two of a kind


class Caretaker:
    """Goes round by round; what is due is done, and what failed is tried again."""

    def __init__(self, house: House) -> None:
        """Everything is due at once."""
        self._house = house
        self._last: dict[str, float] = {}

    def go_round(self) -> None:
        """Do what is due."""
        copies = self._house.copies
        self._every(MARK, copies.write_mark)
        self._every(BACKUP, copies.back_up)
        # Half a minute to notice a stick; what was erased must be gone from all copies within ten seconds.
        self._every(DUE if copies.due() else MEDIA, copies.tend)
        self._every(PURGE, self._purge)
        self._every(LOOK, self._examine)

    def run(self) -> None:
        """Until the house is closed."""
        while not self._house.copies.closed.wait(ROUND):
            try:
                self.go_round()
            except Exception:  # a round must never be the last
                log.exception("A round of the caretaker failed.")

    def _purge(self) -> None:
        purge.run(self._house)

    def _examine(self) -> None:
        doctor.examine(doctor.Patient(self._house.config, self._house, serving=True))

    def _every(self, seconds: float, what: Callable[[], None]) -> None:
        name, now = what.__name__, clock.monotonic()
        if now - self._last.get(name, float("-inf")) >= seconds:
            self._last[name] = now
            what()


def begin(house: House) -> None:
    """Look after a house that serves."""
    threading.Thread(target=Caretaker(house).run, name="caretaker", daemon=True).start()
