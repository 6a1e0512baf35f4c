"""Ideas in SQL. Knows the database, never the web."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from .. import clock, ids, journal, search
from ..tickets import Ticket

PER_PAGE = 20
WALL = 12  # ideas on the projector

CATEGORIES = ("green", "traffic", "meeting", "play", "clean", "safety", "culture", "service", "other")
SORTS = ("newest", "support", "random")


class Closed(Exception):
    """No stop is open, so nothing can be left at the moment."""


class Reused(Exception):
    """The form was sent before with other words; the first version is stored."""


@dataclass(frozen=True)
class Question:
    """Which ideas somebody wants to see."""

    stop_id: str = ""
    words: str = ""
    category: str = ""
    sort: str = "newest"
    answered: bool = False
    number: int = 1


IDEA = """
    SELECT ideas.rowid, ideas.*,
        (SELECT coalesce(sum(strokes), 0) FROM supports
         WHERE idea_id = ideas.id OR idea_id IN (SELECT id FROM ideas AS twin WHERE twin.merged_into = ideas.id)) AS support,
        (SELECT count(*) FROM comments WHERE idea_id = ideas.id AND comments.state = 'visible') AS comment_count,
        answers.status, answers.body AS answer, answers.office, answers.at AS answered_at
    FROM ideas LEFT JOIN answers ON answers.tbl = 'ideas' AND answers.rid = ideas.id
