"""The hand-over: ask what the hub has, send the rest, believe only a signed receipt for our own digest, then fetch answers."""

import contextlib
import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from .. import journal, wire
from ..house import House
from ..jobs import Progress
from . import hearing, proof, store
from .client import Caller, Failed, Unreachable

TRIES = 3  # of every call that finds nobody
BATCH_HEADERS = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}

Wait = Callable[[float], None]


def command(house: House, progress: Progress) -> dict[str, Any]:
    """Hand over everything, for the command line and the button. Raises Failed."""
    return run(house, progress)


def run(house: House, progress: Progress, wait: Wait = time.sleep) -> dict[str, Any]:
    """Hand over what the hub has not confirmed, take in what it says, and hand over what came of that.

    Returns `confirmed` and `pending` (entries of this epoch), `epoch`, `seq` and `digest` of the receipt, and how many `answers` came.
    Raises Failed; what was confirmed before stays confirmed, and the next run resumes there.
    """
    hub = store.hub(house.db.read())
    if hub is None:
        raise Failed("Dieses Kit ist noch bei keinem Hub angemeldet.")
    handover = _Handover(house, hub, wait)
    held = handover.send_all(handover.ask_head(), progress)
    progress(held.seq, held.seq, "Antworten werden geholt")
    answers = handover.fetch_answers()
    held = handover.send_all(held, progress)  # erased or corrected because the hub said so
    left = store.pending(house.db.read())
    return {
        "confirmed": held.seq, "pending": left, "epoch": held.epoch, "seq": held.seq, "digest": held.digest, "answers": answers,
    }  # fmt: skip


class _Handover:
    """One run: who calls whom, and what was confirmed."""

    def __init__(self, house: House, hub: store.Hub, wait: Wait) -> None:
        self._house, self._hub, self._wait = house, hub, wait
        self._caller = Caller(hub.url, hub.verify_key, house.kit.signing_key)
        self._path = f"/api/v1/kits/{house.kit.id}"

    def ask_head(self) -> journal.Head:
        """What the hub has of our present epoch; its word is a receipt like any other.

        Where the hub has more of the epoch than we, this kit was set back without noticing: a new epoch begins.
        """
        ours = journal.head(self._house.db.read())
        condition = urlencode(store.condition(self._house.db.read(), self._house.config.home))
        answer = self._patiently(lambda: self._caller.get(f"{self._path}/head?epoch={ours.epoch}&{condition}"))
        receipt = self._receipt(answer, ours.epoch, 0)
        if receipt["seq"] > ours.seq or receipt.get("begin_anew"):
            self._house.db.write(journal.new_epoch)
            return self.ask_head()
        if store.digest_at(self._house.db.read(), ours.epoch, receipt["seq"]) != receipt["digest"]:
            self._show_fork(ours.epoch, receipt["seq"])
        return self._believe(receipt)

    def send_all(self, held: journal.Head, progress: Progress) -> journal.Head:
        """Send everything behind what the hub has."""
        while held.seq < (total := journal.head(self._house.db.read()).seq):
            progress(held.seq, total, "Einträge werden übergeben")
            held = self.send_batch(held)
        return held

    def send_batch(self, held: journal.Head) -> journal.Head:
        """Send what follows, as much as fits into one batch."""
        entries = journal.entries(self._house.db.read(), held.epoch, held.seq, wire.MOST_ENTRIES)
        body, count = wire.pack(self._house.kit.id, held.epoch, held.digest, entries)
        answer = self._patiently(lambda: self._caller.post(f"{self._path}/entries", body, BATCH_HEADERS))
        return self._believe(self._receipt(answer, held.epoch, held.seq + count))

    def fetch_answers(self) -> int:
        """Take in everything the hub has said since we last asked; how many answers there were."""
        heard, after = 0, self._hub.inbox
        while pieces := self._inbox(after):
            heard += self._house.db.write(hearing.take_in, self._house.rooms, pieces)
            after = pieces[-1]["seq"]
        return heard

    def _receipt(self, answer: Any, epoch: str, at_least: int) -> dict[str, Any]:
        return proof.receipt(self._house, self._hub, answer, epoch, at_least)

    def _show_fork(self, epoch: str, seq: int) -> None:
        """Two copies went on with the same epoch: send what the hub will refuse, so that its staff know."""
        before = store.digest_at(self._house.db.read(), epoch, seq - 1) or journal.EMPTY
        with contextlib.suppress(Failed):
            self.send_batch(journal.Head(epoch, seq - 1, before))

    def _believe(self, receipt: dict[str, Any]) -> journal.Head:
        return proof.believe(self._house, receipt)

    def _inbox(self, after: int) -> list[dict[str, Any]]:
        answer = self._patiently(lambda: self._caller.get(f"{self._path}/inbox?after={after}"))
        return proof.pieces(self._house, self._hub, answer.get("entries") if isinstance(answer, dict) else None, after)

    def _patiently(self, call: Callable[[], Any]) -> Any:
        """Try again after a while when nobody answers; refusals and strangers are final."""
        for tried in range(1, TRIES + 1):
            try:
                return call()
            except Unreachable:
                if tried == TRIES:
                    raise
                self._wait(4 ** (tried - 1) + random.random())  # noqa: S311 - so that kits do not come back in step
        raise AssertionError
