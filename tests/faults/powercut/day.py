"""A kit's day, with everything that writes: what was promised to whom, and at which step of the recording."""

import random
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fieldkit import app, house, ids, journal
from fieldkit.config import Config
from fieldkit.house import House
from fieldkit.ideas import store as ideas
from fieldkit.stops import store as stops
from fieldkit.tickets import Ticket

from .disk import Recording, recorded

NEVER = 1 << 60
GONE = None
BURST = 8  # phones that press «Absenden» at the same moment


@dataclass
class Promise:
    """What the kit said about one thing, the first word first: an answer, and how many steps were recorded when it was given."""

    question: str
    """Asks the database; the first row is the answer."""
    about: str
    said: list[list[Any]]

    def keeps(self, answer: Any, point: int) -> bool:
        """Whether this may be found after a cut at `point`: the last word given before it, or one that was on its way."""
        last = max(number for number, (_, given) in enumerate(self.said) if given <= point)
        return answer in [said for said, _ in self.said[last:]]

    def erased(self, point: int) -> list[bytes]:
        """Marks of words that had been taken back, or replaced, by `point`: no file may show them."""
        last = max(number for number, (_, given) in enumerate(self.said) if given <= point)
        return [mark for said, _ in self.said[:last] for mark in _marks(said)]


@dataclass
class Day:
    """A kit at work, under observation."""

    home: Path
    recording: Recording
    promises: list[Promise] = field(default_factory=list)
    kit: House = field(init=False)
    write: Callable[..., Any] = field(init=False)
    luck: random.Random = field(default_factory=random.Random)

    @contextmanager
    def on(self, weaker: Callable[[House], Callable[..., Any]] | None) -> Iterator[None]:
        """Switch the kit on, and off again."""
        with house.opened(Config(self.home), app.ALL, "power cut") as self.kit:
            self.write = weaker(self.kit) if weaker else self.kit.db.write
            yield

    def promise(self, question: str, about: str, before: Any = GONE) -> Promise:
        """Keep an eye on one more thing."""
        made = Promise(question, about, [[before, 0]])
        self.promises.append(made)
        return made

    def do(self, answers: dict[int, tuple[Promise, Any]] | list[tuple[Promise, Any]], verb: Callable[..., Any], *args: Any) -> None:
        """Write; when the kit has said «Danke», each of these promises has its new answer."""
        words = [[answer, NEVER] for _, answer in answers]
        for (promise, _), word in zip(answers, words, strict=True):
            promise.said.append(word)
        self.write(verb, *args)
        position = len(self.recording.steps)
        for word in words:
            word[1] = position
