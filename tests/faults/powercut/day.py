"""A kit's day with everything that writes, and what was promised to whom at which step of the recording."""

import random
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fieldkit import app, house, ids, journal
from fieldkit.config import Config
from fieldkit.house import House
from fieldkit.ideas import store as ideas
from fieldkit.stops import store as stops
from fieldkit.storage import mark
from fieldkit.tickets import Ticket

from . import promises
from .disk import Recording, recorded
from .promises import NEVER, Promise, words

ADDRESS = "http://localhost"
BURST = 8  # phones that send at the same moment

Answer = Callable[..., Any]
Writing = Callable[[House], AbstractContextManager[Answer]]


@dataclass
class Idea:
    """Somebody's idea, and what hangs on it."""

    id: str
    words: Promise
    support: Promise
    others: list[Promise]
    """Its contact and its comments, which are erased with it."""


@contextmanager
def as_built(kit: House) -> Iterator[Answer]:
    """The kit as it is: «Danke» when the write has returned."""
    yield kit.db.write


@dataclass
class Day:
    """A kit at work, under observation."""

    home: Path
    recording: Recording
    watched: list[Promise] = field(default_factory=list)
    stop: Promise = field(init=False)
    kit: House = field(init=False)
    write: Answer = field(init=False)

    @contextmanager
    def at_work(self, writing: Writing) -> Iterator[None]:
        """Switch the kit on, and off again."""
        with house.opened(Config(self.home, address=ADDRESS), app.ALL, "power cut") as self.kit, writing(self.kit) as self.write:
            yield

    def watch(self, question: str, about: str, before: Any = promises.GONE) -> Promise:
        """Keep an eye on one more thing; `before` anybody promises anything."""
        self.watched.append(Promise(question, about, [[before, 0]]))
        return self.watched[-1]

    def do(self, answers: list[tuple[Promise, Any]], verb: Callable[..., Any], *args: Any) -> None:
        """Write. Until the kit says «Danke», these answers may be found; from then on they must be."""
        on_their_way = [[answer, NEVER] for _, answer in answers]
        for (promise, _), answer in zip(answers, on_their_way, strict=True):
            promise.said.append(answer)
        self.write(verb, *args)
        position = len(self.recording.steps)  # in a crowd perhaps a few steps late, as the writer goes on; never early
        for answer in on_their_way:
            answer[1] = position

    def plan_stop(self) -> None:
        """A new stop, opened; the one before is closed with it."""
        row = {
            "id": ids.new_id(), "place": "Rathausplatz", "district": "Neukölln", "locality": "Neukölln", "theme": "Alltag",
            "partner": words(40), "question": "Was fehlt hier?", "languages": ["de"], "results": "Das Bezirksamt liest alles.",
            "answer_by": "2027-01-15", "starts_on": "2026-11-22", "ends_on": "2026-11-28", "hours": {},
        }  # fmt: skip
        new = self.watch(promises.STOP, row["id"])
        self.do([(new, (row["partner"], "planned"))], stops.plan, row)
        before = [(self.stop, (self.stop.said[-1][0][0], "closed"))] if hasattr(self, "stop") else []
        self.do([*before, (new, (row["partner"], "open"))], stops.open_stop, row["id"])
        self.stop = new

    def leave(self, length: int = 200, reachable: bool = False) -> Idea:
        """An idea from a phone, perhaps with a contact."""
        ticket = Ticket(ids.new_id(), "", secrets.token_hex(20))  # the slow hash is not what is tried here
        idea, title, body = self._watched_idea(ticket.id), words(60), words(length)
        answers = [(idea.words, (title, body))]
        sealed = words(1400) if reachable else None
        if sealed:
            idea.others.append(self.watch(promises.CONTACT, ticket.id))
            answers.append((idea.others[0], (sealed,)))
        self.do(answers, ideas.submit, ticket, {"title": title, "body": body}, sealed)
        return idea

    def enter_paper(self) -> Idea:
        """An idea from a paper card with 7 strokes, typed in by Jonas."""
        card = {"id": ids.new_id(), "title": words(60), "strokes": 7}
        idea = self._watched_idea(card["id"])
        self.do([(idea.words, (card["title"], "")), (idea.support, (7,))], ideas.enter_paper, card, "Jonas")
        return idea

    def _watched_idea(self, rid: str) -> Idea:
        return Idea(rid, self.watch(promises.IDEA, rid), self.watch(promises.SUPPORT, rid, promises.UNSUPPORTED), [])

    def support(self, idea: Idea) -> None:
        """One more is for it."""
        self.do([(idea.support, ((idea.support.said[-1][0][0] or 0) + 1,))], ideas.support, idea.id)

    def comment(self, idea: Idea) -> None:
        """Somebody has something to say about it."""
        ticket, body = Ticket(ids.new_id(), "", secrets.token_hex(20)), words(120)
        idea.others.append(self.watch(promises.COMMENT, ticket.id))
        self.do([(idea.others[-1], (body,))], ideas.comment, ticket, idea.id, {"body": body})

    def correct(self, idea: Idea) -> None:
        """Its owner, and that of its last comment, meant something else."""
        title, body, other = words(60), words(300), words(120)
        self.do([(idea.words, (title, body))], ideas.correct, idea.id, {"title": title, "body": body})
        self.do([(idea.others[-1], (other,))], ideas.correct_comment, idea.others[-1].about, {"body": other})

    def withdraw(self, idea: Idea) -> None:
        """First a comment is taken back, then the whole idea with all that hangs on it."""
        self.do([(idea.others[-1], promises.GONE)], ideas.withdraw_comment, idea.others[-1].about)
        gone = [(promise, promises.GONE) for promise in (idea.words, *idea.others)]
        self.do([*gone, (idea.support, promises.UNSUPPORTED)], ideas.withdraw, idea.id)

    def crowd(self) -> None:
        """Many send at once, so that they share a commit; one of them is refused."""

        def too_late() -> None:
            with suppress(ideas.Closed):
                self.write(ideas.support, ids.new_id())

        phones = [threading.Thread(target=self.leave, args=[random.randint(20, 600)]) for _ in range(BURST)]
        phones.insert(BURST // 2, threading.Thread(target=too_late))
        for phone in phones:
            phone.start()
        for phone in phones:
            phone.join()

    def begin_epoch(self) -> None:
        """The journal starts a new chain, as after a restore."""
        self.do([], journal.new_epoch)
        epoch = journal.head(self.kit.db.read()).epoch
        self.watch(promises.EPOCH, epoch).said.append([("begun",), len(self.recording.steps)])


def a_minute(day: Day) -> None:
    """A stop opens, and three people leave something."""
    day.plan_stop()
    for reachable in (False, True, False):
        day.comment(day.leave(reachable=reachable))


def an_hour(day: Day) -> None:
    """Everything visitors and staff do, once or a few times."""
    day.plan_stop()
    mine = day.leave(reachable=True)
    others = [day.leave(length) for length in (30, 400, 1500)] + [day.enter_paper()]
    for idea in (mine, mine, others[0]):
        day.support(idea)
        day.comment(idea)
    day.crowd()
    day.correct(mine)
    day.correct(others[0])
    day.crowd()
    day.withdraw(mine)
    day.begin_epoch()


def a_rush(day: Day) -> None:
    """So many ideas, and nothing erased in between, that SQLite checkpoints by itself and begins its log anew; then one more."""
    day.plan_stop()
    while day.recording.logs_begun() < 2:
        day.leave(1800)
    day.leave()


@contextmanager
def _marks_noted(recording: Recording) -> Iterator[None]:
    """Record the high-water mark, too: a start that does not find it in the database believes to have been set back."""
    write = mark.write

    def noted(home: Path, new: mark.Mark) -> None:
        write(home, new)
        recording.replaced(mark.NAME)

    mark.write = noted
    try:
        yield
    finally:
        mark.write = write


def recorded_day(home: Path, *times: Callable[[Day], None], writing: Writing = as_built) -> Day:
    """What a kit in the empty folder `home` does from its very first start on; it is switched off and on again in between."""
    with recorded(home) as recording, _marks_noted(recording):
        day = Day(home, recording)
        for time in times:
            with day.at_work(writing):
                time(day)
    return day
