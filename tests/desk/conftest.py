"""The kit's clock in the test's hand; the machine's own is never touched."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from fieldkit import clock


@pytest.fixture(autouse=True)
def hand(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the kit believes the time is, in `now`, what it was set to, in `set_to`, and whether it may be set, in `allowed`."""
    hand = SimpleNamespace(now=datetime(2026, 11, 22, 13, 2, 0, tzinfo=UTC), set_to=[], allowed=True)

    def settime(_: int, seconds: float) -> None:
        if not hand.allowed:
            raise PermissionError
        hand.set_to.append(datetime.fromtimestamp(seconds, UTC))

    monkeypatch.setattr(clock.time, "clock_settime", settime)
    monkeypatch.setattr(clock, "now", lambda: hand.now)
    return hand
