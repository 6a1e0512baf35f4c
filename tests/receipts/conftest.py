"""Ayşe left an idea and holds its code."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest

from fieldkit import clock
from fieldkit.house import House
from fieldkit.ideas import store as ideas
from fieldkit.receipts import routes
from fieldkit.tickets import Ticket

WORDS = {"title": "Mehr Bänke im Schatten", "body": "Im Sommer ist es hier zu heiß."}


@pytest.fixture(autouse=True)
def _within_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has tried a code yet, and no time passes in which tries could be refilled."""
    monkeypatch.setattr(routes.trying, "_buckets", OrderedDict())
    monkeypatch.setattr(clock, "monotonic", lambda: 0.0)


@pytest.fixture
def sealed(kit: House, stop: dict[str, Any]) -> str:
    """The sealed ticket of the form with which Ayşe left her idea."""
    sealed = kit.office.issue()
    kit.db.write(ideas.submit, kit.office.read(sealed), WORDS)
    return sealed


@pytest.fixture
def ticket(kit: House, sealed: str) -> Ticket:
    """Her idea's id and code."""
    return kit.office.read(sealed)


@pytest.fixture
def comment(kit: House, ticket: Ticket) -> Ticket:
    """Emre's comment on it."""
    mine = kit.office.read(kit.office.issue())
    kit.db.write(ideas.comment, mine, ticket.id, {"body": "Und einen Brunnen dazu!"})
    return mine


@pytest.fixture
def wrong() -> Callable[[str], str]:
    """A code with its first character wrong."""
    return lambda code: ("A" if code[0] != "A" else "B") + code[1:]
