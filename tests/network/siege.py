"""Somebody holds as many connections as they can and never finishes a request, while others want to read."""

import re
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fieldkit.config import Config
from fieldkit.net import files
from tests.network.places import KIT, Place

PAUSE = 0.25  # seconds between two looks at all connections
LIMITS = ("update @newcomers", "add @connections")


def without_limits(config: Config) -> str:
    """The firewall without what it allows a single device."""
    return "\n".join(line for line in files.rules(config).splitlines() if not line.strip().startswith(LIMITS))


@contextmanager
def slow_connections(attacker: Place, wanted: int, addresses: list[str] | None = None) -> Iterator[list[int]]:
    """Keep up to `wanted` connections open, from any of `addresses`, each with half a request; how many were open, look by look."""
    files_allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(files_allowed, wanted + 500), max(most, wanted + 500)))
    held: list[int] = []
    over = threading.Event()
    thread = threading.Thread(target=_hold, args=(attacker, wanted, addresses or [""], over, held), daemon=True)
    thread.start()
    while not held:
        time.sleep(0.05)
    try:
        yield held
    finally:
        over.set()
        thread.join(30)


def slowest_page(reader: Place) -> float:
    """Seconds for the slowest of all pages the front page leads to, one connection each, as phones do, and at a pace no firewall minds."""
    paths = ["/", "/start", *sorted(set(re.findall(r'href="(/[a-z][^"#]*)"', reader.ask(KIT, "/").text)))]
    assert len(paths) > 8
    waits = []
    for path in paths:
        began = time.monotonic()
        assert reader.ask(KIT, path).status in (200, 403), path  # the desk says that it stays closed here
        waits.append(time.monotonic() - began)
        time.sleep(0.05)
    return max(waits)


def _hold(attacker: Place, wanted: int, addresses: list[str], over: threading.Event, held: list[int]) -> None:
    lines: list[socket.socket] = []
    try:
        while not over.is_set():
            with attacker.inside():
                for number in range(len(lines), wanted):
                    lines.append(_begin(addresses[number % len(addresses)]))
            over.wait(PAUSE)
            lines = [line for line in lines if _alive(line)]
            held.append(sum(map(_connected, lines)))
    finally:
        for line in lines:
            line.close()


def _begin(address: str) -> socket.socket:
    line = socket.socket()
    line.setblocking(False)
    if address:
        line.bind((address, 0))
    line.connect_ex((KIT, 80))
    return line


def _connected(line: socket.socket) -> bool:
    try:
        line.getpeername()
    except OSError:
        return False
    return True


def _alive(line: socket.socket) -> bool:
    """Say a little more, and look whether the kit has hung up."""
    if not _connected(line):
        return True
    try:
        line.send(b"GET /?a")  # no request ends like this, however often it is said
        closed = line.recv(1) == b""
    except BlockingIOError:
        return True
    except OSError:
        closed = True
    if closed:
        line.close()
    return not closed
