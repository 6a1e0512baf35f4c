"""What erased rows leave behind in the hub's database, and how it goes: their tables are written anew as soon as the hub is quiet."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, delete, select

from ..db import StorageFull
from .archive import Archive, Away
from .tables import leftovers

QUIET = 60.0  # seconds without a write: pages and kits wait while a table is written anew
PAUSE = 3600.0  # seconds until the next time, also where it failed

log = logging.getLogger("fieldkit")


@contextmanager
def removed_when_quiet(db: Archive) -> Iterator[None]:
    """Look after them in the background for as long as the block lasts; also after those from before a power cut."""
    closing = threading.Event()

    def watch() -> None:
        pause = QUIET
        while not closing.wait(pause):
            pause = PAUSE if db.idle >= QUIET and _tried(db) else QUIET

    thread = threading.Thread(target=watch, name="leftovers")
    thread.start()
    try:
        yield
    finally:
        closing.set()
        thread.join()


def remove(db: Archive) -> bool:
    """Write anew what needs it; whether anything did. Raises StorageFull, Away."""
    with db.read() as conn:
        found = conn.execute(select(leftovers)).all()
    if found:
        db.write_anew(sorted({row.tbl for row in found}))
        db.write(_settle, [row.number for row in found])
    return bool(found)


def _tried(db: Archive) -> bool:
    try:
        return remove(db)
    except (StorageFull, Away) as error:
        log.warning("Spuren von Gelöschtem ließen sich noch nicht entfernen (%s).", error)
        return True


def _settle(conn: Connection, numbers: list[int]) -> None:
    """These, and no others: somebody may have erased more meanwhile."""
    conn.execute(delete(leftovers).where(leftovers.c.number.in_(numbers)))
