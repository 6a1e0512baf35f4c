"""The square, set up once for all tests of the network, and the visitors on it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldkit import app, config, house
from fieldkit.ops import examples, terminal
from tests.network import world as square
from tests.network.places import Visitor
from tests.network.world import World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Iterator[World]:
    """A kit with examples on a square of its own. Where there cannot be one, tests say why; in CI that is a failure."""
    reason = square.missing()
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    square.sweep()
    folder = tmp_path_factory.mktemp("square")
    home = folder / "home"
    shutil.copytree(empty_home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIELDKIT_HOME", str(home))
        with house.opened(config.prepare(), app.ALL, "tests") as opened:
            examples.command(opened, terminal.Progress())
    with World(folder, home, f"{square.PREFIX}{os.getpid()}") as opened:
        yield opened


@pytest.fixture(scope="session")
def ayse(world: World) -> Visitor:
    """Ayşe, on the hotspot."""
    visitor = world.visitor()
    visitor.join()
    return visitor


@pytest.fixture(scope="session")
def ben(world: World) -> Visitor:
    """Ben, with another phone, on the hotspot, too."""
    visitor = world.visitor()
    visitor.join()
    return visitor


@pytest.fixture(scope="session")
def newcomer(world: World) -> Callable[[], Visitor]:
    """Somebody new with a phone of their own."""

    def arrive() -> Visitor:
        visitor = world.visitor()
        visitor.join()
        return visitor

    return arrive
