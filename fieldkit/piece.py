"""A piece of a photo or file, as a file on a stick: signed by the kit and sealed to the hub like a segment (segment.py).

    photo-<sha256>-<start>.age  =  age( header, newline, the bytes from `start` on )

Every piece but the last of a photo is LENGTH bytes long; most photos are one. Without any of our code: `age -d -i KEY FILE | tail -n +2`.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields

from nacl.signing import SigningKey

from . import segment
from .blobs import LARGEST
from .wire import Garbage

KIND = "piece"
LENGTH = 1024 * 1024  # bytes
NUMBERS = ("heard", "size", "start")
NAME = re.compile(r"photo-(?P<blob>[0-9a-f]{64})-(?P<start>\d{10})\.age")

HEADER = re.compile(
    rb'\{"blob":"(?P<blob>[0-9a-f]{64})","heard":(?P<heard>0|[1-9]\d{0,14}),"hub":"(?P<hub>[0-9a-f]{64})","kind":"(?P<kind>piece)",'
    rb'"kit":"(?P<kit>[0-9A-Za-z_-]{1,64})","sha256":"(?P<sha256>[0-9a-f]{64})","sig":"(?P<sig>[0-9a-f]{128})",'
    rb'"size":(?P<size>[1-9]\d{0,14}),"start":(?P<start>0|[1-9]\d{0,14})\}\n'
)
"""The one way to write a header."""


@dataclass(frozen=True)
class Piece:
    """What a file says it carries."""

    kit: str
    blob: str
    """The name of the whole, which is its SHA-256."""
    size: int
    """Bytes of the whole."""
    start: int
    heard: int
    """The number of the last word of the hub that the kit had heard."""

    @property
    def name(self) -> str:
        """How the file must be called; the pieces of one photo sort in their order, and behind all entries."""
        return f"photo-{self.blob}-{self.start:010d}.age"

    @property
    def length(self) -> int:
        """Bytes in this file."""
        return min(LENGTH, self.size - self.start)


def seal(piece: Piece, content: bytes, key: SigningKey, hub_key: bytes, recipients: Sequence[str]) -> bytes:
    """The file, signed and sealed."""
    return segment.sealed(KIND, asdict(piece), content, key, hub_key, recipients)


def verify(plain: bytes, hub_key: bytes, key_of: Callable[[str], bytes | None]) -> tuple[Piece, bytes]:
    """What an unsealed file carries, after every check that needs no database. Raises Garbage."""
    said, content = segment.signed(HEADER, NUMBERS, plain, hub_key, key_of)
    piece = Piece(**{field.name: said[field.name] for field in fields(Piece)})
    if piece.size > LARGEST:
        raise Garbage("Dieses Foto ist zu groß.")
    if piece.start % LENGTH or len(content) != piece.length or not content:
        raise Garbage("Die Datei enthält ein anderes Stück des Fotos, als ihre erste Zeile sagt.")
    if len(content) == piece.size and hashlib.sha256(content).hexdigest() != piece.blob:
        raise Garbage("Das Foto ist nicht das, was sein Name sagt.")
    return piece, content
