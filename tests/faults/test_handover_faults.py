"""Whatever happens between kit and hub, and whenever one of them dies: nothing counts that the hub does not have, and the next run mends it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldkit import config, wire
from tests.conftest import free_port
from tests.faults.crooked_line import FAULTS, CrookedLine, Fault, slow_drip

pytestmark = pytest.mark.slow

BATCH = 3  # entries: a hand-over of the tests has several segments
PIECE = 2500  # bytes of a photo at a time
PHOTO = 6000
OVERHEAD = 4000  # bytes: heads, the question for the head, headers of the calls


class Field:
    """A kit, a hub, a crooked line between them, and the nursery that brings them up anew after each death."""

    def __init__(self, place: Path) -> None:
        """An enrolled kit and its hub."""
        self.kit_home, self.hub_home = place / "kit", place / "hub"
        self.kit_home.mkdir()
        self.hub_home.mkdir()
        self.line = CrookedLine()
        root = config.PACKAGE.parent
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = 0
        invited = self._bear(who="hub", home=str(self.hub_home), fatal=0, invite=f"http://127.0.0.1:{self.line.port}")
        self.start_hub()
        self.kit = self.run_kit(invitation=invited["string"])["id"]

    def close(self) -> None:
        """End everything."""
        self.stop_hub()
        assert self._nursery.stdin
        self._nursery.stdin.close()
        self._nursery.wait(10)
        self._nursery.stdout.close()  # type: ignore[union-attr]
        self.line.close()

    def start_hub(self, fatal: int = 0) -> None:
        """Let the hub serve; it dies at moment `fatal`."""
        self.line.hub = free_port()
        self.pid = self._bear(who="hub", home=str(self.hub_home), fatal=fatal, invite="", port=self.line.hub)["pid"]

    def stop_hub(self) -> None:
        """kill -9, if it still lives."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        while Path(f"/proc/{self.pid}").exists():
            pass

    def run_kit(self, **job: Any) -> dict[str, Any]:
        """A kit process that may write, then hands over; what came of it."""
        usual = {
            "ideas": 0,
            "photo": 0,
            "fatal": 0,
            "batch": BATCH,
            "piece": PIECE,
            "patience": 5,
            "hand_over": True,
            "invitation": "",
        }
        told = self._bear(who="kit", home=str(self.kit_home), **usual | job)
        assert told.get("faults", []) == []
        return told

    def _bear(self, **job: Any) -> dict[str, Any]:
        assert self._nursery.stdin
        assert self._nursery.stdout
        self._nursery.stdin.write(json.dumps(job) + "\n")
        self._nursery.stdin.flush()
        told = json.loads(self._nursery.stdout.readline())
        assert "crashed" not in told, told
        return told

    def expect_honest(self) -> None:
        """What the hub has is how our journal begins, and the kit believes no more than that."""
        ours, theirs, hub = self._journal(), self._archive(), self._hub_row()
        assert theirs == ours[: len(theirs)]
        assert hub["confirmed_seq"] <= len(theirs)
        if hub["complete_seq"] == len(ours):
            assert self._missing() == 0

    def expect_whole(self) -> None:
        """Kit and hub agree in everything: the chain, every record, every photo, the check word."""
        ours = self._journal()
        assert self._archive() == ours
        assert self._hub_row()["confirmed_seq"] == self._hub_row()["complete_seq"] == len(ours)
        assert self._records() == self._rows()
        assert self._missing() == 0
        kept = {path.name for path in self.kit_home.glob("blobs/*/*")}
        assert {row[0] for row in ask(self.hub_home / "hub.db", "SELECT sha256 FROM blobs WHERE held = size")} == kept
        ((digest,),) = ask(self.hub_home / "hub.db", "SELECT digest FROM kits")
        assert wire.check_word(digest) == wire.check_word(ours[-1][1])

    def nothing_left(self) -> bool:
        """Whether the kit believes that the hub has everything."""
        return set(self._hub_row().values()) == {len(self._journal())}

    def _journal(self) -> list[tuple[Any, ...]]:
        return ask(self.kit_home / "fieldkit.db", "SELECT seq, digest FROM journal ORDER BY seq")

    def _archive(self) -> list[tuple[Any, ...]]:
        return ask(self.hub_home / "hub.db", "SELECT seq, digest FROM entries ORDER BY seq")

    def _hub_row(self) -> dict[str, Any]:
        ((confirmed, complete),) = ask(self.kit_home / "fieldkit.db", "SELECT confirmed_seq, complete_seq FROM hub")
        return {"confirmed_seq": confirmed, "complete_seq": complete}

    def _missing(self) -> int:
        return ask(self.hub_home / "hub.db", "SELECT coalesce(sum(missing), 0) FROM records")[0][0]

    def _records(self) -> dict[tuple[str, str], str | None]:
        return {(tbl, rid): body for tbl, rid, body in ask(self.hub_home / "hub.db", "SELECT tbl, rid, body FROM records")}

    def _rows(self) -> dict[tuple[str, str], str | None]:
        newest = ask(self.kit_home / "fieldkit.db", "SELECT tbl, rid, body FROM journal ORDER BY seq")
        return {(tbl, rid): body for tbl, rid, body in newest}


