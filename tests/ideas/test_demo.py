"""The living example shows a newcomer everything that can happen to an idea."""

import re
import unicodedata
from collections import Counter
from typing import Any

import pytest

from fieldkit import ids, tickets
from fieldkit.answers import STATUSES
from fieldkit.house import House
from fieldkit.ideas import demo, moderation_store, store
from fieldkit.stops import store as stops_store
from fieldkit.storage import soundness


@pytest.fixture
def living(kit: House) -> House:
    """A kit with the examples of stops and ideas."""
    kit.db.write(stops_store.demo)
    kit.db.write(demo.fill)
    return kit


@pytest.fixture
def ideas(living: House) -> list[dict[str, Any]]:
    """Every example, in the order people came."""
    return [dict(row) for row in living.db.read().execute(f"{store.IDEA} ORDER BY ideas.rowid")]


def test_a_newcomer_finds_forty_ideas_in_every_category(ideas: list[dict[str, Any]]) -> None:
    assert len(ideas) == 40
    assert {idea["category"] for idea in ideas} == set(store.CATEGORIES)


def test_the_examples_are_in_the_journal_without_fault(living: House) -> None:
    assert list(soundness.journal_faults(living.db.read())) == []


def test_the_demo_code_opens_an_answered_idea(living: House) -> None:
    assert ids.read_code(demo.DEMO_CODE) == demo.DEMO_CODE
    assert tickets.receipt_of(demo.DEMO_CODE) == demo.DEMO_RECEIPT
    mine = store.idea_by_receipt(living.db.read(), tickets.receipt_of(demo.DEMO_CODE))
    assert mine is not None
    assert mine["answer"].startswith("Vielen Dank, das machen wir.")


def test_the_door_plate_tells_the_halls_the_demo_code(living: House) -> None:
    assert [room.demo_code for room in living.rooms if room.demo_code] == [demo.DEMO_CODE]


def test_the_earlier_stop_is_answered_and_the_open_one_is_not(living: House, ideas: list[dict[str, Any]]) -> None:
    stop = stops_store.current(living.db.read())
    earlier = [idea for idea in ideas if idea["stop_id"] != stop["id"]]
    assert len(earlier) == 6
    assert {idea["status"] for idea in earlier} == set(STATUSES)
    assert all(idea["answer"] and idea["office"] for idea in earlier)
    assert all(idea["status"] is None for idea in ideas if idea["stop_id"] == stop["id"])


def test_what_belongs_to_the_earlier_stop_happened_while_it_was_open(living: House, ideas: list[dict[str, Any]]) -> None:
    stops = {stop["id"]: stop for stop in stops_store.all_stops(living.db.read()) if stop["state"] == "closed"}
    for idea in ideas:
        if stop := stops.get(idea["stop_id"]):
            assert stop["starts_on"] <= idea["at"][:10] <= stop["ends_on"]
            assert stop["ends_on"] < idea["answered_at"][:10] <= stop["answer_by"]


def test_twelve_ideas_came_on_paper(ideas: list[dict[str, Any]]) -> None:
    cards = [idea for idea in ideas if idea["channel"] == "paper"]
    assert len({card["sheet"] for card in cards}) == 12
    assert all(card["entered_by"] for card in cards)


def test_the_desk_has_something_on_every_pile(living: House) -> None:
    conn = living.db.read()
    piles = {name: len(moderation_store.pile(conn, name)[0]) for name in moderation_store.PILES}
    assert piles["reports"] == 2
    assert piles["hidden"] == piles["merged"] == 1
    assert min(piles.values()) > 0
    assert len(store.wall(conn)) == 10
    assert conn.execute("SELECT count(*) FROM ideas WHERE reply <> ''").fetchone()[0] == 3


def test_some_ideas_are_loved_and_some_nobody_has_noticed_yet(ideas: list[dict[str, Any]]) -> None:
    supports = [idea["support"] for idea in ideas]
    assert (min(supports), max(supports)) == (0, 38)


def test_a_merged_twin_lends_its_support_to_the_first(living: House, ideas: list[dict[str, Any]]) -> None:
    [twin] = [idea for idea in ideas if idea["merged_into"]]
    assert store.one(living.db.read(), twin["id"])["title"] == "Mehr Bäume auf den Platz"


def test_somebody_wrote_from_right_to_left(ideas: list[dict[str, Any]]) -> None:
    assert Counter(unicodedata.bidirectional(idea["title"][0]) == "AL" for idea in ideas)[True] == 1


def test_the_examples_name_nobody_by_phone_or_mail(living: House) -> None:
    texts = "\n".join(row[0] for row in living.db.read().execute("SELECT title || body || place || reply FROM ideas"))
    texts += "\n".join(row[0] for row in living.db.read().execute("SELECT body || name FROM comments"))
    assert not re.search(r"@|\d[\d /-]{5,}\d", texts)
