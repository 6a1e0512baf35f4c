"""Who reads and answers at the hub: cards and PINs as on a kit, in the hub's database."""

import math
import threading
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ... import clock, credentials, ids
from ...doors import HUB_STAFF, Person, Throttle
from .. import outbox
from ..archive import Archive
from ..tables import staff

FREE = 5  # wrong PINs until a card has to wait
FIRST_WAIT, LONGEST_WAIT = 30, 15 * 60  # seconds; the wait doubles in between


class Taken(Exception):
    """Somebody of that name has a card already."""


class Wrong(Exception):
    """Card or PIN is wrong; which one stays unsaid."""


class Wait(Exception):
    """Too many tries; the text says how long to wait."""


def nobody_yet(conn: Connection) -> bool:
    """Whether this hub has no staff."""
    return not conn.scalar(select(func.count()).select_from(staff))


def add(conn: Connection, name: str, pin: str, who: str) -> tuple[str, str]:
    """Make a card: the person's id and the secret of the card, to be seen only now. Raises Taken."""
    if conn.execute(select(staff.c.id).where(staff.c.name == name)).first():
        raise Taken(f"„{name}“ hat schon eine Karte.")
    staff_id, secret = ids.new_id(), credentials.new_secret()
    conn.execute(
        insert(staff).values(
            id=staff_id, name=name, card=credentials.digest(secret), pin=credentials.hash_pin(pin), role="administer"
        )
    )
    outbox.log(conn, who, "add staff", "", note=name)
    return staff_id, secret


class Gate:
    """Compares card and PIN, one at a time, so that nobody guesses a PIN and no stranger keeps a member of staff out."""

    def __init__(self) -> None:
        """Nobody has tried yet."""
        self._holders, self._strangers = threading.Lock(), threading.Lock()
        self._crowd = Throttle(each=10, overall=60, seconds=60)
        self._start = clock.monotonic()
        self._tried: dict[str, float] = {}

    def enter(self, db: Archive, secret: str, pin: str, device: str) -> Person:
        """Who comes with this card and this PIN. Raises Wrong, Wait."""
        if _by_secret(db, secret) is None:
            if not self._crowd.admit(device):
                raise Wait("Das waren viele Versuche. Bitte warte eine Minute.")
            with self._strangers:
                credentials.matches(credentials.NOBODY, pin)
            raise Wrong
        with self._holders:
            card = _by_secret(db, secret)  # once more: its count may have grown while we stood in line
            self._refuse_while_waiting(card.id, card.failed)
            # Counted before it is compared, so that ending the process does not help to guess.
            self._tried[card.id] = clock.monotonic()
            db.write(_set_failed, card.id, card.failed + 1)
            if not credentials.matches(card.pin, pin):
                raise Wrong
            db.write(_set_failed, card.id, 0)
        return Person(card.id, card.name, HUB_STAFF)

    def _refuse_while_waiting(self, staff_id: str, failed: int) -> None:
        if failed < FREE:
            return
        wait = min(FIRST_WAIT * 2 ** min(failed - FREE, 10), LONGEST_WAIT)
        left = self._tried.get(staff_id, self._start) + wait - clock.monotonic()
        if left > 0:
            raise Wait(f"Das waren zu viele falsche PINs. Diese Karte geht wieder in {math.ceil(left)} Sekunden.")


def _by_secret(db: Archive, secret: str) -> Any:
    with db.read() as conn:
        return conn.execute(select(staff).where(staff.c.card == credentials.digest(secret))).one_or_none()


def _set_failed(conn: Connection, staff_id: str, failed: int) -> None:
    conn.execute(update(staff).where(staff.c.id == staff_id).values(failed=failed))
