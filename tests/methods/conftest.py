"""A folder of cards to break, and a kit that speaks all three languages of the cards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldkit import config, i18n
from fieldkit.methods import catalogue

CARDS = config.folder("data") / "methods"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three sound cards that name one another."""
    folder = tmp_path / "methods"
    folder.mkdir()
    for name in ("punktabfrage", "testkarte", "check-in"):
        text = (CARDS / f"{name}.md").read_text()
        start = text.index("danach: [")
        following = "[check-in]" if name == "punktabfrage" else "[punktabfrage]"
        text = text[:start] + f"danach: {following}" + text[text.index("]", start) + 1 :]
        (folder / f"{name}.md").write_text(text)
    return folder


@pytest.fixture
def change(folder: Path) -> Callable[[str, str], int]:
    """Replaces some text of the dot voting card; returns the line where it stood."""

    def change(old: str, new: str) -> int:
        path = folder / "punktabfrage.md"
        text = path.read_text()
        assert text.count(old) >= 1, old
        path.write_text(text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1

    return change


@pytest.fixture
def shelf(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The kit's catalogue is this folder, read anew for this test."""
    monkeypatch.setattr(catalogue, "CARDS", folder)
    catalogue.catalogue.cache_clear()
    yield folder
    catalogue.catalogue.cache_clear()


@pytest.fixture
def polyglot(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Offers the languages the cards are written in, whatever catalogues there are."""
    monkeypatch.setattr(i18n, "offered", lambda: ("de", "de-simple", "en"))
    i18n.negotiate.cache_clear()
    yield
    i18n.negotiate.cache_clear()
