"""The kits in SQL: what they handed over, and what went wrong."""

from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from ... import clock, wire
from .. import ingest, outbox
from ..tables import incidents, invitations, kits, records


def everything(conn: Connection) -> list[dict[str, Any]]:
    """Every kit: name, head, records, check word and what went wrong."""
    found = []
    for row in conn.execute(select(kits).order_by(kits.c.name)).mappings().all():
        troubles = conn.execute(select(incidents).where(incidents.c.kit == row["id"]).order_by(incidents.c.id)).mappings()
        found.append(
            {
                **row, "records": count_records(conn, row["id"]), "word": wire.check_word(row["digest"]),
                "incidents": [dict(trouble) for trouble in troubles],
            }
        )  # fmt: skip
    return found


def names(conn: Connection) -> list[dict[str, Any]]:
    """Id and name of every kit."""
    return [dict(row) for row in conn.execute(select(kits.c.id, kits.c.name).order_by(kits.c.name)).mappings()]


def count_records(conn: Connection, kit: str) -> int:
    """How many records of a kit we hold, erased ones not counted."""
    return conn.scalar(select(func.count()).where(records.c.kit == kit, records.c.erased == 0)) or 0


def invite(conn: Connection, secret: bytes, name: str, who: str) -> None:
    """Let one kit enrol with this secret, under this name."""
    ingest.invite(conn, secret, name)
    outbox.log(conn, who, "invite", "", note=name)


def open_invitations(conn: Connection) -> list[dict[str, Any]]:
    """Enrolment lines that nobody has used and that still count, the newest first."""
    still = (invitations.c.kit.is_(None), invitations.c.expires_at >= clock.stamp())
    rows = conn.execute(select(invitations).where(*still).order_by(invitations.c.made_at.desc(), invitations.c.secret_hash))
    return [dict(row) for row in rows.mappings()]


def withdraw_invitation(conn: Connection, secret_hash: str, who: str) -> None:
    """Take an enrolment line back before somebody uses it."""
    which = (invitations.c.secret_hash == secret_hash, invitations.c.kit.is_(None))
    name = conn.scalar(select(invitations.c.name).where(*which))
    if name is not None:
        conn.execute(delete(invitations).where(*which))
        outbox.log(conn, who, "withdraw invitation", "", note=name)


def revoke(conn: Connection, kit: str, who: str) -> None:
    """Take a lost kit's key away: from now on it is refused. What it handed over stays."""
    conn.execute(update(kits).where(kits.c.id == kit).values(revoked=1))
    outbox.log(conn, who, "revoke", kit)
