"""Ideas in SQL, as facilitators keep them in order. Everything is reversible and logged."""

import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

from .. import blobs, journal, search
from . import index, store

PER_PAGE = 20
CHOICES = 100  # ideas to merge into; the most alike stand first

_ALONE = "ideas.state = 'visible' AND ideas.merged_into IS NULL"
_HERE = "ideas.stop_id = (SELECT id FROM open_stop)"
_PILES = {
    "reports": "ideas.id IN (SELECT idea_id FROM reports WHERE NOT settled)",
    "wall": f"{_ALONE} AND NOT ideas.on_wall AND {_HERE}",
    "on_wall": f"{_ALONE} AND ideas.on_wall AND {_HERE}",
    "unanswered": f"{_ALONE} AND ideas.reply = '' AND ideas.id NOT IN (SELECT rid FROM answers WHERE tbl = 'ideas')",
    "hidden": "(ideas.state = 'hidden' OR ideas.id IN (SELECT idea_id FROM comments WHERE comments.state = 'hidden'))",
    "merged": "ideas.merged_into IS NOT NULL",
    "all": "true",
}
PILES = tuple(_PILES)


def hide(conn: sqlite3.Connection, table: str, rid: str, because: str, who: str) -> None:
    """Take an idea or a comment from view, with a reason; `show` brings it back. Closes the reports about it."""
    extra = {"on_wall": 0} if table == "ideas" else {}
    journal.save(conn, table, {"id": rid, "state": "hidden", "hidden_because": because, **extra})
    journal.log(conn, who, "hide", table, rid, because)
    _close_reports(conn, table, rid)


def show(conn: sqlite3.Connection, table: str, rid: str, who: str) -> None:
    """Bring a hidden idea or comment back into view."""
    journal.save(conn, table, {"id": rid, "state": "visible", "hidden_because": ""})
    journal.log(conn, who, "show", table, rid)


def settle(conn: sqlite3.Connection, table: str, rid: str, who: str) -> None:
    """Close the reports about an idea or a comment that may stay."""
    _close_reports(conn, table, rid)
    journal.log(conn, who, "settle", table, rid)


def merge(conn: sqlite3.Connection, idea_id: str, into: str, who: str) -> None:
    """Let an idea count for another that says the same; both receipts stay valid. Raises Closed when there is no such other."""
    main = store.one(conn, into)
    if main is None or main["id"] == idea_id:
        raise store.Closed
    twins = conn.execute("SELECT id FROM ideas WHERE merged_into = ?", [idea_id]).fetchall()
    for rid in (idea_id, *(twin["id"] for twin in twins)):
        journal.save(conn, "ideas", {"id": rid, "merged_into": main["id"], "on_wall": 0})
        journal.log(conn, who, "merge", "ideas", rid, main["id"])


def part(conn: sqlite3.Connection, idea_id: str, who: str) -> None:
    """Undo a merge."""
    journal.save(conn, "ideas", {"id": idea_id, "merged_into": None})
    journal.log(conn, who, "part", "ideas", idea_id)


def reply(conn: sqlite3.Connection, idea_id: str, words: str, who: str) -> None:
    """Note the answer somebody gave on the spot; an empty one takes it back."""
    journal.save(conn, "ideas", {"id": idea_id, "reply": words})
    journal.log(conn, who, "reply", "ideas", idea_id, words)


def let_on_wall(conn: sqlite3.Connection, idea_id: str, allowed: bool, who: str) -> None:
    """Let an idea through to the projector, or take it off."""
    conn.execute("UPDATE ideas SET on_wall = ? WHERE id = ?", [int(allowed), idea_id])
    journal.log(conn, who, "wall on" if allowed else "wall off", "ideas", idea_id)


def photo(conn: sqlite3.Connection, idea_id: str) -> Path | None:
    """The file with the photo of an idea's paper card."""
    name = conn.execute("SELECT photo_sha256 FROM ideas WHERE id = ?", [idea_id]).fetchone()[0]
    path = blobs.file(blobs.folder(conn), name)
    return path if name and path.is_file() else None


