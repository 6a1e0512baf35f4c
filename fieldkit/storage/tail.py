"""What came after a snapshot: journal entries, one a line, appended and synced before anybody hears «Danke».

Each line begins with a checksum of its rest, so that an end torn by a power cut or a pulled stick is recognised and left out.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .. import journal
from . import snapshots

Entry = dict[str, Any]


class Tail:
    """The open end of one copy. Used under its owner's lock."""

    def __init__(self, path: Path) -> None:
        """Begin an empty tail at `path`. Raises OSError when the medium takes none."""
        self.path, self.entries, self.size = path, 0, 0
        self._file = path.open("wb", buffering=0)
        snapshots.sync(path.parent)

    def append(self, entries: Iterable[Entry]) -> None:
        """Add entries (as `journal.entries` gives them, with their `epoch`) for good. Raises OSError; then nothing may be added any more."""
        lines = b"".join(map(_line, entries))
        if lines:
            written = self._file.write(lines)
            if written != len(lines):
                raise OSError(28, "Der Datenträger ist voll")
            os.fsync(self._file.fileno())
            self.entries, self.size = self.entries + lines.count(b"\n"), self.size + len(lines)

    def close(self) -> None:
        """Let go of the file; what was appended is safe already."""
        self._file.close()


def read(path: Path) -> list[Entry]:
    """All entries up to the first line that is torn; none where there is no tail. Raises OSError when the medium fails."""
    entries: list[Entry] = []
    try:
        with path.open("rb") as file:
            for line in file:
                entry = _entry(line)
                if entry is None:
                    break
                entries.append(entry)
    except FileNotFoundError:
        pass
    return entries


def _line(entry: Entry) -> bytes:
    text = journal.canonical(entry).encode()
    return _checksum(text) + b" " + text + b"\n"


def _entry(line: bytes) -> Entry | None:
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    return json.loads(text) if line.endswith(b"\n") and checksum == _checksum(text) else None


def _checksum(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=8).hexdigest().encode()
