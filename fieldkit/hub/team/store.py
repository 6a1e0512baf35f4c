"""The team of the hub in SQL: cards, PINs and roles. A revoked card is gone; the audit trail remembers whose it was."""

from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from ... import credentials, ids
from ...doors import HUB_ADMIN
from ...i18n import gettext as _
from .. import outbox
from ..tables import sessions, staff


class Refused(Exception):
    """It cannot be done; the text says why."""


class Unknown(Refused):
    """There is no such card."""


class Taken(Refused):
    """Somebody of that name has a card already."""


class Last(Refused):
    """Without this person nobody could administer the hub any more."""


class Used(Refused):
    """The hub was taken over before."""


def nobody_yet(conn: Connection) -> bool:
    """Whether nobody administers this hub."""
    return not conn.scalar(select(func.count()).where(staff.c.role == HUB_ADMIN))


def everybody(conn: Connection) -> list[dict[str, Any]]:
    """Every card, by name."""
    return [dict(row) for row in conn.execute(select(staff).order_by(staff.c.name)).mappings()]


def by_digest(conn: Connection, digest: str) -> Any:
    """The card whose secret has this digest, or None."""
    return conn.execute(select(staff).where(staff.c.card == digest)).one_or_none()


def card_of(conn: Connection, staff_id: str) -> str:
    """The digest of somebody's card. Raises Unknown."""
    return _one(conn, staff_id).card


def add(conn: Connection, name: str, pin: str, who: str, role: str = HUB_ADMIN) -> tuple[str, str]:
    """Make a card: the person's id and the secret of the card, to be seen only now. Raises Taken."""
    if conn.execute(select(staff.c.id).where(staff.c.name == name)).first():
        raise Taken(
            _("„%(name)s“ hat schon eine Karte. Bitte einen anderen Namen wählen oder die alte Karte sperren.", name=name)
        )
    staff_id, secret = ids.new_id(), credentials.new_secret()
    row = {"id": staff_id, "name": name, "card": credentials.digest(secret), "pin": credentials.hash_pin(pin), "role": role}
    conn.execute(insert(staff).values(**row))
    outbox.log(conn, who, "add staff", "", "staff", staff_id, f"{name}: {role}")
    return staff_id, secret


def take_over(conn: Connection, name: str, pin: str) -> tuple[str, str]:
    """Make the card of the first person: id and secret. Raises Used when somebody else was faster, Taken."""
    if not nobody_yet(conn):
        raise Used(_("Diesen Hub hat schon jemand übernommen."))
    return add(conn, name, pin, name)


def change_role(conn: Connection, staff_id: str, role: str, who: str) -> None:
    """Let somebody do more or less, from the next click on. Raises Unknown, Last."""
    person = _one(conn, staff_id)
    if role != HUB_ADMIN:
        _keep_an_administrator(conn, staff_id)
    conn.execute(update(staff).where(staff.c.id == staff_id).values(role=role))
    outbox.log(conn, who, "change role", "", "staff", staff_id, f"{person.name}: {role}")


def set_pin(conn: Connection, staff_id: str, pin: str, who: str) -> None:
    """Give somebody another PIN; what was begun with the old one ends. Raises Unknown."""
    person = _one(conn, staff_id)
    conn.execute(update(staff).where(staff.c.id == staff_id).values(pin=credentials.hash_pin(pin), failed=0))
    conn.execute(delete(sessions).where(sessions.c.staff_id == staff_id))
    outbox.log(conn, who, "new pin", "", "staff", staff_id, person.name)


def revoke(conn: Connection, staff_id: str, who: str) -> None:
    """Make a card worthless, when it is lost or somebody leaves. Raises Unknown, Last."""
    person = _one(conn, staff_id)
    _keep_an_administrator(conn, staff_id)
    conn.execute(delete(sessions).where(sessions.c.staff_id == staff_id))
    conn.execute(delete(staff).where(staff.c.id == staff_id))
    outbox.log(conn, who, "revoke staff", "", "staff", staff_id, person.name)


def count_try(conn: Connection, staff_id: str) -> None:
    """Note that somebody tries a PIN."""
    conn.execute(update(staff).where(staff.c.id == staff_id).values(failed=staff.c.failed + 1))


def forgive(conn: Connection, staff_id: str) -> None:
    """Forget the tries, after the right PIN."""
    conn.execute(update(staff).where(staff.c.id == staff_id).values(failed=0))


def _one(conn: Connection, staff_id: str) -> Any:
    row = conn.execute(select(staff).where(staff.c.id == staff_id)).one_or_none()
    if row is None:
        raise Unknown(_("Diese Karte gibt es nicht, oder sie ist schon gesperrt."))
    return row


def _keep_an_administrator(conn: Connection, leaving: str) -> None:
    """Two administrators who remove each other at the same moment stand in line here (PostgreSQL; SQLite has one writer anyway)."""
    rows = conn.execute(select(staff.c.id).where(staff.c.role == HUB_ADMIN).order_by(staff.c.id).with_for_update())
    if {row.id for row in rows} == {leaving}:
        raise Last(_("Das ist die letzte Person, die den Hub verwaltet. Bitte erst eine andere dazu machen."))
