"""Cards the hub published since take the place of those that came with the kit."""

from pathlib import Path

import pytest

from fieldkit.house import House
from fieldkit.methods import catalogue, store
from tests.conftest import Browser


def say(kit: House, name: str, text: str) -> None:
    """The hub publishes a card."""
    kit.db.write(store.hear, {"kind": "card", "tbl": "methods", "rid": name, "payload": {"text": text}})


@pytest.fixture
def dots(shelf: Path) -> str:
    """The dot voting card as it came."""
    return (shelf / "punktabfrage.md").read_text()


def test_a_changed_card_is_shown_found_and_printed(kit: House, visitor: Browser, dots: str) -> None:
    say(kit, "punktabfrage", dots.replace('de: "Punktabfrage"', 'de: "Klebepunkt-Wahl"', 1))
    assert "Klebepunkt-Wahl" in visitor.get("/methods/punktabfrage").text
    assert "Klebepunkt-Wahl" in visitor.get("/methods?q=Klebepunktwahl").text


def test_a_new_card_stands_beside_the_others(kit: House, visitor: Browser, dots: str) -> None:
    say(kit, "neue-karte", dots.replace("id: punktabfrage", "id: neue-karte", 1))
    assert {card.id for card in store.present(kit.db.read()).cards} == {"punktabfrage", "testkarte", "check-in", "neue-karte"}
    assert visitor.get("/methods/neue-karte").status_code == 200


def test_a_card_that_was_taken_out_is_gone_and_breaks_no_other(kit: House, visitor: Browser, dots: str) -> None:
    say(kit, "check-in", "")
    assert visitor.get("/methods/check-in").status_code == 404
    assert visitor.get("/methods/punktabfrage").status_code == 200  # it names the other as what comes next
    say(kit, "check-in", (catalogue.CARDS / "check-in.md").read_text())
    assert visitor.get("/methods/check-in").status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "Nur ein Satz.",
        "---\nid: punktabfrage\n---\n",
        "---\nniveau: 9\nneu: 1\n---\n# Deutsch\n",
        "---\nid: &a [x]\ntitel: *a\n---\n",
    ],
)
def test_a_card_this_release_does_not_understand_leaves_the_old_one(kit: House, visitor: Browser, dots: str, text: str) -> None:
    say(kit, "punktabfrage", text)
    assert "Punktabfrage" in visitor.get("/methods/punktabfrage").text
    assert len(store.present(kit.db.read()).cards) == 3
