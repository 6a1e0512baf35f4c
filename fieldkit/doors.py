"""Who may enter: closed by default, and opening is a line. Sessions and throttles live in memory and die with the process."""

import contextlib
import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Interface, IPv6Address, ip_address
from pathlib import Path
from typing import Any, TypeVar

from . import clock

VISITOR = "visitor"
FACILITATOR = "facilitator"
SIGN_IN = "sign-in"
"""Whoever wants to sign in: open to all, but like the desk itself not in the clear through the air."""
HUB_READ, HUB_ANSWER, HUB_ADMIN = "read", "answer", "administer"
HUB_ROLES = (HUB_READ, HUB_ANSWER, HUB_ADMIN)
"""Of the staff of the hub; each may do what those before it may."""
HUB_STAFF = HUB_READ

LOCK, DEVICE, CABLE, AIR = "lock", "device", "cable", "air"
"""Ways to the kit: over TLS, on the device itself, by cable, or in the clear through the air, where anybody near can read along."""

BY_CABLE = IPv4Interface("169.254.42.1/16")
"""The kit at the other end of a direct cable, where nobody gives out addresses and a laptop takes one of this range.
RFC 3927 wants them drawn at random, and given up for a better one; a fixed one, kept beside that of an office, can be printed."""

COOKIE = "feldkit"
IDLE = 2 * 3600  # seconds without a click until a facilitator signs in again
LONGEST = 12 * 3600  # seconds a session lives at most: one long day at a stop


def cookie_name(name: str, locked: bool) -> str:
    """What the cookie is called. Over TLS browsers see to it that `__Host-` comes from this host alone, and travels by TLS alone."""
    return f"__Host-{name}" if locked else name


View = TypeVar("View", bound=Callable[..., Any])


def open_to(audience: str) -> Callable[[View], View]:
    """Open a view to an audience. A view without this line answers nobody."""

    def mark(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined]
        return view

    return mark


def may(role: str, audience: str) -> bool:
    """Whether somebody in this role may enter where it is open to this audience."""
    if role in HUB_ROLES and audience in HUB_ROLES:
        return HUB_ROLES.index(role) >= HUB_ROLES.index(audience)
    return role == audience


@dataclass(frozen=True)
class Person:
    """Somebody who signed in."""

    id: str
    name: str
    role: str


@dataclass
class _Session:
    person: Person
    began: float = field(default_factory=lambda: clock.monotonic())
    seen: float = field(default_factory=lambda: clock.monotonic())


class Sessions:
    """Who is signed in, by cookie. Counted by the monotonic clock, so setting the kit's clock neither opens nor closes a door."""

    def __init__(self) -> None:
        """Nobody is signed in."""
        self._by_token: dict[str, _Session] = {}

    def begin(self, person: Person) -> str:
        """Sign somebody in; the new token for the cookie."""
        token = secrets.token_urlsafe(32)
        self._by_token[token] = _Session(person)
        return token

    def person(self, token: str | None) -> Person | None:
        """Who holds this token, if the session still lives."""
        session = self._by_token.get(token or "")
        if session is None:
            return None
        now = clock.monotonic()
        if now - session.seen > IDLE or now - session.began > LONGEST:
            self.end(token)
            return None
        session.seen = now
        return session.person

    def end(self, token: str | None) -> None:
        """Sign out."""
        self._by_token.pop(token or "", None)

    def end_all(self, person_id: str) -> None:
        """Sign somebody out everywhere, when the card is revoked or the PIN changes."""
        self._by_token = {t: s for t, s in self._by_token.items() if s.person.id != person_id}


class Throttle:
    """A token bucket for each device and one for all of them together. Forgets devices it has not seen for long."""

    def __init__(self, each: int, overall: int, seconds: float) -> None:
        """Allow `each` tries per device and `overall` in all within `seconds`, refilled evenly."""
        self._each, self._overall, self._seconds = each, overall, seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, device: str) -> bool:
        """Take one try; False when the device, or everyone together, has none left."""
        return self._take(device, self._each) and self._take("", self._overall)

    def _take(self, name: str, size: int) -> bool:
        now = clock.monotonic()
        left, then = self._buckets.pop(name, (float(size), now))
        left = min(size, left + (now - then) * size / self._seconds)
        allowed = left >= 1
        self._buckets[name] = (left - 1 if allowed else left, now)
        if len(self._buckets) > 10_000:
            self._buckets.popitem(last=False)
        return allowed


class Once:
    """Remembers which device did what, in memory only, so that a double tap counts once. Forgets the oldest first."""

    def __init__(self, most: int = 100_000) -> None:
        """Remember at most so many."""
        self._most = most
        self._done: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def once(self, device: str, thing: str) -> Iterator[bool]:
        """Whether this is the first time. What fails inside is not remembered, so the person can try again."""
        with self._lock:
            first_time = (device, thing) not in self._done
            self._done[device, thing] = None
            if len(self._done) > self._most:
                self._done.popitem(last=False)
        try:
            yield first_time
        except BaseException:
            if first_time:
                self._done.pop((device, thing), None)
            raise


def on_the_kit(environ: dict[str, Any]) -> bool:
    """Whether a request comes from the kit itself: a screen at the van, not a phone on the Wi-Fi."""
    return str(environ.get("REMOTE_ADDR", "")).startswith(("127.", "::1"))


def way(environ: dict[str, Any], hotspot: IPv4Interface) -> str:
    """The way a request came, where `hotspot` is the kit's own address there. What cannot be told counts as the air."""
    if environ["wsgi.url_scheme"] == "https":
        return LOCK
    try:
        seen = ip_address(str(environ.get("REMOTE_ADDR", "")))
    except ValueError:
        return AIR
    if isinstance(seen, IPv6Address):  # the hotspot has none of these, but a socket for both calls 10.42.0.7 ::ffff:10.42.0.7
        if seen.ipv4_mapped is None:
            return DEVICE if seen.is_loopback else AIR
        seen = seen.ipv4_mapped
    if seen.is_loopback or seen == hotspot.ip:
        return DEVICE
    return AIR if seen in hotspot.network else CABLE


_salt = secrets.token_bytes(16)


def device(environ: dict[str, Any]) -> str:
    """A name for a visitor's device that only this process can make: never stored, different after every start."""
    return _named(f"{environ.get('REMOTE_ADDR')}|{environ.get('HTTP_USER_AGENT')}")


def phone(environ: dict[str, Any]) -> str:
    """The same, whichever program on the device asks: by its network card, so that the next visitor with this address is another."""
    address = str(environ.get("REMOTE_ADDR"))
    return _named(f"{address}|{_network_card(address)}")


def _named(seen: str) -> str:
    return hashlib.blake2b(seen.encode(), key=_salt, digest_size=12).hexdigest()


def _network_card(address: str) -> str:
    """Which one the kernel sees behind an address; empty where it knows none, as for the kit itself."""
    with contextlib.suppress(OSError), Path("/proc/net/arp").open(encoding="ascii") as neighbours:
        for line in neighbours:
            if line.startswith(f"{address} "):
                return line.split()[3]
    return ""
