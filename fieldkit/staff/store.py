"""Staff in SQL. Knows the database, never the web."""

import sqlite3
from typing import Any

from .. import clock, credentials, ids, journal
from ..i18n import gettext as _


class Refused(Exception):
    """It cannot be done; the text says why."""


class Unknown(Refused):
    """There is no such card."""


class Taken(Refused):
    """Somebody of that name has a card already."""


class Last(Refused):
    """Without this card nobody could sign in any more."""


class Used(Refused):
    """The one-time link was used, or never was one."""


def by_secret(conn: sqlite3.Connection, secret: str) -> dict[str, Any] | None:
    """The valid card with this secret."""
    return by_digest(conn, credentials.digest(secret))


def by_digest(conn: sqlite3.Connection, digest: str) -> dict[str, Any] | None:
    """The valid card whose secret has this digest."""
    row = conn.execute("SELECT * FROM staff WHERE card = ? AND NOT revoked", [digest]).fetchone()
    return dict(row) if row else None


def cards(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """All cards, those that are valid first."""
    return [dict(row) for row in conn.execute("SELECT * FROM staff ORDER BY revoked, name, at")]


def add(conn: sqlite3.Connection, name: str, who: str = "fieldkit") -> tuple[str, str]:
    """Make a card with a random PIN for somebody: its secret and the PIN, to be seen only now. Raises Taken."""
    pin = credentials.new_pin()
    return _insert(conn, name, pin, who)[1], pin


def set_pin(conn: sqlite3.Connection, name: str, pin: str) -> str:
    """Give somebody another PIN; the id of the card. Raises Unknown."""
    row = conn.execute("SELECT id FROM staff WHERE name = ? AND NOT revoked", [name]).fetchone()
    if row is None:
        raise Unknown(_("Für „%(name)s“ gibt es keine gültige Karte.", name=name))
    conn.execute("UPDATE staff SET pin = ?, failed = 0 WHERE id = ?", [credentials.hash_pin(pin), row["id"]])
    journal.log(conn, "fieldkit", "new pin", "staff", row["id"], name)
    return row["id"]


def revoke(conn: sqlite3.Connection, staff_id: str, who: str) -> None:
    """Make a card worthless, when it is lost or somebody leaves. Raises Unknown, Last."""
    valid = {row["id"]: row["name"] for row in conn.execute("SELECT id, name FROM staff WHERE NOT revoked")}
    if staff_id not in valid:
        raise Unknown(_("Diese Karte gibt es nicht, oder sie ist schon gesperrt."))
    if len(valid) == 1:
        raise Last(_("Das ist die letzte gültige Karte. Bitte erst eine neue ausstellen."))
    conn.execute("UPDATE staff SET revoked = 1 WHERE id = ?", [staff_id])
    journal.log(conn, who, "revoke", "staff", staff_id, valid[staff_id])


def count_try(conn: sqlite3.Connection, staff_id: str) -> None:
    """Note that somebody tries a PIN; done before it is compared, so that pulling the plug does not help to guess."""
    conn.execute("UPDATE staff SET failed = failed + 1 WHERE id = ?", [staff_id])


def forgive(conn: sqlite3.Connection, staff_id: str) -> None:
    """Forget the tries, after the right PIN."""
    conn.execute("UPDATE staff SET failed = 0 WHERE id = ?", [staff_id])


def first_link(conn: sqlite3.Connection) -> str | None:
    """A new secret of a one-time link for a kit without a valid card, or nothing. Earlier ones stay valid until one is used."""
    if conn.execute("SELECT 1 FROM staff WHERE NOT revoked").fetchone():
        return None
    secret = credentials.new_secret()
    conn.execute("INSERT INTO first_links VALUES (?)", [credentials.digest(secret)])
    return secret


def is_first_link(conn: sqlite3.Connection, secret: str) -> bool:
    """Whether this one-time link can still be used."""
    return conn.execute("SELECT 1 FROM first_links WHERE secret = ?", [credentials.digest(secret)]).fetchone() is not None


def take_over(conn: sqlite3.Connection, link: str, name: str, pin: str) -> tuple[str, str]:
    """Use the one-time link: the id and the card's secret of the first facilitator. Raises Used."""
    if not is_first_link(conn, link):
        raise Used(_("Dieser Link wurde schon benutzt."))
    conn.execute("DELETE FROM first_links")
    return _insert(conn, name, pin, name)


def _insert(conn: sqlite3.Connection, name: str, pin: str, who: str) -> tuple[str, str]:
    if conn.execute("SELECT 1 FROM staff WHERE name = ? AND NOT revoked", [name]).fetchone():
        raise Taken(
            _("„%(name)s“ hat schon eine Karte. Bitte einen anderen Namen wählen oder die alte Karte sperren.", name=name)
        )
    staff_id, secret = ids.new_id(), credentials.new_secret()
    # The hash takes a moment on the one writer; staff are added so rarely that nobody notices.
    conn.execute(
        "INSERT INTO staff (id, name, card, pin, at) VALUES (?, ?, ?, ?, ?)",
        [staff_id, name, credentials.digest(secret), credentials.hash_pin(pin), clock.stamp()],
    )
    journal.log(conn, who, "add", "staff", staff_id, name)
    return staff_id, secret
