"""Long work in the background, one of each kind at a time, with progress that pages and terminals can show."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from .i18n import format_bytes, format_left
from .i18n import gettext as _


class Progress(Protocol):
    """Called by long work with how much is done, of how much, and what is being done.

    `facts` may say more: `bytes` that went over the line, `photos` of `of_photos`, `seconds` that are left.
    """

    def __call__(self, done: int, total: int, text: str, facts: Mapping[str, int] = ..., /) -> None:
        """Note how far the work is."""
        ...


def describe(facts: Mapping[str, int]) -> list[str]:
    """The facts beside a progress bar in words: "1,2 MB", "2 von 5 Fotos", "noch etwa 2 Minuten"."""
    words = [format_bytes(facts["bytes"])] if facts.get("bytes") else []
    if facts.get("of_photos"):
        words.append(_("%(done)s von %(total)s Fotos", done=facts.get("photos", 0), total=facts["of_photos"]))
    return [*words, format_left(facts["seconds"])] if "seconds" in facts else words


@dataclass
class Job:
    """How far a piece of long work is."""

    done: int = 0
    total: int = 0
    text: str = ""
    facts: Mapping[str, int] = field(default_factory=dict)
    result: Any = None
    error: Exception | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def step(self, done: int, total: int, text: str = "", facts: Mapping[str, int] | None = None) -> None:
        """Note how far the work is."""
        self.done, self.total, self.text, self.facts = done, total, text or self.text, facts or {}

    @property
    def running(self) -> bool:
        """Whether it is still being done."""
        return not self.ended.is_set()

    @property
    def failure(self) -> str:
        """Why it failed, in a sentence; nothing when it did not."""
        return (str(self.error) or type(self.error).__name__) if self.error else ""

    @property
    def beside(self) -> list[str]:
        """What to say beside the bar, in the language of the page."""
        return describe(self.facts)


@dataclass(frozen=True)
class Turn:
    """Work that begins by itself: when it was last tried, and when it will be again, by the kit's clock."""

    last: datetime | None
    next: datetime


class Jobs:
    """The long work of this process, by name; the last job of a name stays readable after it ended."""

    def __init__(self) -> None:
        """Nothing is being done."""
        self.turns: dict[str, Turn] = {}
        """What begins by itself, by name."""
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(self, name: str, work: Callable[[Progress], Any]) -> Job:
        """Begin `work(progress)` in a thread of its own, or return the job of that name that still runs."""
        with self._lock:
            job = self._jobs.get(name)
            if job and job.running:
                return job
            job = self._jobs[name] = Job()
        threading.Thread(target=self._run, args=(job, work), name=name, daemon=True).start()
        return job

    def follow(self, name: str, work: Callable[[Progress], Any], progress: Progress) -> Any:
        """Like `start`, but tell `progress` how far it is, wait for the end, return its result or raise what it raised."""
        job = self.start(name, work)
        while not job.ended.wait(0.1):
            progress(job.done, job.total, job.text, job.facts)
        if job.error:
            raise job.error
        return job.result

    def busy(self) -> bool:
        """Whether anything is being done."""
        return any(job.running for job in self._jobs.values())

    def forget(self, name: str) -> None:
        """Do not show how the last job of that name ended any more."""
        with self._lock:
            if name in self._jobs and not self._jobs[name].running:
                del self._jobs[name]

    def last(self, name: str) -> Job | None:
        """The running or last job of that name."""
        return self._jobs.get(name)

    def _run(self, job: Job, work: Callable[[Progress], Any]) -> None:
        try:
            job.result = work(job.step)
        except Exception as error:  # shown to staff, whatever it was
            job.error = error
        finally:
            job.ended.set()
