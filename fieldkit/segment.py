"""A piece of a kit's journal as a file: signed by the kit, then sealed to the hub, the same bytes inside as go over the net.

    <epoch>-<from>-<to>.age  =  age( header, newline, batch )

The header is one line of canonical JSON with the kit's signature, the batch is what `wire.pack` makes. Whoever has one of the hub's
private keys opens a file with Debian's `age -d -i KEY FILE | tail -n +2 | zcat`. Nothing in here reads a database or touches a file.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from nacl.signing import SigningKey
from pyrage import DecryptError, decrypt, encrypt
from pyrage.x25519 import Identity, Recipient

from . import journal, wire
from .wire import Batch, Garbage

KIND = "segment"
NUMBERS = ("from_seq", "to_seq", "heard")
MAGIC = b"age-encryption.org/v1\n"
MOST_BYTES = wire.MOST_BYTES + 100_000  # of a file: a batch that did not shrink, its header and what age adds
NAME = re.compile(r"(?P<epoch>[0-9A-Za-z_-]{1,64})-(?P<from_seq>\d{10,16})-(?P<to_seq>\d{10,16})\.age")

HEADER = re.compile(
    rb'\{"digest":"(?P<digest>[0-9a-f]{64})","epoch":"(?P<epoch>[0-9A-Za-z_-]{1,64})","from_seq":(?P<from_seq>[1-9]\d{0,14}),'
    rb'"heard":(?P<heard>0|[1-9]\d{0,14}),"hub":"(?P<hub>[0-9a-f]{64})","kind":"(?P<kind>segment)",'
    rb'"kit":"(?P<kit>[0-9A-Za-z_-]{1,64})","sha256":"(?P<sha256>[0-9a-f]{64})","sig":"(?P<sig>[0-9a-f]{128})",'
    rb'"to_seq":(?P<to_seq>[1-9]\d{0,14})\}\n'
)
"""The one way to write a header: nothing added, nothing twice, nothing deep, nothing long."""


@dataclass(frozen=True)
class Contents:
    """What a file says it carries."""

    kit: str
    epoch: str
    from_seq: int
    to_seq: int
    digest: str
    """Of the last entry."""
    heard: int
    """The number of the last word of the hub that the kit had heard."""

    @property
    def name(self) -> str:
        """How the file must be called; names of one epoch sort by number."""
        return f"{self.epoch}-{self.from_seq:010d}-{self.to_seq:010d}.age"


def seal(contents: Contents, batch: bytes, key: SigningKey, hub_key: bytes, recipients: Sequence[str]) -> bytes:
    """The file: signed with the kit's `key` for the hub with `hub_key`, then sealed so that each of the age `recipients` can open it."""
    return sealed(KIND, asdict(contents), batch, key, hub_key, recipients)


def sealed(kind: str, said: dict[str, Any], content: bytes, key: SigningKey, hub_key: bytes, recipients: Sequence[str]) -> bytes:
    """A file of any `kind`: what it says of itself in the first line, signed, then what it carries."""
    said = said | {"kind": kind, "hub": hub_key.hex(), "sha256": hashlib.sha256(content).hexdigest()}
    header = journal.canonical(wire.sign(key, kind, said)).encode()
    return encrypt(header + b"\n" + content, [Recipient.from_str(name) for name in recipients])


def unseal(content: bytes, identity: str) -> bytes:
    """Header and batch of a file, not yet to be believed, with a private key (`AGE-SECRET-KEY-...`). Raises Garbage."""
    if len(content) > MOST_BYTES:
        raise Garbage("Die Datei ist zu groß für eine Übergabe-Datei.")
    if not content.startswith(MAGIC):
        raise Garbage("Das ist keine Übergabe-Datei eines Kits, oder ihr Anfang fehlt.")
    try:
        return decrypt(content, [Identity.from_str(identity)])
    except DecryptError as error:
        if "matching" in str(error):
            raise Garbage(
                "Dieser Schlüssel öffnet die Datei nicht. Sie ist für einen anderen Hub oder einen älteren Schlüssel."
            ) from None
        raise Garbage("Die Datei ist beschädigt oder abgeschnitten. Bitte den Stick am Kit noch einmal schreiben.") from None


def verify(plain: bytes, hub_key: bytes, key_of: Callable[[str], bytes | None]) -> tuple[Contents, Batch]:
    """What an unsealed file carries, after every check that needs no database. Raises Garbage.

    `key_of` gives the verify key of an enrolled kit, or None.
    """
    said, packed = signed(HEADER, NUMBERS, plain, hub_key, key_of)
    contents = Contents(**{field.name: said[field.name] for field in fields(Contents)})
    batch = wire.unpack(packed)
    carried = (batch.kit, batch.epoch, batch.from_seq, batch.to_seq, batch.entries[-1]["digest"])
    if carried != (contents.kit, contents.epoch, contents.from_seq, contents.to_seq, contents.digest):
        raise Garbage("Die Datei enthält andere Einträge, als ihre erste Zeile sagt.")
    return contents, batch


def signed(
    form: re.Pattern[bytes], numbers: Sequence[str], plain: bytes, hub_key: bytes, key_of: Callable[[str], bytes | None]
) -> tuple[dict[str, Any], bytes]:
    """What the first line of an unsealed file says, of which `form` is the one way to write it, and what follows it.

    It is for this hub, carries the signature of the kit it names, and that covers what follows. Raises Garbage.
    """
    header = form.match(plain)
    if header is None:
        raise Garbage("In der Datei fehlt die erste Zeile, die sagt, von welchem Kit sie ist.")
    said: dict[str, Any] = {name: text.decode() for name, text in header.groupdict().items()}
    said |= {name: int(said[name]) for name in numbers}
    if said["hub"] != hub_key.hex():
        raise Garbage("Die Datei ist für einen anderen Hub. Bitte bring sie dorthin.")
    key = key_of(said["kit"])
    if key is None:
        raise Garbage("Das Kit, von dem die Datei ist, ist hier nicht angemeldet.")
    try:
        wire.heard(key, said["kind"], said)
    except Garbage:
        raise Garbage(
            "Die Unterschrift des Kits stimmt nicht. Die Datei wurde verändert oder ist nicht von diesem Kit."
        ) from None
    content = plain[header.end() :]
    if hashlib.sha256(content).hexdigest() != said["sha256"]:
        raise Garbage("Der Inhalt der Datei passt nicht zu ihrer Unterschrift.")
    return said, content
