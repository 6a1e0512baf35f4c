"""What must be quick: versions, presence and rendered boards, in memory. An idle poll is answered from here and touches no database.

A version says what somebody may know. What is hidden moves only the version of the team, so that nobody can count hidden notes by watching it.
"""

import gzip
import secrets
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .. import clock

ROOM, TEAM = "room", "team"
"""Who looks: participants and the projector, or the facilitators."""

HERE = 30.0  # seconds since the last sign of life until somebody counts as away
MOST = 2000  # rendered boards kept
AT_ONCE, EACH_KB, LONGEST = 8000, 0.01, 1.5
"""A long board is not made anew for every note on it: one above so many characters stands so many seconds per 1,000, at most so many."""

PHONE, BEAMER, LOBBY, CLOSED, UNSEEN = 2000, 1000, 5000, 10000, 15000
"""Milliseconds between two polls: on a board, on the projector, before the first step, when it is over, in a hidden tab."""

_START = secrets.token_hex(3)  # a version of an earlier process equals none of ours
_versions: dict[tuple[str, str], int] = {}
_lock = threading.Lock()


def version(*things: str, to: str = ROOM) -> str:
    """The version of a workshop and a board together, as far as somebody may know it."""
    return ".".join([_START, *(str(_versions.get((thing, to), 0)) for thing in things)])


def changed(conn: sqlite3.Connection, thing: str, secret: bool = False) -> None:
    """Say within a write that a workshop or a board changes; its version moves once that is committed.

    `secret` moves it for the team alone.
    """
    conn.afterwards.append(lambda _: _bump(thing, secret))  # type: ignore[attr-defined]


def _bump(thing: str, secret: bool) -> None:
    with _lock:
        for to in (TEAM,) if secret else (TEAM, ROOM):
            _versions[thing, to] = _versions.get((thing, to), 0) + 1


@dataclass(frozen=True)
class Rendered:
    """A piece of page and what it was made of."""

    version: str
    html: str
    firm: str
    until: float
    """Until when it is new enough although notes or votes came in."""

    @cached_property
    def gzipped(self) -> bytes:
        """As it travels to a browser."""
        return gzip.compress(self.html.encode(), 6, mtime=0)

    @classmethod
    def made(cls, version: str, html: str, firm: str = "") -> "Rendered":
        """The longer it is, the longer it took to make and the longer it stands."""
        stands = min(LONGEST, EACH_KB * len(html) / 1000) if len(html) > AT_ONCE else 0.0
        return cls(version, html, firm, clock.monotonic() + stands)

    def will_do(self, wanted: str, firm: str) -> bool:
        """Whether it can still be shown when this version is wanted."""
        return self.version == wanted or (self.firm == firm and clock.monotonic() < self.until)


class Kept:
    """Rendered pieces that are the same for everybody: of 200 phones that want the same one, one has it made and the others wait for it."""

    def __init__(self, most: int = MOST) -> None:
        """Nothing is rendered yet; the oldest of more than `most` goes."""
        self._most = most
        self._pieces: OrderedDict[tuple[str, ...], Rendered] = OrderedDict()
        self._making: dict[tuple[str, ...], threading.Lock] = {}
        self._guard = threading.Lock()

    def piece(self, key: tuple[str, ...], wanted: str, firm: str, make: Callable[[], str]) -> Rendered:
        """The piece under `key` in the version `wanted`, made by `make` if need be; or one a moment older, as long as `firm` is the same."""
        found = self._pieces.get(key)
        if found and found.will_do(wanted, firm):
            return found
        with self._guard:
            lock = self._making.setdefault(key, threading.Lock())
        with lock:
            found = self._pieces.get(key)
            if not found or not found.will_do(wanted, firm):
                found = Rendered.made(wanted, make(), firm)
                with self._guard:
                    self._pieces[key] = found
                    self._making.pop(key, None)
                    if len(self._pieces) > self._most:
                        self._pieces.popitem(last=False)
        return found


class Memory:
    """Answers that were looked up in the database once and hold until a version moves."""

    def __init__(self, most: int = 10_000) -> None:
        """Know nothing yet; forget the oldest of more than `most`."""
        self._most = most
        self._known: OrderedDict[Any, tuple[str, Any]] = OrderedDict()

    def ask(self, key: Any, wanted: str, look_up: Callable[[], Any]) -> Any:
        """What `look_up` says about `key`, asked again once the version moved. None is not remembered."""
        found = self._known.get(key)
        if found and found[0] == wanted:
            return found[1]
        answer = look_up()
        if answer is not None:
            self._known[key] = (wanted, answer)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return answer


class Presence:
    """Who showed a sign of life lately, by participant. Never written down."""

    def __init__(self) -> None:
        """Nobody is here."""
        self._seen: dict[str, dict[str, float]] = {}

    def seen(self, workshop_id: str, participant_id: str) -> None:
        """Somebody asked for something."""
        self._seen.setdefault(workshop_id, {})[participant_id] = clock.monotonic()

    def here(self, workshop_id: str) -> frozenset[str]:
        """The ids of those who are here."""
        latest = clock.monotonic() - HERE
        return frozenset(who for who, at in list(self._seen.get(workshop_id, {}).items()) if at > latest)

    def forget(self, workshop_id: str) -> None:
        """The workshop has ended."""
        self._seen.pop(workshop_id, None)


kept, memory, presence = Kept(), Memory(), Presence()