def note(figures: str) -> None:
    """Show a figure with `pytest -s`."""
    sys.stdout.write(figures + "\n")


def ask(database: Path, sql: str) -> list[tuple[Any, ...]]:
    """Look into a database that another process may hold."""
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """One kit and one hub that have to stand everything."""
    field = Field(tmp_path_factory.mktemp("field"))
    yield field
    field.close()


def test_a_line_cut_after_every_kilobyte_loses_nothing_and_repeats_less_than_a_segment(field: Field) -> None:
    field.run_kit(ideas=5, photo=PHOTO)
    whole, repeated, cut = field.line.passed, 0, 0
    while cut < whole:
        cut += 1024
        field.line.through(cut_after=cut)
        first = field.run_kit(ideas=5, photo=PHOTO)
        whole = max(whole, field.line.passed)
        uploaded = field.line.uploaded
        field.expect_honest()
        field.line.through()
        field.run_kit()
        field.expect_whole()
        if "failed" in first:
            repeated = max(repeated, uploaded + field.line.uploaded)
    field.line.through()
    field.run_kit(ideas=5, photo=PHOTO)
    segment = max(BATCH * 800, PIECE)
    note(f"\n{cut // 1024} cuts; uploaded at most {repeated} bytes, without a cut {field.line.uploaded}, a segment has {segment}")
    assert repeated - field.line.uploaded < segment + OVERHEAD


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_whatever_answers_instead_of_the_hub_confirms_nothing(field: Field, fault: Fault) -> None:
    calls, patience = 0, 0.5 if fault is slow_drip else 5
    while field.line.calls >= calls:
        calls += 1
        field.line.through(fault=fault, at_call=calls)
        field.run_kit(ideas=1, photo=PIECE + 1, patience=patience)
        field.expect_honest()
    field.line.through()
    field.run_kit()
    field.expect_whole()
    assert calls > 5  # head, entries, inbox, what is missing, two pieces: all were tried


def test_a_hub_that_is_not_ours_learns_nothing(field: Field, tmp_path: Path) -> None:
    ours, field.hub_home = field.hub_home, tmp_path
    field.stop_hub()
    field.start_hub()
    outcome = field.run_kit(ideas=1)
    assert "nicht angemeldet" in outcome["failed"]
    assert ask(tmp_path / "hub.db", "SELECT count(*) FROM entries") == [(0,)]
    field.stop_hub()
    field.hub_home = ours
    field.start_hub()
    field.expect_honest()
    field.run_kit()
    field.expect_whole()


def deaths(field: Field, live: Callable[[int, int], bool]) -> int:
    """Let somebody die at moment 1, 2, 3 ... of a life, `live(moment, ideas)`, until they live to the end; how often they died.

    A life after a death goes on with what was left, and is cut short as well; something new comes when nothing is left.
    """
    moment = 1
    while True:
        ideas = int(field.nothing_left())
        lived = live(moment, ideas)
        field.expect_honest()
        if lived and ideas:
            return moment - 1
        moment += not lived


def test_a_kit_killed_between_any_two_statements_goes_on_where_it_was(field: Field) -> None:
    def live(moment: int, ideas: int) -> bool:
        outcome = field.run_kit(ideas=ideas, photo=1000, fatal=moment)
        return "killed" not in outcome

    died = deaths(field, live)
    field.run_kit()
    field.expect_whole()
    note(f"\na kit was killed {died} times")
    assert died >= 15


def test_a_hub_killed_between_any_two_statements_has_all_or_nothing_of_a_batch(field: Field) -> None:
    def live(moment: int, ideas: int) -> bool:
        field.stop_hub()
        field.start_hub(fatal=moment)
        outcome = field.run_kit(ideas=ideas, photo=1000)
        return "failed" not in outcome

    died = deaths(field, live)
    field.stop_hub()
    field.start_hub()
    field.run_kit()
    field.expect_whole()
    note(f"\na hub was killed {died} times")
    assert died > 30
