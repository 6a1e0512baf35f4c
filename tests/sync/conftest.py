"""Ideas for the hand-over: left without the detour over the pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldkit import ids, tickets
from fieldkit.house import House
from fieldkit.hub.central import Central
from fieldkit.ideas import store
from tests.sticks import give_keys


@pytest.fixture
def idea(kit: House, stop: dict[str, Any]) -> Callable[..., str]:
    """Leaves an idea at the open stop and returns its id."""

    def leave(title: str = "Mehr Bänke im Schatten", **fields: str) -> str:
        ticket = tickets.Ticket(ids.new_id(), "", ids.new_id())
        kit.db.write(store.submit, ticket, {"title": title, "body": "", "category": "", "place": "", "name": "", **fields})
        return ticket.id

    return leave


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    """A stick that is plugged in."""
    place = tmp_path / "STICK"
    place.mkdir()
    return place


@pytest.fixture
def away(kit: House, hub: Central, line: Any, request: pytest.FixtureRequest) -> House:
    """The kit, known to a hub with keys, out of reach of any net."""
    give_keys(hub)
    request.getfixturevalue("enrolled")
    line.cut()
    return kit