"""


def submit(
    conn: sqlite3.Connection, ticket: Ticket, idea: dict[str, Any], sealed_contact: list[str] | None = None
) -> None:
    """Store an idea for the open stop. Sending the same form again changes nothing. Raises Closed, Reused."""
    before = conn.execute("SELECT title, body FROM ideas WHERE id = ?", [ticket.id]).fetchone()
    if before:
        if (before["title"], before["body"]) != (idea["title"], idea["body"]):
            raise Reused
        return
    _insert(conn, {"id": ticket.id, "receipt": ticket.receipt, **idea})
    if sealed_contact:
        journal.save(
            conn, "contacts", {"id": ticket.id, "sealed": json.dumps(sealed_contact), "at": clock.quarter()}
        )


def enter_paper(conn: sqlite3.Connection, card: dict[str, Any], who: str) -> str:
    """Store an idea from a paper card with its support strokes. Repeating an id changes nothing. Raises Closed."""
    if conn.execute("SELECT 1 FROM ideas WHERE id = ?", [card["id"]]).fetchone():
        return card["id"]
    strokes = card.pop("strokes")
    _insert(conn, {**card, "channel": "paper", "entered_by": who})
    if strokes:
        row = {"id": ids.new_id(), "idea_id": card["id"], "strokes": strokes, "channel": "paper", "at": clock.quarter()}
        journal.save(conn, "supports", row)
    return card["id"]


def support(conn: sqlite3.Connection, idea_id: str) -> None:
    """Count one more support for a visible idea. Raises Closed for any other."""
    if one(conn, idea_id) is None:
        raise Closed
    row = {"id": ids.new_id(), "idea_id": idea_id, "strokes": 1, "channel": "phone", "at": clock.quarter()}
    journal.save(conn, "supports", row)


def comment(conn: sqlite3.Connection, ticket: Ticket, idea_id: str, words: dict[str, Any]) -> None:
    """Store a comment on a visible idea. Sending the same form again changes nothing. Raises Closed, Reused."""
    before = conn.execute("SELECT body FROM comments WHERE id = ?", [ticket.id]).fetchone()
    if before:
        if before["body"] != words["body"]:
            raise Reused
        return
    if one(conn, idea_id) is None:
        raise Closed
    row = {"id": ticket.id, "idea_id": idea_id, "receipt": ticket.receipt, "at": clock.quarter(), **words}
    journal.save(conn, "comments", row)


def report(conn: sqlite3.Connection, idea_id: str, comment_id: str | None, reason: str) -> None:
    """Tell the team about an idea or a comment that should not stand here."""
    conn.execute(
        "INSERT INTO reports (id, idea_id, comment_id, reason, at) VALUES (?, ?, ?, ?, ?)",
        [ids.new_id(), idea_id, comment_id, reason, clock.quarter()],
    )


def one(conn: sqlite3.Connection, idea_id: str) -> dict[str, Any] | None:
    """A visible idea with its support and answer; for a merged one, the idea it went into."""
    row = conn.execute(IDEA + "WHERE ideas.id = ? AND ideas.state = 'visible'", [idea_id]).fetchone()
    if row and row["merged_into"]:
        return one(conn, row["merged_into"])
    return dict(row) if row else None


def exists(conn: sqlite3.Connection, table: str, rid: str) -> bool:
    """Whether there is such an idea or comment, hidden or not."""
    return conn.execute(f"SELECT 1 FROM {table} WHERE id = ?", [rid]).fetchone() is not None


def comments(conn: sqlite3.Connection, idea_id: str) -> list[dict[str, Any]]:
    """The visible comments on an idea and on those merged into it, oldest first."""
    rows = conn.execute(
        """
        SELECT * FROM comments
        WHERE state = 'visible' AND (idea_id = :id OR idea_id IN (SELECT id FROM ideas WHERE merged_into = :id))
        ORDER BY rowid
        """,
        {"id": idea_id},
    )
    return [dict(row) for row in rows]


def listing(conn: sqlite3.Connection, question: Question) -> tuple[list[dict[str, Any]], int]:
    """One page of visible ideas and how many there are in all."""
    where = ["ideas.state = 'visible'", "ideas.merged_into IS NULL"]
    if question.stop_id:
        where.append("ideas.stop_id = :stop_id")
    if question.category:
        where.append("ideas.category = :category")
    if question.answered:
        where.append("(ideas.reply <> '' OR ideas.id IN (SELECT rid FROM answers WHERE tbl = 'ideas'))")
    terms = search.words(question.words)
    if terms:
        where.append("ideas.rowid IN (SELECT rowid FROM ideas_search WHERE words MATCH :query)")
    order = {
        "newest": "ideas.rowid DESC",
        "support": "support DESC, ideas.rowid DESC",
        # The ids are random; which of their characters decide changes with the day, so nobody is always last.
        "random": "substr(ideas.id, :from) || ideas.id",
    }[question.sort]
    values = {
        "stop_id": question.stop_id,
        "category": question.category,
        "query": search.every(terms),
        "from": clock.today().toordinal() % (ids.ID_LENGTH - 3) + 1,
        "limit": PER_PAGE,
        "offset": (question.number - 1) * PER_PAGE,
    }
    condition = " AND ".join(where)
    total = conn.execute(f"SELECT count(*) FROM ideas WHERE {condition}", values).fetchone()[0]
    rows = conn.execute(f"{IDEA} WHERE {condition} ORDER BY {order} LIMIT :limit OFFSET :offset", values)
    return [dict(row) for row in rows], total


def similar(conn: sqlite3.Connection, words: str, limit: int = 3) -> list[dict[str, Any]]:
    """Visible ideas of the open stop about the same thing: they share most telling words."""
    terms = search.telling_words(words)[:12]
    if not terms:
        return []
    rows = conn.execute(
        f"""
        {IDEA} JOIN ideas_search ON ideas_search.rowid = ideas.rowid
        WHERE ideas_search.words MATCH ? AND ideas.state = 'visible' AND ideas.merged_into IS NULL
            AND ideas.stop_id = (SELECT id FROM open_stop)
        ORDER BY ideas_search.rank LIMIT 12
        """,
        [search.some(terms)],
    )
    enough = max(1, round(len(terms) * 0.6))
    found = []
    for row in rows:
        text = search.fold(f"{row['title']} {row['body']}")
        if sum(term in text for term in terms) >= enough:
            found.append(dict(row))
    return found[:limit]


def count(conn: sqlite3.Connection) -> int:
    """How many visible ideas the open stop has."""
    return conn.execute(
        "SELECT count(*) FROM ideas WHERE stop_id = (SELECT id FROM open_stop) AND state = 'visible'"
    ).fetchone()[0]


def idea_by_receipt(conn: sqlite3.Connection, receipt: str) -> dict[str, Any] | None:
    """The idea this receipt belongs to, hidden or not; `main` is the one it was merged into."""
    row = conn.execute(IDEA + "WHERE ideas.receipt = ?", [receipt]).fetchone()
    if row is None:
        return None
    idea = dict(row)
    idea["main"] = one(conn, idea["merged_into"]) if idea["merged_into"] else None
    idea["promised"] = conn.execute("SELECT answer_by FROM stops WHERE id = ?", [idea["stop_id"]]).fetchone()[0]
    return idea


def correct(conn: sqlite3.Connection, idea_id: str, words: dict[str, Any]) -> None:
    """Replace title and text with what the owner meant; the old words leave the journal, too."""
    journal.forget(conn, "ideas", idea_id)
    journal.save(conn, "ideas", {"id": idea_id, **words, "on_wall": 0})
    _unindex(conn, idea_id)
    _index(conn, idea_id)


def withdraw(conn: sqlite3.Connection, idea_id: str) -> None:
    """Erase an idea with its contact, its comments and its supports, from tables, index and journal."""
    for table, column in (("supports", "idea_id"), ("comments", "idea_id"), ("contacts", "id")):
        for (rid,) in conn.execute(f"SELECT id FROM {table} WHERE {column} = ?", [idea_id]).fetchall():
            journal.erase(conn, table, rid)
    _unindex(conn, idea_id)
    journal.erase(conn, "ideas", idea_id)


def comment_by_receipt(conn: sqlite3.Connection, receipt: str) -> dict[str, Any] | None:
    """The comment this receipt belongs to, with the idea it is about."""
    row = conn.execute("SELECT * FROM comments WHERE receipt = ?", [receipt]).fetchone()
    return dict(row) | {"idea": one(conn, row["idea_id"])} if row else None


def correct_comment(conn: sqlite3.Connection, comment_id: str, words: dict[str, Any]) -> None:
    """Replace a comment's words; the old ones leave the journal, too."""
    journal.forget(conn, "comments", comment_id)
    journal.save(conn, "comments", {"id": comment_id, **words})


