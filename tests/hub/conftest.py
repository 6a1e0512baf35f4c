"""Keys of a hub: made once, because locking them with a passphrase is slow on purpose."""

from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from fieldkit.hub import keys
from fieldkit.hub.central import Central
from tests.hub import arriving

PASSPHRASE = "vier zufällige Wörter genügen"


@pytest.fixture
def recipients() -> dict[str, str]:
    """The public halves of two fresh keys."""
    return {role: str(Identity.generate().to_public()) for role in keys.ROLES}


class Stick:
    """A stick with both private keys on it."""

    def __init__(self, folder: Path) -> None:
        """Make the keys."""
        self.folder, self.passphrase = folder, PASSPHRASE
        self.public = keys.make(folder, dict.fromkeys(keys.ROLES, PASSPHRASE))

    def file(self, role: str = "operations") -> Path:
        """The file of a private key."""
        return keys.file_of(self.folder, role)


@pytest.fixture(scope="session")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Stick:
    """The stick of the central CityLAB."""
    return Stick(tmp_path_factory.mktemp("stick"))


@pytest.fixture
def archive(hub: Central) -> Central:
    """A hub with a few ideas from two kits (arriving.py)."""
    arriving.two_stops(hub)
    return hub
