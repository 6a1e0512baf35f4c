"""Kits and cards that break the promise. The suite must find out every one of them, or nobody need believe it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from fieldkit.house import House

from .day import Answer, Day
from .disk import Create, Sync, Write


@contextmanager
def normal(kit: House) -> Iterator[Answer]:
    """`synchronous = NORMAL`: SQLite syncs at checkpoints only, which is consistent, but not durable."""
    kit.db._connection.execute("PRAGMA synchronous = NORMAL")
    yield kit.db.write


@contextmanager
def off(kit: House) -> Iterator[Answer]:
    """`synchronous = OFF`: SQLite never syncs."""
    kit.db._connection.execute("PRAGMA synchronous = OFF")
    yield kit.db.write


@contextmanager
def hasty(kit: House) -> Iterator[Answer]:
    """«Danke» before the commit: somebody else does the writing in the meantime."""
    with ThreadPoolExecutor(1) as somebody_else:
        yield partial(somebody_else.submit, kit.db.write)


def on_a_lying_card(day: Day) -> Day:
    """The same day on a card that says "synced" and has not stored the write-ahead log."""
    steps = day.recording.steps
    logs = {step.file for step in steps if isinstance(step, Create) and step.name.endswith("-wal")}
    # A write of nothing instead, so that every other step keeps its number.
    lied = [Write(step.file, 0, b"") if isinstance(step, Sync) and step.file in logs else step for step in steps]
    return replace(day, recording=replace(day.recording, steps=lied))