def open_reports(conn: sqlite3.Connection) -> int:
    """How many reports wait for the team."""
    return conn.execute("SELECT count(*) FROM reports WHERE NOT settled").fetchone()[0]


def waiting_for_wall(conn: sqlite3.Connection) -> int:
    """How many ideas of the open stop nobody has let onto the projector."""
    return _size(conn, "wall")


def unanswered(conn: sqlite3.Connection) -> int:
    """How many ideas have no answer yet."""
    return _size(conn, "unanswered")


def sizes(conn: sqlite3.Connection) -> dict[str, int]:
    """How many ideas lie on each pile."""
    return {name: _size(conn, name) for name in PILES}


def pile(
    conn: sqlite3.Connection, name: str, words: str = "", number: int = 1, only: str = ""
) -> tuple[list[dict[str, Any]], int]:
    """One page of a pile, oldest first, and how many lie on it; `only` is the id of a single idea to see to.

    Each idea has its open reports, its comments, what it was merged into (`main`) and what it might be merged into
    (`alike`, the most alike first, and `others`).
    """
    condition, values = index.containing(words)
    conditions = ["ideas.id = :only"] if only else [_PILES[name], condition]
    order = "ideas.rowid DESC" if name == "all" else "ideas.rowid"
    ideas, total = store.one_page(conn, " AND ".join(conditions), order, values | {"only": only}, number, PER_PAGE)
    reports = _about(conn, ideas, "reports", "NOT settled")
    comments = _about(conn, ideas, "comments", "true")
    mains = _titles(conn, "id IN (SELECT value FROM json_each(?))", [idea["merged_into"] for idea in ideas])
    others = _titles(conn, f"{_ALONE} AND stop_id IN (SELECT value FROM json_each(?))", [idea["stop_id"] for idea in ideas])
    for idea in ideas:
        idea["reports"], idea["comments"] = reports[idea["id"]], comments[idea["id"]]
        idea["main"] = mains.get(idea["merged_into"])
        idea["alike"], idea["others"] = _by_likeness(idea, others)
    return ideas, total


def _size(conn: sqlite3.Connection, name: str) -> int:
    return conn.execute(f"SELECT count(*) FROM ideas WHERE {_PILES[name]}").fetchone()[0]


def _close_reports(conn: sqlite3.Connection, table: str, rid: str) -> None:
    about = "comment_id = ?" if table == "comments" else "idea_id = ? AND comment_id IS NULL"
    conn.execute(f"UPDATE reports SET settled = 1 WHERE {about}", [rid])


def _about(
    conn: sqlite3.Connection, ideas: list[dict[str, Any]], table: str, condition: str
) -> defaultdict[str, list[dict[str, Any]]]:
    """The rows of a table that belong to these ideas, by idea, in one question for all of them."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in conn.execute(
        f"SELECT * FROM {table} WHERE {condition} AND idea_id IN (SELECT value FROM json_each(?)) ORDER BY rowid",
        [json.dumps([idea["id"] for idea in ideas])],
    ):
        found[row["idea_id"]].append(dict(row))
    return found


def _titles(conn: sqlite3.Connection, condition: str, among: list[str | None]) -> dict[str, dict[str, Any]]:
    rows = conn.execute(
        f"SELECT id, stop_id, title FROM ideas WHERE {condition} ORDER BY rowid DESC LIMIT 500", [json.dumps(among)]
    )
    return {row["id"]: dict(row) | {"folded": search.fold(row["title"])} for row in rows}


def _by_likeness(idea: dict[str, Any], others: dict[str, dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Ideas of the same stop: up to five that share words with this one, and the newest of the rest."""
    here = [other for other in others.values() if other["stop_id"] == idea["stop_id"] and other["id"] != idea["id"]]
    terms = search.telling_words(f"{idea['title']} {idea['body']}")
    shared = {other["id"]: sum(term in other["folded"] for term in terms) for other in here}
    alike = sorted((other for other in here if shared[other["id"]]), key=lambda other: -shared[other["id"]])[:5]
    return alike, [other for other in here if other not in alike][:CHOICES]
