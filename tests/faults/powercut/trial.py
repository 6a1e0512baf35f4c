"""Starts a kit on every disk a power cut may have left, and compares what it finds with what was promised."""

import hashlib
import os
import pickle
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from fieldkit import app, house, journal, notices, schema
from fieldkit.assets import Assets
from fieldkit.config import Config
from fieldkit.db import Database
from fieldkit.storage import soundness

from .day import ADDRESS, Day, Writing, as_built, recorded_day
from .disk import Step
from .promises import Promise
from .states import State, rebuilt

CHUNK = 40  # points of the recording that a worker takes at a time
WHOLE = 5  # a whole kit is started on every so many disks, its database alone on the others
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # where disks are rebuilt: a real one would only be slower

_workers = get_context("forkserver")
_workers.set_forkserver_preload([__name__])  # everything is imported once, not once for each worker of each trial


@dataclass
class Outcome:
    """What the cuts did."""

    points: int = 0
    promises: int = 0
    """Answers the kit gave: this is stored, these are the words, it is erased."""
    states: int = 0
    """Disks that were rebuilt."""
    opened: int = 0
    """Disks that were opened: none is tried twice with the same promises."""
    started: int = 0
    """Those of them on which a whole kit was started, not its database alone."""
    disks: set[bytes] = field(default_factory=set)
    """The different disks, by their hash."""
    wrong: Counter[str] = field(default_factory=Counter)
    """Disks on which something acknowledged was `lost`, the database was `corrupt`, or the kit was `alarmed` about its own state."""
    examples: list[str] = field(default_factory=list)
    seconds: float = 0

    def add(self, other: "Outcome") -> None:
        """Count another part of the same trial, too."""
        for name in ("points", "promises", "states", "opened", "started", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.disks |= other.disks
        self.wrong += other.wrong
        self.examples = (self.examples + other.examples)[:20]


Progress = Callable[[Outcome], None]


def cut(*times: Callable[[Day], None], writing: Writing = as_built, **how: Any) -> Outcome:
    """Record a new kit's day and cut its power as `tried` does."""
    with tempfile.TemporaryDirectory(prefix="power-cut-", dir=MEMORY) as folder:
        day = recorded_day(Path(folder), *times, writing=writing)
    return tried(day, **how)


def tried(day: Day, torn: int = 0, last: int | None = None, progress: Progress = lambda _: None) -> Outcome:
    """Cut the power at every point of a recorded day, or the `last` ones, with `torn` disks by chance at each; on all cores."""
    began, steps = time.monotonic(), day.recording.steps
    end = len(steps) + 1
    points = range(end - last if last else 1, end)
    outcome = Outcome(points=len(points), promises=sum(len(promise.said) - 1 for promise in day.watched))
    with tempfile.TemporaryDirectory(prefix="power-cut-", dir=MEMORY) as folder:
        recording = Path(folder) / "recording"
        recording.write_bytes(pickle.dumps((steps, day.watched)))
        with ProcessPoolExecutor(mp_context=_workers, initializer=_prepare, initargs=[recording]) as pool:
            chunks = [pool.submit(_try_chunk, points[first : first + CHUNK], torn) for first in range(0, len(points), CHUNK)]
            for part in as_completed(chunks):
                outcome.add(part.result())
                outcome.seconds = time.monotonic() - began
                progress(outcome)
    return outcome


@dataclass
class Bench:
    """A worker's place: the recording, and a folder to rebuild disks in."""

    steps: list[Step]
    watched: list[Promise]
    home: Path


_bench: Bench


def _prepare(recording: Path) -> None:
    global _bench  # one process, one bench
    assets = Assets()  # style sheets, compressed: nothing of them is on the disk that was cut
    house.Assets = lambda: assets  # type: ignore[assignment, misc]
    journal.let_leave(plate for room in app.ALL for plate in room.leaves)
    _bench = Bench(*pickle.loads(recording.read_bytes()), recording.parent / f"disk-{os.getpid()}")


def _try_chunk(points: range, torn: int) -> Outcome:
    outcome, seen = Outcome(), set()
    for state in rebuilt(_bench.steps, points, torn, seed=len(_bench.steps)):
        outcome.states += 1
        disk = _hash(state.files)
        promised = sum(at <= state.point for promise in _bench.watched for _, at in promise.said)
        if (disk, promised) in seen:
            continue
        whole = len(seen) % WHOLE == 0
        seen.add((disk, promised))
        outcome.disks.add(disk)
        outcome.started += whole
        found = _open(state, whole)
        outcome.wrong += Counter(found.keys())
        outcome.examples += [f"step {state.point}, {state.variant}, {kind}: {what}" for kind, what in found.items()]
    outcome.opened = len(seen)
    return outcome


def _open(state: State, whole: bool) -> dict[str, str]:
    """What is wrong, by kind, once a kit was switched on and off on this disk."""
    with suppress(FileNotFoundError):
        shutil.rmtree(_bench.home)
    _bench.home.mkdir()
    for name, content in state.files.items():
        (_bench.home / name).write_bytes(content)
    try:
        with _kit() if whole else _database() as db:
            return _judged(db.read(), state.point)
    except Exception as error:
        return {"corrupt": f"no start: {error!r}"}


@contextmanager
def _kit() -> Iterator[Database]:
    with house.opened(Config(_bench.home, address=ADDRESS), app.ALL, "power cut") as kit:
        yield kit.db


@contextmanager
def _database() -> Iterator[Database]:
    """The part of a start that touches the database: no repair, no identity; a third of the time."""
    config = Config(_bench.home, address=ADDRESS)
    db = Database(config.database, [schema.migrations, *(room.migrations for room in app.ALL if room.migrations)])
    try:
        yield db
    finally:
        db.close()


def _judged(conn: sqlite3.Connection, point: int) -> dict[str, str]:
    if faults := soundness.faults(conn):
        return {"corrupt": faults[0]}
    broken = [line for promise in _bench.watched if (line := promise.broken(conn, point))]
    alarms = notices.standing(conn)
    return ({"lost": broken[0]} if broken else {}) | ({"alarmed": alarms[0]["kind"]} if alarms else {})


def _hash(files: dict[str, bytes]) -> bytes:
    return hashlib.sha256(b"".join(name.encode() + _hash_of(content) for name, content in sorted(files.items()))).digest()


@lru_cache(4)
def _hash_of(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
