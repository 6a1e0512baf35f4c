"""Ideas in SQL, as visitors leave and read them. Knows the database, never the web."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from .. import blobs, clock, ids, journal, search
from ..tickets import Ticket
from . import index

PER_PAGE = 20
TITLE = 120  # characters
WALL = 60  # ideas that take turns on the projector

CATEGORIES = ("green", "traffic", "meeting", "play", "clean", "safety", "culture", "service", "other")
SORTS = ("newest", "support", "random")


class Closed(Exception):
    """Nothing can be left here: no stop is open, or what it is about is closed or gone."""


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


# What was merged into an idea counts for it. Two sums, not one with OR: that takes four times as long.
SUPPORT = """(
    (SELECT coalesce(sum(strokes), 0) FROM supports WHERE idea_id = ideas.id) +
    (SELECT coalesce(sum(strokes), 0) FROM ideas AS twin JOIN supports ON idea_id = twin.id WHERE twin.merged_into = ideas.id)
)"""
IDEA = f"""
    SELECT ideas.rowid, ideas.*, stops.place AS stop_place, stops.answer_by AS promised, stops.state = 'open' AS open,
        {SUPPORT} AS support,
        (SELECT count(*) FROM comments WHERE comments.state = 'visible' AND (idea_id = ideas.id
         OR idea_id IN (SELECT id FROM ideas AS twin WHERE twin.merged_into = ideas.id))) AS comment_count,
        answers.status, answers.body AS answer, answers.office, answers.at AS answered_at
    FROM ideas JOIN stops ON stops.id = ideas.stop_id
        LEFT JOIN answers ON answers.tbl = 'ideas' AND answers.rid = ideas.id
