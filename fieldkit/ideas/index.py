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
    found = f"ideas.rowid IN (SELECT rowid FROM ideas_search WHERE {' AND '.join(conditions)})"
    return found, {"query": search.every(long), **short}


def add(conn: sqlite3.Connection, idea_id: str) -> None:
    """Make an idea found by its words."""
    row = conn.execute("SELECT rowid, title, body FROM ideas WHERE id = ?", [idea_id]).fetchone()
    words = search.fold(f"{row['title']} {row['body']}")
    conn.execute("INSERT INTO ideas_search (rowid, words) VALUES (?, ?)", [row["rowid"], words])


def remove(conn: sqlite3.Connection, idea_id: str) -> None:
    """Take an idea's words out for good."""
    conn.execute("DELETE FROM ideas_search WHERE rowid = (SELECT rowid FROM ideas WHERE id = ?)", [idea_id])
    conn.execute("INSERT INTO ideas_search (ideas_search) VALUES ('optimize')")  # or the words stay in old segments


def rebuild(conn: sqlite3.Connection) -> None:
    """Make the index agree with the ideas: after rows came or went without a word, and so that no word stays of those that are gone."""
    conn.execute("DELETE FROM ideas_search WHERE rowid NOT IN (SELECT rowid FROM ideas)")
    rows = conn.execute(
        "SELECT ideas.rowid, title, body, words FROM ideas LEFT JOIN ideas_search ON ideas_search.rowid = ideas.rowid"
    ).fetchall()
    for row in rows:
        words = search.fold(f"{row['title']} {row['body']}")
        if row["words"] is None:
            conn.execute("INSERT INTO ideas_search (rowid, words) VALUES (?, ?)", [row["rowid"], words])
        elif row["words"] != words:
            conn.execute("UPDATE ideas_search SET words = ? WHERE rowid = ?", [words, row["rowid"]])
    conn.execute("INSERT INTO ideas_search (ideas_search) VALUES ('optimize')")  # or the words stay in old segments
