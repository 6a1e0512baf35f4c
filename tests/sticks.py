"""For tests with sticks: a hub with keys, a kit without a house that writes files by hand, and the way to the hub and back."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt
from nacl.signing import SigningKey
from pyrage.x25519 import Identity

from fieldkit import ids, journal, piece, segment, wire
from fieldkit.hub import ingest, tables
from fieldkit.hub.central import Central
from fieldkit.hub.commands import COMMANDS
from fieldkit.hub.kits import reading
from fieldkit.hub.kits.bundles import Taken
from fieldkit.hub.kits.reading import Returned
from fieldkit.piece import Piece
from fieldkit.segment import Contents

OPERATIONS, ESCROW = Identity.generate(), Identity.generate()
RECIPIENTS = [str(OPERATIONS.to_public()), str(ESCROW.to_public())]
PASSPHRASE = "vier alte Kraniche am Kanal"
EPOCH = "0001-abcdef01"


def locked(plain: bytes, words: str) -> bytes:
    """An age file locked with a passphrase, by the book (age-encryption.org/v1), but cheap: age itself takes a second on purpose."""

    def encoded(value: bytes) -> bytes:
        return base64.b64encode(value).rstrip(b"=")

    def derived(salt: bytes, info: bytes) -> bytes:
        return hmac.digest(hmac.digest(salt or bytes(32), key, "sha256"), info + b"\x01", "sha256")

    key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrapping = hashlib.scrypt(words.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=2, r=8, p=1, dklen=32)
    wrapped = crypto_aead_chacha20poly1305_ietf_encrypt(key, None, bytes(12), wrapping)
    header = b"age-encryption.org/v1\n-> scrypt %s 1\n%s\n---" % (encoded(salt), encoded(wrapped))
    mac = hmac.digest(derived(b"", b"header"), header, "sha256")
    last_chunk = bytes(11) + b"\x01"
    payload = crypto_aead_chacha20poly1305_ietf_encrypt(plain, None, last_chunk, derived(nonce, b"payload"))
    return header + b" " + encoded(mac) + b"\n" + nonce + payload


@lru_cache
def key_file() -> bytes:
    """The private key of operations as it lies in its file, locked."""
    return locked(f"# Feldkit-Hub, operations\n{OPERATIONS}\n".encode(), PASSPHRASE)


def give_keys(hub: Central) -> None:
    """Give the hub its recipients."""

    def verb(conn: Any) -> None:
        for role, age in zip(("operations", "escrow"), RECIPIENTS, strict=True):
            conn.execute(tables.recipients.insert().values(role=role, age=age, made_at="2026-11-20T10:00:00Z"))

    hub.db.write(verb)


def read_at(hub: Central, *paths: Path, identity: str = str(OPERATIONS)) -> tuple[list[Taken], list[Returned]]:
    """Read files or a stick at the hub as its command does: what came of each file, and what was left for each kit."""

    def ask(name: str, /, **arguments: Any) -> Any:
        json.dumps(arguments)  # it may have to go through the socket
        return json.loads(json.dumps(COMMANDS[name](hub, lambda *_: None, **arguments)))

    files, folders = reading.find(paths)
    taken = list(reading.take_all(files, identity, ask, lambda *_: None))
    return [one for _, one in taken], list(reading.give_back(taken, folders, ask))


def opened_with_age(file: Path, folder: Path) -> str:
    """What Debian's own programs find in a file, without any of our code."""
    key = folder / "key.txt"
    key.write_text(str(OPERATIONS))
    script = 'age --decrypt --identity "$1" "$2" | tail -n +2 | zcat'
    done = subprocess.run(["sh", "-c", script, "sh", str(key), str(file)], capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


class Sender:
    """A kit without a house: a key, a chain, and files that may be anything."""

    def __init__(self, hub: Central | None = None, hub_key: bytes = b"") -> None:
        """Enrol at the hub, or know only its key."""
        self.id, self.key, self.hub_key = ids.new_id(), SigningKey.generate(), hub.verify_key if hub else hub_key
        self.epoch = EPOCH
        self.entries: list[dict[str, Any]] = []
        if hub:
            hub.db.write(ingest.invite, self.id.encode(), "Kit 7")
            hub.db.write(ingest.enrol, self.id.encode(), self.id, bytes(self.key.verify_key))

    def say(self, rid: str, said: dict[str, Any] | None, table: str = "ideas") -> None:
        """Add an entry to the journal; without a body it is an erasure."""
        salt, body = "ab" * 16, None if said is None else journal.canonical(said)
        entry = {
            "seq": len(self.entries) + 1, "tbl": table, "rid": rid, "op": "erase" if body is None else "put",
            "salt": salt if body else None, "body": body, "at": "2026-11-22T14:00:00Z",
            "body_hash": journal.body_hash(bytes.fromhex(salt), body or ""),
        }  # fmt: skip
        self.entries.append(entry | {"digest": journal.chain(self.digest(len(self.entries)), self.id, self.epoch, entry)})

    def digest(self, seq: int) -> str:
        """Our digest at a number."""
        return self.entries[seq - 1]["digest"] if seq else ""

    def batch(self, first: int, last: int) -> bytes:
        """Entries `first` to `last`, packed."""
        return wire.pack(self.id, self.epoch, self.digest(first - 1), self.entries[first - 1 : last])[0]

    def contents(self, first: int, last: int) -> Contents:
        """What a file with these entries says of itself."""
        return Contents(self.id, self.epoch, first, last, self.digest(last), 0)

    def file(self, folder: Path, first: int, last: int, batch: bytes = b"", key: SigningKey | None = None) -> Path:
        """Write a file into a folder; with another batch or another key than it says, if the test wants it."""
        contents = self.contents(first, last)
        path = folder / contents.name
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(segment.seal(contents, batch or self.batch(first, last), key or self.key, self.hub_key, RECIPIENTS))
        return path

    def photo(self, folder: Path, content: bytes, start: int = 0, **other: Any) -> Path:
        """Write the piece of a photo that begins at `start` into a folder; `other` is what it says that is not so."""
        said = {"kit": self.id, "blob": hashlib.sha256(content).hexdigest(), "size": len(content), "start": start, "heard": 0}
        carried, key = content[start : start + piece.LENGTH], other.pop("key", self.key)
        found = Piece(**(said | other))
        path = folder / found.name
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(piece.seal(found, carried, key, self.hub_key, RECIPIENTS))
        return path
