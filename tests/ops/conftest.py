"""Sticks: folders on another file system than the kit's."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from fieldkit import app, config, house
from fieldkit.house import House


@pytest.fixture
def stick() -> Iterator[Path]:
    """A stick, plugged in, empty."""
    path = Path(tempfile.mkdtemp(prefix="stick-", dir="/dev/shm"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def switch_on(home: Path) -> Callable[..., AbstractContextManager[House]]:
    """Opens the kit at `home`, as often as a test needs it."""
    return lambda **settings: house.opened(config.Config(home, address="http://localhost", **settings), app.ALL, "tests")
