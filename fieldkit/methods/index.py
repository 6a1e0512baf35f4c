"""Searching the cards the way German is written, and mistyped."""

import difflib
import re
import sqlite3
import threading
from dataclasses import dataclass

from .. import search
from ..i18n import N_, speaking
from ..i18n import gettext as _
from .cards import Card, language
from .vocabulary import GOALS, MATERIAL, PHASES

MOST_TERMS = 8  # words of a question that are looked at
ALIKE = 0.75  # how much of a mistyped word must agree
WEIGHTS = "10, 5, 4, 1"  # of a hit in title, short text, labels, body

PLACES = {
    "title": N_("Treffer im Titel: %(words)s"),
    "short": N_("Treffer in der Kurzbeschreibung: %(words)s"),
    "label": N_("Treffer im Stichwort: %(words)s"),
    "body": N_("Treffer im Text: %(words)s"),
}
"""Where a word can be found, the telling places first."""


@dataclass(frozen=True)
class Hit:
    """A card that was found."""

    card: Card
    where: tuple[str, ...]
    """Sentences that say where the words stand."""


@dataclass(frozen=True)
class _Line:
    place: str
    language: str
    text: str
    folded: str


class Index:
    """An FTS5 trigram index of cards, in memory."""

    def __init__(self, cards: list[Card]) -> None:
        """Index all cards."""
        self._cards = cards
        self._lines = [_lines(card) for card in cards]
        self._words = {word for lines in self._lines for line in lines for word in re.findall(r"\w{3,}", line.folded)}
        self._lock = threading.Lock()  # one connection for all threads; a question takes a tenth of a millisecond
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(f"CREATE VIRTUAL TABLE cards USING fts5({', '.join(PLACES)}, tokenize='trigram')")
        for number, lines in enumerate(self._lines):
            columns = ["\n".join(line.folded for line in lines if line.place == place) for place in PLACES]
            self._db.execute("INSERT INTO cards (rowid, title, short, label, body) VALUES (?, ?, ?, ?, ?)", [number, *columns])

    def search(self, question: str) -> tuple[list[Hit], bool]:
        """Cards that answer the question, best first, and whether they have all of its words; if none has, those with some."""
        likes = [self._like(term) for term in _terms(question)]
        known = [like for like in likes if like]
        found = self._ask(known, " AND ") if len(known) == len(likes) else []
        every = bool(found) or not known
        found = found or self._ask(known, " OR ")
        return [Hit(self._cards[number], self._where(number, known)) for number in found], every

    def _ask(self, likes: list[list[str]], joint: str) -> list[int]:
        if not likes:
            return []
        query = joint.join(f"({search.some(like)})" for like in likes)
        with self._lock:
            rows = self._db.execute(f"SELECT rowid FROM cards WHERE cards MATCH ? ORDER BY bm25(cards, {WEIGHTS})", [query])
            return [row[0] for row in rows]

    def _like(self, term: str) -> list[str]:
        """The term, if some card has it; else the words most like it, else what is known of its beginning or inside it."""
        if self._known(term):
            return [term]
        near = [word for word in self._words if abs(len(word) - len(term)) <= 3]
        most = max(5, len(term) * 3 // 5)  # letters: less of a word says nothing
        inside = [term[:end] for end in range(len(term) - 1, most - 1, -1) if self._known(term[:end])]
        inside += [word for word in self._words if len(word) >= most and word in term]
        return difflib.get_close_matches(term, near, 3, ALIKE) or inside[:1]

    def _known(self, term: str) -> bool:
        return any(term in line.folded for lines in self._lines for line in lines)

    def _where(self, number: int, likes: list[list[str]]) -> tuple[str, ...]:
        """Where the words stand: the most telling place, in the language of the page if possible."""
        rank = {place: number for number, place in enumerate(PLACES)}
        sentences = []
        for like in likes:
            lines = [line for line in self._lines[number] if any(word in line.folded for word in like)]
            if lines:
                line = min(lines, key=lambda line: (rank[line.place], line.language != language()))
                words = line.text if line.place in ("title", "label") else _excerpt(line.text, like)
                sentences.append(_(PLACES[line.place], words=words))
        return tuple(dict.fromkeys(sentences))


def tight(text: str) -> str:
    """Text as it is compared here: folded, and without hyphens, so that 6-3-5 and 635, Check-in and Checkin are the same.

    >>> tight("Wie-können-wir")
    'wiekonnenwir'
    """
    return re.sub(r"[-\u00ad\u2010\u2011]", "", search.fold(text))


def _terms(question: str) -> list[str]:
    found = list(dict.fromkeys(word for word in re.findall(r"\w+", tight(question)) if len(word) >= search.SHORTEST))
    return [word for word in found if word not in search.STOP_WORDS][:MOST_TERMS] or found[:MOST_TERMS]


def _lines(card: Card) -> list[_Line]:
    lines = []
    for code in ("de", "en"):
        with speaking(code):
            labels = [(word, _(labels[word])) for words, labels in _vocabularies(card) for word in words]
        title, short = card.title[code], card.short[code]
        # "Worldcafé" finds "World Café".
        lines.append(_Line("title", code, title, f"{tight(title)} {tight(title).replace(' ', '')}"))
        lines.append(_Line("short", code, short, tight(short)))
        lines += [_Line("label", code, label, f"{tight(label)} {tight(word)}") for word, label in labels]
        texts = [f"{step.title[code]}: {step.text[code]}" for step in card.steps]
        texts += [
            line.strip("- ") for _heading, text in card.sections[code].values() for line in text.split("\n") if line.strip()
        ]
        lines += [_Line("body", code, text.replace("**", ""), tight(text)) for text in texts]
    lines.append(_Line("title", "de", card.title["leicht"], f"{tight(card.title['leicht'])} {tight(card.id)}"))
    lines.append(_Line("short", "de", card.short["leicht"], tight(card.short["leicht"])))
    return lines


def _vocabularies(card: Card) -> tuple[tuple[tuple[str, ...], dict[str, str]], ...]:
    return (card.phases, PHASES), (card.goals, GOALS), (card.material, MATERIAL)


def _excerpt(text: str, words: list[str]) -> str:
    """The words around the first one that was meant."""
    tokens = text.split()
    at = next((i for i, token in enumerate(tokens) if any(word in tight(token) for word in words)), 0)
    start, end = max(0, at - 3), at + 4
    return f"{'… ' if start else ''}{' '.join(tokens[start:end])}{' …' if end < len(tokens) else ''}"
