"""What stands on the printed card of a method."""

from sqlite3 import Connection
from typing import Any

from ..i18n import gettext as _
from .cards import language, simple
from .reading import pieces, places, span
from .store import present
from .vocabulary import BARRIERS, DIRECTIONS, LEVELS, MATERIAL, PHASES, RESULTS, ROLES


def sheet(conn: Connection, method_id: str) -> dict[str, Any] | None:
    """A method as plain texts in the language of the page; None for an unknown one.

    `language` is that of the card's own texts; `steps` have `title`, `minutes`, `board` and `pieces` with `text` and whether it is `said`;
    `sections` have a `title` and `blocks` with `kind` ("p" or "li") and `text` in Markdown (nothing but **bold**).
    """
    catalogue = present(conn)
    card = catalogue.find(method_id)
    if card is None:
        return None
    spoken = language()
    return {
        "id": card.id,
        "language": spoken,
        "title": simple(card.title),
        "also": card.title[spoken] if simple(card.title) != card.title[spoken] else "",
        "short": simple(card.short),
        "phase": _(PHASES[card.phases[0]]),
        "direction": _(DIRECTIONS[card.direction]),
        "minutes": span(card.minutes),
        "before": card.before,
        "after": card.after,
        "group": span(card.group),
        "staff": card.staff,
        "places": places(card),
        "level": _(LEVELS[card.level]),
        "result": _(RESULTS[card.result]),
        "material": [_(MATERIAL[word]) for word in card.material],
        "roles": [_(ROLES[word]) for word in card.roles],
        "steps": [
            {
                "title": step.title[spoken],
                "minutes": step.minutes,
                "board": step.board,
                "pieces": [{"said": said, "text": text} for said, text in pieces(step.text[spoken])],
            }
            for step in card.steps
        ],
        "sections": {name: {"title": title, "blocks": _blocks(text)} for name, (title, text) in card.sections[spoken].items()},
        "barriers": [{"title": _(BARRIERS[word]), "text": texts[spoken]} for word, texts in card.barriers.items()],
        "privacy": card.privacy[spoken],
        "next": [simple(found.title) for found in map(catalogue.find, card.next) if found],
        "sources": [{"name": s.name, "url": s.url, "licence": s.licence} for s in card.sources],
    }


def _blocks(markdown: str) -> list[dict[str, str]]:
    return [
        {"kind": "li" if line.startswith("- ") else "p", "text": line.removeprefix("- ")}
        for line in map(str.strip, markdown.split("\n"))
        if line
    ]
