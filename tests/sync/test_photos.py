"""Photos travel after the rows, resume in the middle, and go where the row goes."""

import hashlib
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from fieldkit import app, blobs, config, house, ids
from fieldkit.house import House
from fieldkit.hub import blobs as hub_blobs
from fieldkit.hub import tables
from fieldkit.hub.central import Central
from fieldkit.ideas import store as ideas
from fieldkit.sync import Failed, handover, photos, store

Card = Callable[..., str]


def sync(kit: House) -> dict[str, Any]:
    """Hand over without waiting between tries."""
    return handover.run(kit, lambda *_: None, wait=lambda _: None)


@pytest.fixture
def photo() -> bytes:
    """As many bytes as a photo has; what they show does not matter here."""
    return random.Random(7).randbytes(300_000)


@pytest.fixture
def card(enrolled: House, stop: dict[str, Any], photo: bytes) -> Card:
    """Types in a paper card with a photo; its id."""

    def enter(content: bytes = photo) -> str:
        return enrolled.db.write(
            ideas.enter_paper, {"id": ids.new_id(), "title": "Bank", "strokes": 0, "photo": content}, "Jonas"
        )

    return enter


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo of the tests goes in ten pieces."""
    monkeypatch.setattr(photos, "PIECE", 30_000)


def at_hub(hub: Central, kit: House, rid: str, content: bytes) -> bytes | None:
    """The photo of an idea as the hub has it."""
    with hub.db.read() as conn:
        return hub_blobs.content_of(conn, kit.kit.id, "ideas", rid, hashlib.sha256(content).hexdigest())


def missing_at(hub: Central, rid: str) -> int:
    """How many blobs the hub misses of a record."""
    with hub.db.read() as conn:
        return conn.scalar(select(tables.records.c.missing).where(tables.records.c.rid == rid))


def files(kit: House) -> list[Path]:
    """The blobs on a kit."""
    return [path for path in (kit.config.home / "blobs").rglob("*") if path.is_file()]


class Counting:
    """A line that counts the pieces of photos, and may stop letting them through."""

    def __init__(self, line: Any) -> None:
        """Sit between kit and hub."""
        self.line, self.pieces, self.most = line, 0, 10**9
        line.app = self

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        """Pass on, or answer as a broken gateway does."""
        if "/blobs/" in environ["PATH_INFO"]:
            if self.pieces >= self.most:
                start("502 Bad Gateway", [("Content-Type", "text/html")])
                return [b"away"]
            self.pieces += 1
        return self.line.hub(environ, start)


def test_a_photo_arrives_whole_after_its_row(enrolled: House, hub: Central, card: Card, photo: bytes) -> None:
    rid = card()
    outcome = sync(enrolled)
    assert (outcome["pending"], outcome["photos"], outcome["missing"]) == (0, 1, 0)
    assert at_hub(hub, enrolled, rid, photo) == photo
    assert missing_at(hub, rid) == 0


def test_a_row_is_complete_only_with_its_photo(enrolled: House, hub: Central, card: Card, photo: bytes, line: Any) -> None:
    rid = card()
    between = Counting(line)
    between.most = 3
    with pytest.raises(Failed, match="502"):
        sync(enrolled)
    assert store.pending(enrolled.db.read()) == 0
    assert (missing_at(hub, rid), at_hub(hub, enrolled, rid, photo)) == (1, None)
    assert not store.complete(enrolled.db.read())


def test_a_photo_goes_on_in_the_middle(enrolled: House, hub: Central, card: Card, photo: bytes, line: Any) -> None:
    rid = card()
    between = Counting(line)
    between.most = 4
    with pytest.raises(Failed):
        sync(enrolled)
    between.most = 10**9
    assert sync(enrolled)["photos"] == 1
    assert between.pieces == 10
    assert at_hub(hub, enrolled, rid, photo) == photo


def test_when_all_has_arrived_nobody_asks_again(enrolled: House, card: Card, line: Any) -> None:
    card()
    sync(enrolled)
    asked: list[str] = []
    line.app = lambda environ, start: asked.append(environ["PATH_INFO"].rsplit("/")[-1]) or line.hub(environ, start)
    sync(enrolled)
    assert asked == ["head", "inbox"]


def test_the_same_photo_on_two_cards_travels_once(enrolled: House, hub: Central, card: Card, photo: bytes, line: Any) -> None:
    between = Counting(line)
    first, second = card(), card()
    assert sync(enrolled)["photos"] == 1
    assert between.pieces == 10
    assert at_hub(hub, enrolled, first, photo) == at_hub(hub, enrolled, second, photo) == photo


def test_a_withdrawn_idea_takes_its_photo_along_at_both_ends(enrolled: House, hub: Central, card: Card, photo: bytes) -> None:
    rid = card()
    sync(enrolled)
    assert len(files(enrolled)) == 1
    enrolled.db.write(ideas.withdraw, rid)
    assert files(enrolled) == []
    sync(enrolled)
    with hub.db.read() as conn:
        assert [conn.scalar(select(func.count()).select_from(table)) for table in (tables.blobs, tables.blob_pieces)] == [0, 0]
    canary = photo[1000:1032]
    assert canary not in b"".join(path.read_bytes() for path in hub.home.glob("*.db*"))


def test_a_photo_stays_while_another_card_shows_it(enrolled: House, hub: Central, card: Card, photo: bytes) -> None:
    first, second = card(), card()
    sync(enrolled)
    enrolled.db.write(ideas.withdraw, first)
    sync(enrolled)
    assert len(files(enrolled)) == 1
    assert (at_hub(hub, enrolled, first, photo), at_hub(hub, enrolled, second, photo)) == (None, photo)


def test_a_withdrawal_that_fails_leaves_the_photo_in_place(enrolled: House, card: Card) -> None:
    rid = card()

    def withdraw_and_fail(conn: Any) -> None:
        ideas.withdraw(conn, rid)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        enrolled.db.write(withdraw_and_fail)
    assert len(files(enrolled)) == 1


def test_a_damaged_photo_is_not_sent_and_the_words_are_safe(enrolled: House, hub: Central, card: Card) -> None:
    rid = card()
    files(enrolled)[0].write_bytes(b"damaged")
    with pytest.raises(Failed, match="beschädigt"):
        sync(enrolled)
    assert store.pending(enrolled.db.read()) == 0
    assert missing_at(hub, rid) == 1


def test_a_lost_photo_is_counted_as_missing_and_stops_nothing(enrolled: House, hub: Central, card: Card, photo: bytes) -> None:
    lost = card()
    files(enrolled)[0].unlink()
    kept = card(photo[:1000])
    outcome = sync(enrolled)
    assert (outcome["photos"], outcome["missing"]) == (1, 1)
    assert (missing_at(hub, lost), missing_at(hub, kept)) == (1, 0)


def test_a_hub_that_was_set_back_is_asked_again_what_it_misses(enrolled: House, card: Card) -> None:
    card()
    outcome = sync(enrolled)
    assert store.complete(enrolled.db.read())
    set_back = {"epoch": outcome["epoch"], "seq": outcome["seq"] - 1, "hub_time": "2026-11-22T14:00:00Z"}
    enrolled.db.write(store.confirm, set_back)
    assert not store.complete(enrolled.db.read())


def test_an_old_answer_that_nothing_is_missing_is_not_believed(enrolled: House, card: Card, photo: bytes, line: Any) -> None:
    card()
    answers: list[bytes] = []

    def remember(environ: dict[str, Any], start: Any) -> Any:
        if not environ["PATH_INFO"].endswith("/blobs"):
            return line.hub(environ, start)
        answers.append(b"".join(line.hub(environ, start)))
        return [answers[-1]]

    line.app = remember
    sync(enrolled)
    card(photo[:5000])
    old = answers[-1]

    def replay(environ: dict[str, Any], start: Any) -> Any:
        if not environ["PATH_INFO"].endswith("/blobs"):
            return line.hub(environ, start)
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(old)))])
        return [old]

    line.app = replay
    with pytest.raises(Failed, match="etwas anderes geantwortet"):
        sync(enrolled)
    assert not store.complete(enrolled.db.read())


def test_what_a_power_cut_left_without_a_row_goes_at_the_next_start(home: Path) -> None:
    with house.opened(config.prepare(), app.ALL, "tests") as kit:
        kit.db.write(blobs.keep, b"without a row")
        assert len(files(kit)) == 1
    with house.opened(config.prepare(), app.ALL, "tests") as kit:
        assert files(kit) == []


def test_a_check_names_photos_that_are_lost_or_damaged(enrolled: House, card: Card, photo: bytes) -> None:
    def check() -> dict[str, Any]:
        return enrolled.command("check")(enrolled, lambda *_: None)

    card()
    card(photo[:1000])
    assert check()["ok"]
    lost, damaged = files(enrolled)
    lost.unlink()
    damaged.write_bytes(b"x")
    outcome = check()
    assert (outcome["ok"], len(outcome["faults"])) == (False, 2)


def test_progress_counts_photos_and_says_how_long_it_still_takes(
    enrolled: House, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fieldkit.jobs import describe
    from fieldkit.sync import tally

    monkeypatch.setattr(tally, "SOON", 0.0)
    card()
    steps: list[tuple[Any, ...]] = []
    handover.run(enrolled, lambda *step: steps.append(step))
    last = steps[-1]
    assert (last[2], last[3]["of_photos"]) == (tally.PHOTOS, 1)
    assert last[3]["bytes"] > 300_000
    assert describe(last[3])[1:] == ["0 von 1 Fotos", "noch wenige Sekunden"]
