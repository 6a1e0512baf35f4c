"""The method cards as the hub sees them: those that came with it, and under the same names what staff made of them."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ... import search
from . import store

TITLE = re.compile(r"^titel:.*?\bde:\s*(\"[^\"\n]+\"|'[^'\n]+'|[^\s,}\"'][^,}\n]*)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Craft:
    """What the room of the methods knows about cards; the floor plan hands it in."""

    shipped: Callable[[], dict[str, str]]
    """The text of every card that came with this release, by id."""
    read: Callable[[str, str, Collection[str]], tuple[Any, list[Any]]]
    """Name, text and the ids of all cards in; the card, or what is wrong with it, out."""
    words: Callable[[], dict[str, Any]]
    """What templates/methods/_card.html needs beside the card."""


@dataclass(frozen=True)
class Entry:
    """A card in the list."""

    id: str
    title: str
    text: str
    shipped: str
    """Its text as it came; empty for one that was written here."""
    row: dict[str, Any]
    """What the database says of it (store.NOTHING when it says nothing)."""

    @property
    def state(self) -> str:
        """draft, published, withdrawn or shipped."""
        as_it_came = self.shipped and self.row["state"] in ("", store.PUBLISHED) and self.text == self.shipped
        return "shipped" if as_it_came else self.row["state"]

    @property
    def away(self) -> bool:
        """Whether visitors do not see it."""
        return self.row["told"] == "" or (self.row["told"] is None and not self.shipped)


def entries(shipped: dict[str, str], rows: list[dict[str, Any]]) -> list[Entry]:
    """All cards by title."""
    known = {row["id"]: row for row in rows}
    found = [_entry(name, shipped.get(name, ""), known.get(name, store.NOTHING)) for name in shipped.keys() | known.keys()]
    return sorted(found, key=lambda entry: search.fold(entry.title))


def find(shipped: dict[str, str], row: dict[str, Any] | None, name: str) -> Entry | None:
    """The card with this id."""
    if row is None and name not in shipped:
        return None
    return _entry(name, shipped.get(name, ""), row or store.NOTHING)


def on_kits(shipped: Collection[str], rows: list[dict[str, Any]]) -> frozenset[str]:
    """The ids a card may name: of all cards that kits have."""
    return frozenset({*shipped, *(row["id"] for row in rows if row["told"] is not None)})


def matching(found: list[Entry], typed: str) -> list[Entry]:
    """Those in whose id or text all the words stand."""
    words = search.fold(typed).split()
    return [entry for entry in found if all(word in _folded(entry.id, entry.text) for word in words)]


def id_of(title: str) -> str:
    """The id of a new card: its title in small letters and hyphens."""
    german = title.lower().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"})
    letters = "".join(c for c in unicodedata.normalize("NFKD", german) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-")


def differing(stored: str, mine: str) -> list[tuple[bool, str]]:
    """The lines in which two texts differ: whether it is mine, and the line."""
    lines = list(difflib.unified_diff(stored.splitlines(), mine.splitlines(), n=0, lineterm=""))[2:]
    return [(line[0] == "+", line[1:]) for line in lines if line[0] in "+-" and line[1:].strip()]


def _entry(name: str, shipped: str, row: dict[str, Any]) -> Entry:
    text = row["body"] or shipped
    title = TITLE.search(text)
    return Entry(name, title[1].strip("\"' ") if title else name, text, shipped, row)


@lru_cache(maxsize=512)
def _folded(name: str, text: str) -> str:
    return search.fold(f"{name} {text}")
