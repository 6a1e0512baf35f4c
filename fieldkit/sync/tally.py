"""How far a hand-over is, in numbers that people can follow: entries, bytes, photos, and how long it will still take."""

import time
from collections.abc import Sequence

from ..i18n import N_
from ..jobs import Progress

ENTRIES = N_("Einträge werden übergeben")
PHOTOS = N_("Fotos werden übergeben")
ANSWERS = N_("Antworten werden geholt")
SOON = 1.0  # seconds: before that, nobody can say how fast it goes


class Tally:
    """Counts along during one hand-over and tells `progress`; the time left follows from the rate so far."""

    def __init__(self, progress: Progress, photo_sizes: Sequence[int]) -> None:
        """Expect photos of these sizes (bytes) after the entries."""
        self._progress = progress
        self._began = time.monotonic()
        self._bytes = 0
        self._first: int | None = None
        self._photo_bytes = sum(photo_sizes)
        self._photos = len(photo_sizes)

    def entries(self, done: int, total: int, sent: int = 0) -> None:
        """So many entries are confirmed, after `sent` more bytes."""
        self._bytes += sent
        if self._first is None:
            self._first, self._began = done, time.monotonic()
        rate = self._rate(done - self._first)
        seconds = {"seconds": round((total - done) * rate + self._photo_bytes * self._rate(self._bytes))} if rate else {}
        self._progress(done, total, ENTRIES, {"bytes": self._bytes, **seconds})

    def answers(self, total: int) -> None:
        """All entries are confirmed; now the hub speaks."""
        self._progress(total, total, ANSWERS, {"bytes": self._bytes})

    def photos(self, arrived: int, left: int, sent: int = 0) -> None:
        """So many photos have arrived and `left` bytes of the others are still here, after `sent` more bytes."""
        self._bytes += sent
        rate = self._rate(self._bytes)
        seconds = {"seconds": round(left * rate)} if rate else {}
        self._progress(
            arrived, self._photos, PHOTOS, {"bytes": self._bytes, "photos": arrived, "of_photos": self._photos, **seconds}
        )

    def expect(self, sizes: Sequence[int]) -> None:
        """The hub said which photos it misses."""
        self._photos, self._photo_bytes = len(sizes), sum(sizes)

    def _rate(self, done: int) -> float:
        """Seconds for one of what was done; 0 while that cannot be said."""
        taken = time.monotonic() - self._began
        return taken / done if done > 0 and taken > SOON else 0.0
