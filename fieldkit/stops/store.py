"""Stops in SQL. Knows the database, never the web."""

import json
import sqlite3
from datetime import timedelta
from typing import Any

from .. import clock, ids, journal
from ..i18n import gettext as _


class NotReady(Exception):
    """The stop does not say yet what happens with the results and by when an answer is promised."""


def one(conn: sqlite3.Connection, stop_id: str) -> dict[str, Any] | None:
    """A stop by its id."""
    row = conn.execute("SELECT * FROM stops WHERE id = ?", [stop_id]).fetchone()
    return _stop(row) if row else None


def current(conn: sqlite3.Connection) -> dict[str, Any] | None:
    """The open stop."""
    row = conn.execute("SELECT * FROM open_stop").fetchone()
    return _stop(row) if row else None


def all_stops(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every stop: the open one, then the newest first."""
    return [_stop(row) for row in conn.execute("SELECT * FROM stops ORDER BY state = 'open' DESC, starts_on DESC, place")]


def for_every_page(conn: sqlite3.Connection) -> dict[str, Any]:
    """The open stop and its hours today; while none is open, the one planned next and the last one that closed."""
    stop = current(conn)
    if stop is None:
        return {"stop": None, "next_stop": _next(conn), "last_stop": _last(conn)}
    hours = stop["hours"].get(clock.today().isoformat())
    stop["hours_today"] = _("heute %(hours)s Uhr", hours=hours.replace("-", "–")) if hours else ""
    return {"stop": stop}


def plan(conn: sqlite3.Connection, stop: dict[str, Any]) -> None:
    """Keep a stop as it was typed in; a new one is planned, an existing one keeps its state."""
    journal.save(conn, "stops", _row(stop))


def open_stop(conn: sqlite3.Connection, stop_id: str) -> None:
    """Open a stop to visitors; the one that was open is closed. Raises NotReady."""
    stop = one(conn, stop_id)
    if stop is None or not stop["results"] or not stop["answer_by"]:
        raise NotReady
    before = current(conn)
    if before and before["id"] != stop_id:
        close(conn, before["id"])
    journal.save(conn, "stops", _row(stop) | {"state": "open"})


def close(conn: sqlite3.Connection, stop_id: str) -> None:
    """Close the stop if it is open; what it gathered stays readable."""
    stop = one(conn, stop_id)
    if stop and stop["state"] == "open":
        journal.save(conn, "stops", _row(stop) | {"state": "closed"})


def demo(conn: sqlite3.Connection) -> None:
    """An open example stop on Rathausplatz Neukölln, and an earlier one that is closed."""
    today = clock.today()
    days = [today + timedelta(days=n) for n in range(5)]
    plan(
        conn,
        {
            "id": ids.new_id(),
            "place": "Leopoldplatz",
            "district": "Mitte",
            "locality": "Wedding",
            "partner": "Stadtteilkoordination Wedding",
            "theme": "Aufenthalt",
            "question": "Wann fühlst du dich auf dem Platz wohl?",
            "languages": ["de", "de-simple", "en"],
            "results": "Die Stadtteilkoordination hat alle Ideen dem Runden Tisch Leopoldplatz vorgestellt.",
            "answer_by": (today - timedelta(days=10)).isoformat(),
            "starts_on": (today - timedelta(days=40)).isoformat(),
            "ends_on": (today - timedelta(days=33)).isoformat(),
            "hours": {},
            "state": "closed",
        },
    )
    stop_id = ids.new_id()
    plan(
        conn,
        {
            "id": stop_id,
            "place": "Rathausplatz Neukölln",
            "district": "Neukölln",
            "locality": "Neukölln",
            "partner": "Bezirksamt Neukölln, Quartiersmanagement Karl-Marx-Straße",
            "theme": "Alltag im Kiez",
            "question": "Was fehlt hier im Alltag?",
            "languages": ["de", "de-simple", "en"],
            "results": (
                "Das Bezirksamt liest jede Idee und sagt, was daraus wird. "
                "Die zehn mit der meisten Unterstützung kommen in die Stadtteilkonferenz."
            ),
            "answer_by": (today + timedelta(days=20)).isoformat(),
            "starts_on": today.isoformat(),
            "ends_on": days[-1].isoformat(),
            "hours": {day.isoformat(): "12:00-19:00" for day in days},
        },
    )
    open_stop(conn, stop_id)


def _next(conn: sqlite3.Connection) -> dict[str, Any] | None:
    row = conn.execute(
        "SELECT * FROM stops WHERE state = 'planned' AND ends_on >= ? ORDER BY starts_on LIMIT 1", [clock.today().isoformat()]
    ).fetchone()
    return _stop(row) if row else None


def _last(conn: sqlite3.Connection) -> dict[str, Any] | None:
    row = conn.execute("SELECT * FROM stops WHERE state = 'closed' ORDER BY ends_on DESC LIMIT 1").fetchone()
    return _stop(row) if row else None


def _stop(row: sqlite3.Row) -> dict[str, Any]:
    stop = dict(row)
    return stop | {"languages": json.loads(stop["languages"]), "hours": json.loads(stop["hours"])}


def _row(stop: dict[str, Any]) -> dict[str, Any]:
    row = {key: value for key, value in stop.items() if key != "hours_today"}
    return row | {
        "languages": json.dumps(stop["languages"]),
        "hours": json.dumps(stop["hours"], sort_keys=True),
    }