"""


def submit(conn: sqlite3.Connection, ticket: Ticket, idea: dict[str, Any], sealed_contact: str | None = None) -> None:
    """Store an idea for the open stop. Sending the same form again changes nothing. Raises Closed, Reused."""
    if _sent_before(conn, "ideas", ticket, idea):
        return
    insert(conn, {"id": ticket.id, "receipt": ticket.receipt, **idea})
    if sealed_contact:
        row = {"id": ticket.id, "sealed": sealed_contact, "at": clock.quarter()}
        journal.save(conn, "contacts", row)


def enter_paper(conn: sqlite3.Connection, card: dict[str, Any], who: str) -> str:
    """Store an idea from a paper card with its support strokes. Repeating an id changes nothing. Raises Closed."""
    if exists(conn, "ideas", card["id"]):
        return card["id"]
    idea = {key: value for key, value in card.items() if key not in ("strokes", "photo")}
    if card.get("photo"):
        idea["photo_sha256"] = blobs.keep(conn, card["photo"])
    insert(conn, {**idea, "channel": "paper", "entered_by": who})
    if card["strokes"]:
        _count(conn, card["id"], card["strokes"], "paper")
    return card["id"]


def take_note(conn: sqlite3.Connection, note: dict[str, Any], who: str) -> bool:
    """Make an idea of a note from a workshop, under the same id; False without an open stop. Repeating an id changes nothing."""
    if exists(conn, "ideas", note["id"]):
        return True
    title, body = headed(note["text"])
    try:
        insert(conn, {"id": note["id"], "title": title, "body": body, "origin": note["origin"], "entered_by": who})
    except Closed:
        return False
    return True


def headed(text: str) -> tuple[str, str]:
    """A text as a title and what it does not hold: a short text is a title alone."""
    first, _, rest = text.strip().partition("\n")
    if len(first) <= TITLE:
        return first.strip(), rest.strip()
    return first[: TITLE - 1].rsplit(" ", 1)[0] + "…", text.strip()


def insert(conn: sqlite3.Connection, idea: dict[str, Any]) -> None:
    """Store an idea as it is, for the open stop unless it names another. Raises Closed."""
    stop = conn.execute("SELECT id FROM open_stop").fetchone()
    if stop is None:
        raise Closed
    journal.save(conn, "ideas", {"stop_id": stop["id"], "at": clock.quarter(), **idea})
    index.add(conn, idea["id"])


def support(conn: sqlite3.Connection, idea_id: str) -> None:
    """Count one more support for an idea of the open stop. Raises Closed for any other."""
    _expect_open(conn, idea_id)
    _count(conn, idea_id, 1, "phone")


def comment(conn: sqlite3.Connection, ticket: Ticket, idea_id: str, words: dict[str, Any]) -> None:
    """Store a comment on an idea of the open stop. Sending the same form again changes nothing. Raises Closed, Reused."""
    if _sent_before(conn, "comments", ticket, words):
        return
    _expect_open(conn, idea_id)
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


def asked_at(conn: sqlite3.Connection, stop_id: str) -> dict[str, Any] | None:
    """Place, question, promise and state of the stop whose ideas are listed."""
    row = conn.execute("SELECT id, place, question, answer_by, state FROM stops WHERE id = ?", [stop_id]).fetchone()
    return dict(row) if row else None


def listing(conn: sqlite3.Connection, question: Question) -> tuple[list[dict[str, Any]], int]:
    """One page of visible ideas and how many there are in all."""
    where = ["ideas.state = 'visible'", "ideas.merged_into IS NULL"]
    if question.stop_id:
        where.append("ideas.stop_id = :stop_id")
    if question.category:
        where.append("ideas.category = :category")
    if question.answered:
        where.append("(ideas.reply <> '' OR ideas.id IN (SELECT rid FROM answers WHERE tbl = 'ideas'))")
    condition, values = index.containing(question.words)
    order = {
        "newest": "ideas.rowid DESC",
        "support": f"{SUPPORT} DESC, ideas.rowid DESC",
        # The ids are random; which of their characters decide changes with the day, so nobody is always last.
        "random": "substr(ideas.id, :from) || ideas.id",
    }[question.sort]
    values |= {
        "stop_id": question.stop_id,
        "category": question.category,
        "from": clock.today().toordinal() % (ids.ID_LENGTH - 3) + 1,
    }
    return one_page(conn, " AND ".join([*where, condition]), order, values, question.number)


def one_page(
    conn: sqlite3.Connection, condition: str, order: str, values: dict[str, Any], number: int, size: int = PER_PAGE
) -> tuple[list[dict[str, Any]], int]:
    """Page `number` of the ideas under a condition, and how many there are in all."""
    total = conn.execute(f"SELECT count(*) FROM ideas WHERE {condition}", values).fetchone()[0]
    values = values | {"limit": size, "offset": (number - 1) * size}
    # First which, then what: sums and counts are made for one page of ideas, not for all.
    which = f"SELECT ideas.rowid FROM ideas WHERE {condition} ORDER BY {order} LIMIT :limit OFFSET :offset"
    rows = conn.execute(f"{IDEA} WHERE ideas.rowid IN ({which}) ORDER BY {order}", values)
    return [dict(row) for row in rows], total


def similar(conn: sqlite3.Connection, words: str, limit: int = 3) -> list[dict[str, Any]]:
    """Visible ideas of the open stop about the same thing: they share most telling words."""
    terms = search.telling_words(words)[:12]
    if not terms:
        return []
    rows = conn.execute(
        f"""
        {IDEA} WHERE ideas.rowid IN (
            SELECT ideas.rowid FROM ideas_search JOIN ideas ON ideas.number = ideas_search.rowid
            WHERE ideas_search.words MATCH ? AND ideas.state = 'visible' AND ideas.merged_into IS NULL
                AND ideas.stop_id = (SELECT id FROM open_stop)
            ORDER BY ideas_search.rank LIMIT 12
        )
        """,
        [search.some(terms)],
    )
    texts = {row: search.fold(f"{row['title']} {row['body']}") for row in rows}
    shared = {row: sum(term in text for term in terms) for row, text in texts.items()}
    enough = -(-len(terms) * 3 // 5)
    found = sorted((row for row in shared if shared[row] >= enough), key=lambda row: -shared[row])
    return [dict(row) for row in found[:limit]]


def count(conn: sqlite3.Connection) -> int:
    """How many ideas the open stop shows."""
    shown = "state = 'visible' AND merged_into IS NULL"
    return conn.execute(f"SELECT count(*) FROM ideas WHERE stop_id = (SELECT id FROM open_stop) AND {shown}").fetchone()[0]


def wall(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """What the projector shows: ideas of the open stop that a facilitator let through, newest first."""
    rows = conn.execute(
        f"{IDEA} WHERE ideas.on_wall AND ideas.state = 'visible' AND ideas.merged_into IS NULL AND stops.state = 'open' "
        "ORDER BY ideas.rowid DESC LIMIT ?",
        [WALL],
    )
    return [dict(row) for row in rows]


def idea_by_receipt(conn: sqlite3.Connection, receipt: str) -> dict[str, Any] | None:
    """The idea this receipt belongs to, hidden or not; `main` is the one it was merged into."""
    row = conn.execute(IDEA + "WHERE ideas.receipt = ?", [receipt]).fetchone()
    if row is None:
        return None
    return dict(row) | {"main": one(conn, row["merged_into"]) if row["merged_into"] else None}


def correct(conn: sqlite3.Connection, idea_id: str, words: dict[str, Any]) -> None:
    """Replace title and text with what the owner meant; the old words leave the journal, too."""
    journal.forget(conn, "ideas", idea_id)
    # What a facilitator let onto the projector were the old words.
    journal.save(conn, "ideas", {"id": idea_id, **words, "on_wall": 0})
    index.remove(conn, idea_id)
    index.add(conn, idea_id)


def withdraw(conn: sqlite3.Connection, idea_id: str) -> None:
    """Erase an idea with its contact, its comments and its supports, from tables, index and journal."""
    for (twin,) in conn.execute("SELECT id FROM ideas WHERE merged_into = ?", [idea_id]).fetchall():
        journal.save(conn, "ideas", {"id": twin, "merged_into": None})  # somebody else's: it stands on its own again
    for table, column in (("supports", "idea_id"), ("comments", "idea_id"), ("contacts", "id")):
        for (rid,) in conn.execute(f"SELECT id FROM {table} WHERE {column} = ?", [idea_id]).fetchall():
            journal.erase(conn, table, rid)
    index.remove(conn, idea_id)
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


def _sent_before(conn: sqlite3.Connection, table: str, ticket: Ticket, words: dict[str, Any]) -> bool:
    row = conn.execute(f"SELECT * FROM {table} WHERE id = ?", [ticket.id]).fetchone()
    if row and any(row[key] != words[key] for key in ("title", "body") if key in words):
        raise Reused
    return row is not None


def _expect_open(conn: sqlite3.Connection, idea_id: str) -> None:
    idea = one(conn, idea_id)
    if idea is None or not idea["open"]:
        raise Closed


def _count(conn: sqlite3.Connection, idea_id: str, strokes: int, channel: str) -> None:
    row = {"id": ids.new_id(), "idea_id": idea_id, "strokes": strokes, "channel": channel, "at": clock.quarter()}
    journal.save(conn, "supports", row)
