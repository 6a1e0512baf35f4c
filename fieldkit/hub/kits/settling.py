"""Incidents in SQL: which wait for a decision, and the decisions. Nothing that a kit handed over is touched by any of them."""

from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import Connection, func, select, update

from ... import clock
from ...i18n import gettext as _
from .. import keys, outbox
from ..publications import store as publications
from ..tables import incidents, kits
from . import store
from .tasks import READMIT, REVOKE, TASKS


class Refused(Exception):
    """It cannot be decided like this; the text says why."""


def count_open(conn: Connection) -> int:
    """How many incidents wait for a decision."""
    return conn.scalar(select(func.count()).where(incidents.c.settled_at == "")) or 0


def settle(conn: Connection, key: SigningKey, incident: int, decision: str, who: str) -> None:
    """Decide, once: with what the decision says, and in the protocol. Raises Refused."""
    task = _locked(conn, incident)
    if task is None or task.kind not in TASKS or not TASKS[task.kind].allows(decision):
        raise Refused(_("Diese Aufgabe gibt es nicht, oder das ist hier keine Möglichkeit."))
    if task.settled_at:
        raise Refused(_("Das hat %(name)s schon entschieden.", name=task.settled_by))
    row = {"settled_at": clock.stamp(), "settled_by": who, "decision": decision}
    conn.execute(update(incidents).where(incidents.c.id == incident).values(**row))
    outbox.log(conn, who, "settle", task.kit, "incidents", str(incident), f"{task.kind}: {decision}")
    if decision == REVOKE:
        store.revoke(conn, task.kit, who)
    elif decision == READMIT:
        _readmit(conn, key, task.kit, who)


def reopen(conn: Connection, incident: int, who: str) -> None:
    """Put a settled task back on the table; what was decided stays in the protocol. Raises Refused."""
    task = _locked(conn, incident)
    if task is None or not task.settled_at:
        raise Refused(_("Diese Aufgabe gibt es nicht, oder sie ist offen."))
    conn.execute(update(incidents).where(incidents.c.id == incident).values(settled_at="", settled_by="", decision=""))
    outbox.log(conn, who, "reopen", task.kit, "incidents", str(incident), f"{task.kind}: {task.decision}")


def _locked(conn: Connection, incident: int) -> Any:
    """One decides at a time (PostgreSQL; SQLite has one writer anyway)."""
    return conn.execute(select(incidents).where(incidents.c.id == incident).with_for_update()).one_or_none()


def _readmit(conn: Connection, key: SigningKey, kit: str, who: str) -> None:
    conn.execute(update(kits).where(kits.c.id == kit).values(revoked=0))
    keys.tell(conn, key, kit)  # it was told nothing meanwhile
    publications.tell(conn, key, kit)
    outbox.log(conn, who, "readmit", kit)
