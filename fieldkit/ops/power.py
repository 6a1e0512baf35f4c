"""Switching the device off, and its hotspot off and on: the kit only lays a file where systemd looks; it has no such rights itself."""

import os
from pathlib import Path

from .. import clock

REQUESTS = Path("/run/feldkit/requests")
SHUTDOWN, ACCESS_POINT = "shutdown", "access-point"
SWITCHES = (SHUTDOWN, ACCESS_POINT)
SOON = 60.0  # seconds in which systemd does what was asked

_asked: dict[str, float] = {}


def possible() -> bool:
    """Whether this is a device that was installed for it."""
    return REQUESTS.is_dir() and os.access(REQUESTS, os.W_OK)


def ask(switch: str) -> None:
    """Have systemd do it within seconds. Raises OSError."""
    (REQUESTS / switch).touch()
    _asked[switch] = clock.monotonic()


def under_way(switch: str) -> bool:
    """Whether it was asked for just now."""
    return clock.monotonic() - _asked.get(switch, float("-inf")) < SOON
