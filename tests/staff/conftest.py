"""Quick hashes, and phones that nobody has signed in with."""

from collections.abc import Callable

import pytest
from werkzeug.test import Client

from fieldkit import credentials


@pytest.fixture(autouse=True)
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; here only its result matters."""
    monkeypatch.setattr(credentials, "HASHER", credentials.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def another_phone(visitor: Client) -> Callable[[], Client]:
    """Gives a phone of its own, without anybody's cookies."""
    return lambda: type(visitor)(visitor.application)