def withdraw_comment(conn: sqlite3.Connection, comment_id: str) -> None:
    """Erase a comment."""
    journal.erase(conn, "comments", comment_id)


def hide(conn: sqlite3.Connection, table: str, rid: str, because: str, who: str) -> None:
    """Take an idea or a comment from view, with a reason; `show` brings it back."""
    extra = {"on_wall": 0} if table == "ideas" else {}
    journal.save(conn, table, {"id": rid, "state": "hidden", "hidden_because": because, **extra})
    journal.log(conn, who, "hide", table, rid, because)
    settle(conn, rid)


def show(conn: sqlite3.Connection, table: str, rid: str, who: str) -> None:
    """Bring a hidden idea or comment back into view."""
    journal.save(conn, table, {"id": rid, "state": "visible", "hidden_because": ""})
    journal.log(conn, who, "show", table, rid)


def merge(conn: sqlite3.Connection, idea_id: str, into: str, who: str) -> None:
    """Let an idea count for another that says the same; both receipts stay valid. Raises Closed when there is no such other."""
    main = one(conn, into)
    if main is None or main["id"] == idea_id:
        raise Closed
    for (twin,) in conn.execute("SELECT id FROM ideas WHERE merged_into = ?", [idea_id]).fetchall():
        journal.save(conn, "ideas", {"id": twin, "merged_into": main["id"]})
    journal.save(conn, "ideas", {"id": idea_id, "merged_into": main["id"], "on_wall": 0})
    journal.log(conn, who, "merge", "ideas", idea_id, main["id"])


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


