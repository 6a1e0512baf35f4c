"""The catalogue of methods: read once, kept in memory."""

import logging
from functools import cache, cached_property
from pathlib import Path

from .. import config
from .cards import Card, read
from .index import Index

CARDS = config.folder("data") / "methods"

log = logging.getLogger(__name__)


class Catalogue:
    """The cards of one folder."""

    def __init__(self, folder: Path) -> None:
        """Read them; what is broken is left out and logged."""
        self.cards, problems = read(folder)
        self.by_id = {card.id: card for card in self.cards}
        for problem in problems:
            log.warning("Diese Methodenkarte bleibt weg, bis sie berichtigt ist. %s", problem)

    @cached_property
    def index(self) -> Index:
        """What searches them; made at the first search, because the kit should start quickly."""
        return Index(self.cards)


@cache
def catalogue() -> Catalogue:
    """The methods that came with this kit."""
    return Catalogue(CARDS)


def all_cards() -> list[Card]:
    """All methods, by title."""
    return catalogue().cards


def find(method_id: str) -> Card | None:
    """The method with this id."""
    return catalogue().by_id.get(method_id)
