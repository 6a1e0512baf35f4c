"""The hand-over: ask what the hub has, send the rest, believe only a signed receipt for our own digest, fetch answers, send photos."""

import contextlib
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .. import journal, wire
from ..house import House
from ..jobs import Progress
from . import hearing, photos, proof, store
from .client import Caller, Failed, Refused, Unreachable
from .tally import Tally

JOB = "sync"
"""The name of the hand-over among the jobs of the house: button, command line and the watch all show the same one."""
TRIES = 3  # of every call that finds nobody
BATCH_HEADERS = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}

Wait = Callable[[float], None]


def command(house: House, progress: Progress) -> dict[str, Any]:
    """Hand over everything, for the command line; where it is under way already, watch that. Raises Failed."""
    return house.jobs.follow(JOB, lambda tell: run(house, tell), progress)


def run(house: House, progress: Progress, wait: Wait = time.sleep) -> dict[str, Any]:
    """Hand over what the hub has not confirmed, take in what it says, hand over what came of that, then photos and files.

    Returns `confirmed` and `pending` (entries of this epoch), `epoch`, `seq`, `digest` and check `word` of the receipt, how many
    `answers` came, and how many `photos` were handed over and are still `missing` at the hub.
    Raises Failed; what was confirmed before stays confirmed, and the next run resumes there.
    """
    with closing(_Handover(house, _hub(house), progress, wait)) as handover:
        outcome = handover.run()
    house.command("purge")(house, lambda *_: None)  # what is confirmed now need not stay here
    return outcome


def hub_answers(house: House) -> bool:
    """Whether our hub can be reached at this moment: one signed question, no second try. Also when it refuses. Raises Failed."""
    with closing(_Handover(house, _hub(house), lambda *_: None, time.sleep)) as handover:
        try:
            handover.ask_once()
        except Refused:
            return True
        except Failed:
            return False
    return True


def _hub(house: House) -> store.Hub:
    hub = store.hub(house.db.read())
    if hub is None:
        raise Failed("Dieses Kit ist noch bei keinem Hub angemeldet.")
    return hub


@dataclass(frozen=True)
class _Packed:
    """A batch on its way, and our own head behind it. Only a receipt makes that count."""

    body: bytes
    end: journal.Head
    heard: int
    """The last number of the hub's that we had heard: what is in here may be older than a correction it knows."""


class _Handover:
    """One run: who calls whom, and what was confirmed."""

    def __init__(self, house: House, hub: store.Hub, progress: Progress, wait: Wait) -> None:
        self._house, self._hub, self._wait = house, hub, wait
        self._caller = Caller(hub.url, hub.verify_key, house.kit.signing_key)
        self._path = f"/api/v1/kits/{house.kit.id}"
        self._tally = Tally(progress, photos.sizes(house))

    def close(self) -> None:
        """Hang up."""
        self._caller.close()

    def run(self) -> dict[str, Any]:
        """The whole hand-over, in order."""
        held = self.send_all(self.ask_head())
        self._tally.answers(held.seq)
        answers = self.fetch_answers()
        held = self.send_all(held)  # erased or corrected because the hub said so
        sent, missing = photos.Sending(self._house, self._hub, self._tally, self._get, self._post).run(held)
        return {
            "confirmed": held.seq, "pending": store.pending(self._house.db.read()), "epoch": held.epoch, "seq": held.seq,
            "digest": held.digest, "word": wire.check_word(held.digest), "answers": answers, "photos": sent, "missing": missing,
        }  # fmt: skip

    def ask_once(self) -> tuple[journal.Head, dict[str, Any]]:
        """Our own head, and what the hub has of its epoch; its word is a receipt like any other."""
        ours = journal.head(self._house.db.read())
        copies = self._house.copies.second.standing().copies
        condition = urlencode(store.condition(self._house.db.read(), self._house.config.home, copies))
        answer = self._caller.get(f"{self._path}/head?epoch={ours.epoch}&{condition}")
        return ours, proof.receipt(self._house, self._hub, answer, ours.epoch, 0)

    def ask_head(self) -> journal.Head:
        """What the hub has of our present epoch.

        Where the hub has more of the epoch than we, this kit was set back without noticing: a new epoch begins.
        """
        ours, receipt = self._patiently(self.ask_once)
        if receipt["seq"] > ours.seq or receipt.get("begin_anew"):
            self._house.db.write(journal.new_epoch, receipt.get("begin_anew") or "")
            return self.ask_head()
        if store.digest_at(self._house.db.read(), ours.epoch, receipt["seq"]) != receipt["digest"]:
            self._show_fork(ours.epoch, receipt["seq"])
        return proof.believe(self._house, receipt)

    def send_all(self, held: journal.Head) -> journal.Head:
        """Send everything behind what the hub has. The next batch is packed while the hub works on the present one."""
        with ThreadPoolExecutor(1, "pack") as packer:
            ahead = packer.submit(self._pack, held)
            while packed := ahead.result():
                ahead = packer.submit(self._pack, packed.end)
                if packed.end.seq > held.seq:  # the hub may have got it by another way
                    self._tally.entries(held.seq, journal.head(self._house.db.read()).seq, len(packed.body))
                    held = self._send(packed)
        return held

    def _pack(self, after: journal.Head) -> _Packed | None:
        """What follows, as much as fits into one batch."""
        heard = _hub(self._house).inbox  # looked up first: what is heard while we pack counts as not heard
        entries = journal.entries(self._house.db.read(), after.epoch, after.seq, wire.MOST_ENTRIES)
        if not entries:
            return None
        body, count = wire.pack(self._house.kit.id, after.epoch, after.digest, entries)
        last = entries[count - 1]
        return _Packed(body, journal.Head(after.epoch, last["seq"], last["digest"]), heard)

    def _send(self, packed: _Packed) -> journal.Head:
        answer = self._post(f"{self._path}/entries?heard={packed.heard}", packed.body, BATCH_HEADERS)
        return proof.believe(self._house, proof.receipt(self._house, self._hub, answer, packed.end.epoch, packed.end.seq))

    def fetch_answers(self) -> int:
        """Take in everything the hub has said since we last asked; how many answers there were."""
        heard, after = 0, self._hub.inbox
        while pieces := self._inbox(after):
            heard += self._house.db.write(hearing.take_in, self._house.rooms, pieces)
            after = pieces[-1]["seq"]
        return heard

    def _show_fork(self, epoch: str, seq: int) -> None:
        """Two copies went on with the same epoch: send what the hub will refuse, so that its staff know."""
        before = store.digest_at(self._house.db.read(), epoch, seq - 1) or journal.EMPTY
        packed = self._pack(journal.Head(epoch, seq - 1, before))
        with contextlib.suppress(Failed):
            if packed:
                self._send(packed)

    def _inbox(self, after: int) -> list[dict[str, Any]]:
        answer = self._get(f"{self._path}/inbox?after={after}")
        return proof.pieces(self._house, self._hub, answer.get("entries") if isinstance(answer, dict) else None, after)

    def _get(self, path: str) -> Any:
        return self._patiently(lambda: self._caller.get(path))

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        return self._patiently(lambda: self._caller.post(path, body, headers))

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
