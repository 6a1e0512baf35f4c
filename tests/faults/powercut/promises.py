"""What a kit promised: which words are stored, which are erased, and since when."""

import random
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

NEVER = 1 << 60
WORDS = "Bänke Schatten Spielplatz Wasser Radweg Kreuzung Licht Abend Mülleimer Grün Bäume Nachbarn Bibliothek laut Tempo".split()

IDEA = "SELECT title, body FROM ideas WHERE id = ?"
CONTACT = "SELECT sealed FROM contacts WHERE id = ?"
SUPPORT = "SELECT sum(strokes) FROM supports WHERE idea_id = ?"
COMMENT = "SELECT body FROM comments WHERE id = ?"
STOP = "SELECT partner, state FROM stops WHERE id = ?"
EPOCH = "SELECT 'begun' FROM journal WHERE epoch = ?"
GONE = None
UNSUPPORTED = (None,)


@dataclass
class Promise:
    """Everything the kit said about one thing, first word first, and how many steps were recorded when each was given."""

    question: str
    about: str
    said: list[list[Any]]

    def broken(self, conn: sqlite3.Connection, point: int) -> str:
        """What is wrong after a cut at `point`; may be found: the last words given before it, or some that were on their way."""
        row = conn.execute(self.question, [self.about]).fetchone()
        found = tuple(row) if row else GONE
        kept = found in [words for words, _ in self.said[self._last(point) :]]
        return "" if kept else f"{self.question} [{self.about}] is {found}, promised was {self.said}"

    def _last(self, point: int) -> int:
        return max(number for number, (_, given) in enumerate(self.said) if given <= point)


def words(length: int) -> str:
    """Words that nobody else leaves."""
    text = secrets.token_hex(10)
    while len(text) < length:
        text += " " + random.choice(WORDS)
    return text[:length]
