"""A kit's folder on a stick with sealed files in it, and our own signed list of what each is to say: sealed, it is different every time."""

import hashlib
from typing import Any

from .. import journal, segment, stick, wire
from ..house import House
from ..stick import Folder
from . import store

CONTENTS = "INHALT.json"
MOST_CONTENTS = 4_000_000  # bytes: room for ten thousand files
UNLISTED = 8  # files that are written once more at most, if the stick is pulled


class SealedFolder:
    """Writes files that lack, and knows those that lie there already."""

    def __init__(self, house: House, hub: store.Hub, recipients: list[str], place: Folder) -> None:
        """Everything written goes from this kit to this hub, for these age recipients."""
        self.house, self.hub, self.recipients, self._place = house, hub, recipients, place
        self._list = self._read_list()
        self._unlisted = 0

    def listed(self) -> list[str]:
        """The names of the files that we wrote at some time."""
        return list(self._list)

    def lies_there(self, name: str, content: bytes) -> bool:
        """Whether a file on the stick is still the one we wrote, and still says what it should."""
        try:
            there = hashlib.sha256(self._place.read(name, segment.MOST_BYTES)).hexdigest() if name in self._list else ""
        except stick.Fault:
            return False
        return bool(there) and self._list[name] == {"meant": self._meant(content), "sha256": there}

    def write(self, name: str, content: bytes, sealed: bytes) -> None:
        """Write a file that carries `content`, checked. Raises stick.Fault."""
        self._place.write(name, sealed)
        self._list[name] = {"meant": self._meant(content), "sha256": hashlib.sha256(sealed).hexdigest()}
        self._unlisted += 1
        if self._unlisted >= UNLISTED:
            self.save()

    def save(self) -> None:
        """Write the list; what was written before the stick is pulled need not be written again then. Raises stick.Fault."""
        there, self._unlisted = set(self._place.names()), 0
        self._list = {name: about for name, about in self._list.items() if name in there}
        said = wire.sign(self.house.kit.signing_key, CONTENTS, {"files": self._list})
        self._place.write(CONTENTS, journal.canonical(said).encode())

    def _meant(self, content: bytes) -> str:
        """What a file is to say, and to whom."""
        to = journal.canonical([self.hub.verify_key.hex(), self.recipients]).encode()
        return hashlib.sha256(to + content).hexdigest()

    def _read_list(self) -> dict[str, Any]:
        """Nothing when somebody touched it."""
        try:
            said = wire.load(self._place.read(CONTENTS, MOST_CONTENTS))
            return wire.heard(bytes(self.house.kit.signing_key.verify_key), CONTENTS, said)["files"]
        except (stick.Fault, wire.Garbage, RecursionError):
            return {}
