"""What SQLite leaves of erased rows where no row is any more: it goes when the kit is quiet, and the kit stays as it was."""

import shutil
from collections import namedtuple
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from fieldkit import app, clock, config, house, ids
from fieldkit.db import Writer
from fieldkit.house import House
from fieldkit.ideas import store as ideas
from fieldkit.storage import soundness
from fieldkit.tickets import Ticket

KEPT = "Ein Brunnen"


def readable(words: list[str], *places: Path) -> list[str]:
    """Those of the words that stand in any file."""
    content = b"".join(path.read_bytes() for place in places for path in place.rglob("*") if path.is_file())
    return [word for word in words if word.encode() in content]


class Day:
    """Visitors who leave, correct and withdraw ideas in so unlucky an order that SQLite moves rows about within their pages."""

    LENGTHS = ((300, 300), (150, 700), (300, 1200))  # characters, when left and when corrected
    EACH = 80

    def __init__(self) -> None:
        """Nobody was here yet."""
        self.erased: list[str] = []
        self._number = count()
        self._mine: list[tuple[str, str]] = []

    def pass_by(self, conn: Writer) -> None:
        """The whole day at once; at the end somebody leaves an idea that stays."""
        lengths = [pair for pair in self.LENGTHS for _ in range(self.EACH)]
        for before, _ in lengths:
            self._leave(conn, before)
        for index in range(0, len(lengths), 2):
            self._correct(conn, index, 0)
        for index in range(1, len(lengths), 6):
            self._correct(conn, index, lengths[index][1])
        for index, (rid, words) in enumerate(self._mine):
            if index % 6 not in (1, 3):
                self.erased.append(words)
                ideas.withdraw(conn, rid)
        ideas.submit(conn, Ticket(ids.new_id(), "", "kept"), {"title": KEPT, "body": ""})

    def _title(self) -> str:
        return f"trace{next(self._number):05d}"

    def _leave(self, conn: Writer, length: int) -> None:
        self._mine.append((ids.new_id(), self._title()))
        ticket = Ticket(self._mine[-1][0], "", f"{next(self._number):040d}")
        ideas.submit(conn, ticket, {"title": self._mine[-1][1], "body": "x" * length})

    def _correct(self, conn: Writer, index: int, length: int) -> None:
        rid, words = self._mine[index]
        self.erased.append(words)
        self._mine[index] = (rid, self._title())
        ideas.correct(conn, rid, {"title": self._mine[index][1], "body": "y" * length})


@pytest.fixture
def erased(kit: House, stop: dict[str, Any]) -> list[str]:
    """Words that were corrected or withdrawn; some of them can still be read."""
    day = Day()
    kit.db.write(day.pass_by)
    assert readable(day.erased, kit.config.home)  # or else there is nothing to be seen here
    return day.erased


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many seconds pass."""

    def wait(seconds: float) -> None:
        then = clock.monotonic() + seconds
        monkeypatch.setattr(clock, "monotonic", lambda: then)

    return wait


def found(kit: House, words: str) -> list[str]:
    """The titles of the ideas that are found by these words."""
    return [idea["title"] for idea in ideas.listing(kit.db.read(), ideas.Question(words=words))[0]]


def test_when_the_kit_is_quiet_no_byte_of_erased_words_is_left(
    kit: House, erased: list[str], later: Callable[[float], None]
) -> None:
    kit.copies.back_up()
    before = ideas.listing(kit.db.read(), ideas.Question())
    later(60)
    kit.copies.tend()
    assert readable(erased, kit.config.home) == []
    assert not kit.copies.due()
    assert ideas.listing(kit.db.read(), ideas.Question()) == before
    assert found(kit, "brunn") == [KEPT]
    assert soundness.faults(kit.db.read()) == []


def test_the_kit_waits_until_nobody_is_writing(kit: House, erased: list[str], later: Callable[[float], None]) -> None:
    kit.copies.tend()
    assert readable(erased, kit.config.home)
    later(60)
    assert kit.copies.due()


def test_copies_show_nothing_of_it_even_before(kit: House, erased: list[str], stick: Path) -> None:
    kit.copies.second.make(stick)
    kit.copies.back_up()
    assert readable([KEPT], stick, kit.config.home / "backups") == [KEPT]
    assert readable(erased, stick, kit.config.home / "backups") == []


def test_a_kit_that_is_switched_off_leaves_nothing_behind(home: Path, kit: House, erased: list[str]) -> None:
    kit.copies.close()
    assert readable(erased, home) == []


def test_a_kit_whose_power_failed_sees_to_it_after_the_next_start(
    home: Path, kit: House, erased: list[str], later: Callable[[float], None], tmp_path: Path
) -> None:
    cut = shutil.copytree(home, tmp_path / "cut", ignore=lambda *_: ["fieldkit.lock"])
    with house.opened(config.Config(cut), app.ALL, "tests") as restarted:
        assert readable(erased, cut)
        later(60)
        restarted.copies.tend()
        assert readable(erased, cut) == []


def test_a_full_disk_is_said_and_changes_nothing(
    kit: House, erased: list[str], later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 10**5))
        later(60)
        kit.copies.tend()
        assert "zu wenig Platz" in kit.copies.backups().trouble
        assert found(kit, "brunn") == [KEPT]
        assert not kit.copies.due()
    later(3700)
    kit.copies.tend()
    assert kit.copies.backups().trouble == ""
    assert readable(erased, kit.config.home) == []
