"""Ayşe and Emre, with a phone each, and what the tests look up behind the scenes."""

from collections.abc import Callable
from typing import Any

import pytest

from fieldkit import ids, tickets
from fieldkit.house import House
from fieldkit.ideas import store
from fieldkit.storage import soundness


@pytest.fixture
def emre(visitor: Any) -> Any:
    """Emre, with a phone of his own."""
    return type(visitor)(visitor.application)


@pytest.fixture
def ask(kit: House) -> Callable[..., Any]:
    """Asks the database one question: `ask("SELECT ...", value)` is the first column of the first row."""

    def answer(sql: str, *values: Any) -> Any:
        row = kit.db.read().execute(sql, values).fetchone()
        return row[0] if row else None

    return answer


@pytest.fixture
def left(kit: House, stop: dict[str, Any]) -> Callable[..., str]:
    """Leaves an idea without the web and returns its id."""

    def leave(title: str = "Mehr Bänke im Schatten", body: str = "", **fields: Any) -> str:
        row = {"id": ids.new_id(), "title": title, "body": body, **fields}
        kit.db.write(store.insert, row)
        return row["id"]

    return leave


@pytest.fixture
def owned(kit: House, stop: dict[str, Any]) -> Callable[..., tickets.Ticket]:
    """Leaves an idea with a receipt and returns its ticket."""

    def leave(title: str = "Mehr Bänke im Schatten", body: str = "") -> tickets.Ticket:
        ticket = kit.office.read(kit.office.issue())
        kit.db.write(store.submit, ticket, {"title": title, "body": body})
        return ticket

    return leave


@pytest.fixture
def in_order(kit: House) -> Callable[[], bool]:
    """Whether the chain holds and journal and tables agree."""
    return lambda: list(soundness.journal_faults(kit.db.read())) == []
