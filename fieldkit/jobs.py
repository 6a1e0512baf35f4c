"""Long work in the background, one of each kind at a time, with progress that pages and terminals can show."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Job:
    """How far a piece of long work is."""

    done: int = 0
    total: int = 0
    text: str = ""
    running: bool = True
    result: Any = None
    failure: str = ""

    def step(self, done: int, total: int, text: str = "") -> None:
        """Note how far the work is."""
        self.done, self.total, self.text = done, total, text or self.text


Progress = Callable[[int, int, str], None]


class Jobs:
    """The long work of this process, by name; the last job of a name stays readable after it ended."""

    def __init__(self) -> None:
        """Nothing is being done."""
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

    def last(self, name: str) -> Job | None:
        """The running or last job of that name."""
        return self._jobs.get(name)

    def _run(self, job: Job, work: Callable[[Progress], Any]) -> None:
        try:
            job.result = work(job.step)
        except Exception as error:  # shown to staff, whatever it was
            job.failure = str(error) or type(error).__name__
        finally:
            job.running = False
