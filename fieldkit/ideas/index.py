"""The index that ideas are found by: trigrams of their folded words."""

import re
import sqlite3
from typing import Any

from .. import search


def containing(words: str) -> tuple[str, dict[str, Any]]:
    """The condition for ideas in which all these words occur, with its values."""
    long = search.words(words)
    # "WC" and "U8" are too short for the index, but not for people.
    short = {f"short{n}": word for n, word in enumerate(re.findall(r"\w+", search.fold(words))) if len(word) < search.SHORTEST}
    conditions = [f"instr(words, :{name})" for name in short] + (["words MATCH :query"] if long else [])
    if not conditions:
        return "true", {}
    found = f"ideas.number IN (SELECT rowid FROM ideas_search WHERE {' AND '.join(conditions)})"
    return found, {"query": search.every(long), **short}


def add(conn: sqlite3.Connection, idea_id: str) -> None:
    """Make an idea found by its words."""
    row = conn.execute("SELECT number, title, body FROM ideas WHERE id = ?", [idea_id]).fetchone()
    number = row["number"] or _number(conn, idea_id)
    words = search.fold(f"{row['title']} {row['body']}")
    conn.execute("INSERT INTO ideas_search (rowid, words) VALUES (?, ?)", [number, words])


def remove(conn: sqlite3.Connection, idea_id: str) -> None:
    """Take an idea's words out; `tidy` does so for good."""
    conn.execute("DELETE FROM ideas_search WHERE rowid = (SELECT number FROM ideas WHERE id = ?)", [idea_id])


def rebuild(conn: sqlite3.Connection) -> None:
    """Make the index agree with the ideas, after rows came or went without a word."""
    for (idea_id,) in conn.execute("SELECT id FROM ideas WHERE number IS NULL ORDER BY rowid").fetchall():
        _number(conn, idea_id)
    conn.execute("DELETE FROM ideas_search WHERE rowid NOT IN (SELECT number FROM ideas)")
    rows = conn.execute(
        "SELECT number, title, body, words FROM ideas LEFT JOIN ideas_search ON ideas_search.rowid = number"
    ).fetchall()
    for row in rows:
        words = search.fold(f"{row['title']} {row['body']}")
        if row["words"] is None:
            conn.execute("INSERT INTO ideas_search (rowid, words) VALUES (?, ?)", [row["number"], words])
        elif row["words"] != words:
            conn.execute("UPDATE ideas_search SET words = ? WHERE rowid = ?", [words, row["number"]])


def tidy(conn: sqlite3.Connection) -> None:
    """Merge the index: until then, words that were taken out stay in its old segments. A second for 30,000 ideas."""
    conn.execute("INSERT INTO ideas_search (ideas_search) VALUES ('optimize')")


def _number(conn: sqlite3.Connection, idea_id: str) -> int:
    """Give an idea its place in the index."""
    numbered = "UPDATE ideas SET number = (SELECT coalesce(max(number), 0) + 1 FROM ideas) WHERE id = ? RETURNING number"
    return conn.execute(numbered, [idea_id]).fetchall()[0]["number"]
