"""Starts a kit on every disk a power cut may have left, and compares what it finds with what was promised."""

import hashlib
import os
import pickle
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from fieldkit import app, house
from fieldkit.assets import Assets
from fieldkit.config import Config
from fieldkit.ops import check

from .day import ADDRESS, Day, Promise, Writing, as_built, recorded_day
from .disk import Step
from .states import State, rebuilt

CHUNK = 40  # points of the recording that a worker takes at a time
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
    """Disks that a kit was started on: no disk is tried twice with the same promises."""
    disks: set[bytes] = field(default_factory=set)
    """The different ones among them, by their hash."""
    lost: int = 0
    """Starts after which something acknowledged was missing or had other words."""
    corrupt: int = 0
    """Starts that failed, or after which the database or its journal had a fault."""
    shown: int = 0
    """Starts after which a file still showed words whose erasure had been acknowledged."""
    examples: list[str] = field(default_factory=list)
    seconds: float = 0

    @property
    def sound(self) -> bool:
        """Whether every promise was kept on every disk."""
        return not self.lost + self.corrupt + self.shown

    def add(self, other: "Outcome") -> None:
        """Count another part of the same trial, too."""
        for name in ("points", "promises", "states", "opened", "lost", "corrupt", "shown", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.disks |= other.disks
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
    outcome = Outcome(points=len(points), promises=sum(len(promise.said) - 1 for promise in day.promises))
    with tempfile.TemporaryDirectory(prefix="power-cut-", dir=MEMORY) as folder:
        recording = Path(folder) / "recording"
        recording.write_bytes(pickle.dumps((steps, day.promises)))
        with ProcessPoolExecutor(mp_context=_workers, initializer=_prepare, initargs=[recording]) as pool:
            chunks = [pool.submit(_try_chunk, points[first : first + CHUNK], torn) for first in range(0, len(points), CHUNK)]
            for part in as_completed(chunks):
                outcome.add(part.result())
                outcome.seconds = time.monotonic() - began
                progress(outcome)
    return outcome


@dataclass
class Bench:
    """A worker's place: the recording, a folder to rebuild disks in, and what lies there after a healthy start."""

    steps: list[Step]
    promises: list[Promise]
    home: Path
    usual: set[str] = field(default_factory=set)


_bench: Bench


def _prepare(recording: Path) -> None:
    global _bench  # one process, one bench
    assets = Assets()  # style sheets, compressed: nothing of them is on the disk that was cut
    house.Assets = lambda: assets  # type: ignore[assignment, misc]
    steps, promises = pickle.loads(recording.read_bytes())
    _bench = Bench(steps, promises, recording.parent / f"disk-{os.getpid()}")
    _start(State(0, "empty", {}))
    _bench.usual = set(os.listdir(_bench.home))


def _try_chunk(points: range, torn: int) -> Outcome:
    outcome, tried = Outcome(), set()
    for state in rebuilt(_bench.steps, points, torn, seed=len(_bench.steps)):
        outcome.states += 1
        disk = _hash(state.files)
        promised = sum(at <= state.point for promise in _bench.promises for _, at in promise.said)
        if (disk, promised) not in tried:
            tried.add((disk, promised))
            outcome.disks.add(disk)
            _judge(state, outcome)
    outcome.opened = len(tried)
    return outcome


def _judge(state: State, outcome: Outcome) -> None:
    faults, broken = _start(state)
    shown = _still_shown(state.point)
    outcome.corrupt += bool(faults)
    outcome.lost += bool(broken)
    outcome.shown += bool(shown)
    outcome.examples += [f"step {state.point}, {state.variant}: {what}" for what in (faults + broken + shown)[:1]]


def _start(state: State) -> tuple[list[str], list[str]]:
    """Faults, and promises not kept, once a kit was started on this disk; it is switched off again at the end."""
    home = _bench.home
    with suppress(FileNotFoundError):
        shutil.rmtree(home)
    home.mkdir()
    for name, content in state.files.items():
        (home / name).write_bytes(content)
    try:
        with house.opened(Config(home, address=ADDRESS), app.ALL, "power cut") as kit:
            conn = kit.db.read()
            faults = check.faults(conn)
            broken = [] if faults else [line for promise in _bench.promises if (line := _broken(conn, promise, state.point))]
    except Exception as error:
        return [f"no start: {error!r}"], []
    if _bench.usual and (more := set(os.listdir(home)) - _bench.usual):
        faults.append(f"the start put something aside: {more}")
    return faults, broken


def _broken(conn: sqlite3.Connection, promise: Promise, point: int) -> str:
    row = conn.execute(promise.question, [promise.about]).fetchone()
    found = tuple(row) if row else None
    return "" if promise.kept(found, point) else f"{promise.question} {promise.about}: {found}, promised {promise.said}"


def _still_shown(point: int) -> list[str]:
    files = {path.name: path.read_bytes() for path in _bench.home.iterdir() if path.is_file()}
    marks = [mark for promise in _bench.promises for mark in promise.erased(point)]
    return [f"{mark.decode()} is still in {name}" for name, content in files.items() for mark in marks if mark in content]


def _hash(files: dict[str, bytearray]) -> bytes:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)} ".encode())
        digest.update(content)
    return digest.digest()