def settle(conn: sqlite3.Connection, rid: str) -> None:
    """Close the reports about an idea or a comment."""
    conn.execute("UPDATE reports SET settled = 1 WHERE comment_id = :rid OR (idea_id = :rid AND comment_id IS NULL)", {"rid": rid})


def wall(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """What the projector shows: ideas of the open stop that a facilitator let through, newest first."""
    rows = conn.execute(
        f"{IDEA} WHERE ideas.on_wall AND ideas.state = 'visible' AND ideas.stop_id = (SELECT id FROM open_stop) "
        "ORDER BY ideas.rowid DESC LIMIT ?",
        [WALL],
    )
    return [dict(row) for row in rows]


def open_reports(conn: sqlite3.Connection) -> int:
    """How many reports wait for the team."""
    return conn.execute("SELECT count(*) FROM reports WHERE NOT settled").fetchone()[0]


def waiting_for_wall(conn: sqlite3.Connection) -> int:
    """How many ideas of the open stop nobody has let onto the projector."""
    return conn.execute(f"SELECT count(*) FROM ideas WHERE {_PILES['wall']}").fetchone()[0]


def unanswered(conn: sqlite3.Connection) -> int:
    """How many ideas have no answer yet."""
    return conn.execute(f"SELECT count(*) FROM ideas WHERE {_PILES['unanswered']}").fetchone()[0]


_PILES = {
    "wall": "ideas.state = 'visible' AND NOT ideas.on_wall AND ideas.merged_into IS NULL "
    "AND ideas.stop_id = (SELECT id FROM open_stop)",
    "unanswered": "ideas.state = 'visible' AND ideas.reply = '' AND ideas.merged_into IS NULL "
    "AND ideas.id NOT IN (SELECT rid FROM answers WHERE tbl = 'ideas')",
    "hidden": "ideas.state = 'hidden'",
    "merged": "ideas.merged_into IS NOT NULL",
    "reports": "ideas.id IN (SELECT idea_id FROM reports WHERE NOT settled)",
}
PILES = tuple(_PILES)


def pile(conn: sqlite3.Connection, name: str, limit: int = 100) -> list[dict[str, Any]]:
    """What waits on one of the desk's piles, oldest first, each with its open reports and comments."""
    found = []
    for row in conn.execute(f"{IDEA} WHERE {_PILES[name]} ORDER BY ideas.rowid LIMIT ?", [limit]).fetchall():
        idea = dict(row)
        idea["reports"] = conn.execute(
            "SELECT * FROM reports WHERE idea_id = ? AND NOT settled ORDER BY rowid", [idea["id"]]
        ).fetchall()
        idea["comments"] = conn.execute(
            "SELECT * FROM comments WHERE idea_id = ? ORDER BY rowid", [idea["id"]]
        ).fetchall()
        found.append(idea)
    return found


def _insert(conn: sqlite3.Connection, idea: dict[str, Any]) -> None:
    stop = conn.execute("SELECT id FROM open_stop").fetchone()
    if stop is None:
        raise Closed
    journal.save(conn, "ideas", {"stop_id": stop["id"], "at": clock.quarter(), **idea})
    _index(conn, idea["id"])


def _index(conn: sqlite3.Connection, idea_id: str) -> None:
    row = conn.execute("SELECT rowid, title, body FROM ideas WHERE id = ?", [idea_id]).fetchone()
    words = search.fold(f"{row['title']} {row['body']}")
    conn.execute("INSERT INTO ideas_search (rowid, words) VALUES (?, ?)", [row["rowid"], words])


def _unindex(conn: sqlite3.Connection, idea_id: str) -> None:
    conn.execute("DELETE FROM ideas_search WHERE rowid = (SELECT rowid FROM ideas WHERE id = ?)", [idea_id])
    conn.execute("INSERT INTO ideas_search (ideas_search) VALUES ('optimize')")  # or the words stay in old segments
