"""Ideas for the hand-over: left without the detour over the pages."""

from collections.abc import Callable
from typing import Any

import pytest

from fieldkit import ids, tickets
from fieldkit.house import House
from fieldkit.ideas import store


@pytest.fixture
def idea(kit: House, stop: dict[str, Any]) -> Callable[..., str]:
    """Leaves an idea at the open stop and returns its id."""

    def leave(title: str = "Mehr Bänke im Schatten", **fields: str) -> str:
        ticket = tickets.Ticket(ids.new_id(), "", ids.new_id())
        kit.db.write(store.submit, ticket, {"title": title, "body": "", "category": "", "place": "", "name": "", **fields})
        return ticket.id

    return leave
