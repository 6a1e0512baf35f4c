"""What two people may write at once: whoever comes second is told so, and never writes over the first unseen."""

from typing import Any

from sqlalchemy import Connection, Table, insert, update
from sqlalchemy.exc import IntegrityError


class Crossed(Exception):
    """Somebody else wrote here since this person looked."""


def put(conn: Connection, table: Table, key: dict[str, str], seen: int, row: dict[str, Any]) -> None:
    """Write a row of a table with a column `version` over its version `seen`; 0 says that there was none. Raises Crossed."""
    if seen:
        theirs = [table.c[name] == value for name, value in key.items()]
        changed = conn.execute(update(table).where(*theirs, table.c.version == seen).values(**row, version=seen + 1)).rowcount
    else:
        try:
            with conn.begin_nested():  # without it PostgreSQL would give up the whole transaction
                changed = conn.execute(insert(table).values(**key, **row, version=1)).rowcount
        except IntegrityError:
            changed = 0
    if not changed:
        raise Crossed
