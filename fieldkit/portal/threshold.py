"""What the front door knows by heart: the portal's mode, and which devices tapped «Weiter». The latter is never stored."""

import threading
from collections import OrderedDict

from .. import clock
from ..db import Database
from . import store

REMEMBERED = 120 * 60  # seconds; a visit is shorter, and the next visitor may get the same address
MOST = 4096  # devices; more than a hotspot has addresses


class Threshold:
    """Asked for every request for another host, so it answers from memory."""

    def __init__(self, db: Database) -> None:
        """Begin with the mode chosen last; nobody has tapped yet."""
        self._db = db
        self.mode = store.mode(db.read())
        self._tapped: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def switch(self, mode: str, who: str) -> None:
        """Choose another mode, now and after a restart."""
        self._db.write(store.switch, mode, who)
        self.mode = mode

    def confirm(self, device: str) -> None:
        """This device's owner tapped «Weiter»."""
        with self._lock:
            self._tapped.pop(device, None)
            self._tapped[device] = clock.monotonic()
            if len(self._tapped) > MOST:
                self._tapped.popitem(last=False)

    def confirmed(self, device: str) -> bool:
        """Whether its owner did so lately."""
        tapped = self._tapped.get(device)
        return tapped is not None and clock.monotonic() - tapped < REMEMBERED
