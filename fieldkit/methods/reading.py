"""How a card reads, on the screen and on paper."""

import re
from functools import cache
from typing import Any

from markupsafe import Markup

from ..i18n import gettext as _
from . import vocabulary
from .cards import Card, language, simple

# A whole sentence in quotation marks after a colon is one to be said aloud: Frag: „Was fällt euch auf?“
SPOKEN = re.compile(r"(?<=: )(„[^“]+[.?!…]“|“[^”]+[.?!…]”)(?= [^a-zäöü]|$)")


def html(markdown: str) -> Markup:
    """Markdown as HTML. HTML inside it is shown as text, never run."""
    return Markup(_renderer().render(markdown))  # noqa: S704 - html=False escapes what is not Markdown


def pieces(text: str) -> list[tuple[bool, str]]:
    """A step cut into what to do and what to say: whether it is said aloud, and the text."""
    return [(number % 2 == 1, part.strip()) for number, part in enumerate(SPOKEN.split(text)) if part.strip()]


def span(pair: tuple[int, int]) -> str:
    """Least and most as people write them, such as 10–15; one number if they are the same."""
    return f"{pair[0]}–{pair[1]}" if pair[0] != pair[1] else str(pair[0])


def places(card: Card) -> str:
    """Where a method works."""
    return ", ".join(_(vocabulary.PLACES[place]) for place in card.places)


def words_for_cards() -> dict[str, Any]:
    """What templates/methods/_card.html needs beside the card."""
    return {
        "words": vocabulary, "simple": simple, "span": span, "places": places, "spoken": language(), "html": html, "pieces": pieces,
    }  # fmt: skip


@cache
def _renderer() -> Any:
    from markdown_it import MarkdownIt  # takes longer to import than the kit may spend on it at start

    return MarkdownIt("commonmark", {"html": False})
