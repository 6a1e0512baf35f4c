"""Who is signed in at the hub: in the database, so that several processes share it and a restart signs nobody out."""

import contextlib
import secrets
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from ... import clock, credentials
from ...db import StorageFull
from ...doors import IDLE, LONGEST, Person
from ..archive import Archive
from ..tables import sessions, staff

NOTED = 60  # seconds: a click is written down at most once in so long, for a click must not cost a write


class Sessions:
    """Offers what `doors.Sessions` does. Counted by the wall clock, which the processes and machines of a hub share.

    Who somebody is and may do is read from their card every time: a new role counts from the next click.
    """

    def __init__(self, db: Archive) -> None:
        """Keep them in this database."""
        self._db = db

    def begin(self, person: Person) -> str:
        """Sign somebody in; the new token for the cookie."""
        token = secrets.token_urlsafe(32)
        self._db.write(_begin, credentials.digest(token), person.id)
        return token

    def person(self, token: str | None) -> Person | None:
        """Who holds this token, if the session still lives."""
        if not token:
            return None
        digest = credentials.digest(token)
        with self._db.read() as conn:
            row = conn.execute(
                select(staff.c.id, staff.c.name, staff.c.role, sessions.c.seen)
                .join_from(sessions, staff, staff.c.id == sessions.c.staff_id)
                .where(sessions.c.token == digest, sessions.c.seen >= clock.ago(IDLE), sessions.c.began >= clock.ago(LONGEST))
            ).one_or_none()
        if row is None:
            return None
        if row.seen < clock.ago(NOTED):
            with contextlib.suppress(StorageFull):  # reading goes on
                self._db.write(_note, digest)
        return Person(row.id, row.name, row.role)

    def end(self, token: str | None) -> None:
        """Sign out."""
        if token:
            self._db.write(_end, sessions.c.token == credentials.digest(token))

    def end_all(self, person_id: str) -> None:
        """Sign somebody out everywhere."""
        self._db.write(_end, sessions.c.staff_id == person_id)


def _begin(conn: Connection, digest: str, staff_id: str) -> None:
    """Begin a session; those that are over are swept out on the way."""
    _end(conn, or_(sessions.c.seen < clock.ago(IDLE), sessions.c.began < clock.ago(LONGEST)))
    conn.execute(insert(sessions).values(token=digest, staff_id=staff_id, began=clock.stamp(), seen=clock.stamp()))


def _note(conn: Connection, digest: str) -> None:
    conn.execute(update(sessions).where(sessions.c.token == digest).values(seen=clock.stamp()))


def _end(conn: Connection, which: Any) -> None:
    conn.execute(delete(sessions).where(which))
