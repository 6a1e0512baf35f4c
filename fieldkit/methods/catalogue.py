"""The catalogue of methods: read once, and again when the hub publishes cards; kept in memory."""

import logging
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from .. import config
from .cards import Card, read
from .index import Index

CARDS = config.folder("data") / "methods"

log = logging.getLogger(__name__)


class Catalogue:
    """The cards of one folder, and those the hub published since."""

    def __init__(self, folder: Path, published: Mapping[str, str]) -> None:
        """Read them; what is broken is left out and logged."""
        self.cards, problems = read(folder, published)
        self.by_id = {card.id: card for card in self.cards}
        for problem in problems:
            log.warning("Diese Methodenkarte bleibt weg, bis sie berichtigt ist. %s", problem)

    @cached_property
    def index(self) -> Index:
        """What searches them; made at the first search, because the kit should start quickly."""
        return Index(self.cards)

    def find(self, method_id: str) -> Card | None:
        """The method with this id."""
        return self.by_id.get(method_id)


def shipped() -> dict[str, str]:
    """The text of every card that came with this release, by id."""
    return {path.stem: path.read_text(encoding="utf-8-sig") for path in sorted(CARDS.glob("*.md"))}


@lru_cache(maxsize=2)
def catalogue(published: tuple[tuple[str, str], ...] = ()) -> Catalogue:
    """The methods that came with this kit, under those the hub published (id, text)."""
    return Catalogue(CARDS, dict(published))
