"""Bundles harmed in every way we could think of: as files, opened, signed again, packed again."""

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from nacl.signing import SigningKey

from fieldkit import piece, segment, wire
from fieldkit.piece import Piece
from tests.sticks import OPERATIONS, RECIPIENTS, Sender

HUB = bytes(SigningKey(b"\x02" * 32).verify_key)
ODD: list[Any] = [
    *(0, -1, 1, 2, 5, 7, 2**31, 2**53, 2**63, 10**30, 1.0, 1e308, True, False, None, "", " ", "0", "1", "ä", "\0", "x" * 65, "../..", "' OR 1=1"),
    *([], [[]], {}, {"a": {}}, "0" * 64, "f" * 64, "F" * 64, "0" * 63, "kit7", "\u202e", "\ud800"),
]  # fmt: skip
SPLINTERS = [
    "",
    "\n",
    " ",
    "\0",
    "{",
    "}",
    "[" * 500,
    '{"a":' * 400,
    '"',
    "\\",
    "\\ud800",
    "\ufeff",
    "ß",
    "9",
    "-",
    "NaN",
    "1e999",
    "null",
    "\r\n",
    "put",
    "erase",
]


class Harm:
    """Makes bundles that are not what a kit wrote, drawn with a fixed seed."""

    def __init__(self, sender: Sender, other: Sender, seed: int = 7) -> None:
        """Harm what `sender` wrote; `other` is a kit the hub knows as well."""
        self.sender, self.other, self.draw = sender, other, random.Random(seed)
        self.batch = sender.batch(1, len(sender.entries))
        self.lines = gzip.decompress(self.batch).decode().split("\n")
        self.sealed = self.seal(self.batch)
        self.opened = segment.unseal(self.sealed, str(OPERATIONS))
        photo = bytes(range(256)) * 8
        self.photo = Piece(sender.id, hashlib.sha256(photo).hexdigest(), len(photo), 0, 0)
        self.photo_sealed = piece.seal(self.photo, photo, sender.key, HUB, RECIPIENTS)
        self.photo_opened = segment.unseal(self.photo_sealed, str(OPERATIONS))

    def seal(self, batch: bytes) -> bytes:
        """The file a kit would write with this batch."""
        contents = self.sender.contents(1, len(self.sender.entries))
        return segment.seal(contents, batch, self.sender.key, HUB, RECIPIENTS)

    def bundles(self, layer: str, count: int) -> Iterator[bytes]:
        """Files of the layers `sealed` and `photo_sealed` as they are, of the others what is in them."""
        one: Callable[[], bytes] = getattr(self, f"_{layer}")
        for _ in range(count):
            yield one()

    def _sealed(self) -> bytes:
        return self._bytes(self.sealed)

    def _opened(self) -> bytes:
        return self._bytes(self.opened)

    def _photo_sealed(self) -> bytes:
        return self._bytes(self.photo_sealed)

    def _photo_opened(self) -> bytes:
        return self._bytes(self.photo_opened)

    def _header(self) -> bytes:
        return self._signed_again(self.opened, segment.KIND)

    def _photo_header(self) -> bytes:
        return self._signed_again(self.photo_opened, piece.KIND)

    def _signed_again(self, opened: bytes, kind: str) -> bytes:
        """The header says something else, and the kit signs it."""
        line, packed = opened.split(b"\n", 1)
        said = json.loads(line)
        del said["sig"]
        for _ in range(self.draw.choice((1, 1, 1, 2))):
            name = self.draw.choice(
                [name for name in said if name != "heard"] or ["kit"]
            )  # what it has heard, only the kit knows
            self._change(said, name)
        try:
            strange = kind != piece.KIND or said.get("kit") != self.other.id  # or else it is a photo of that kit
            keys = (self.sender.key, self.sender.key, self.other.key if strange else self.sender.key)
            signed = wire.sign(self.draw.choice(keys), kind, said)
        except UnicodeEncodeError:  # half a character cannot be signed
            signed = said | {"sig": "0" * 128}
        changed = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode() + b"\n"
        return changed + packed if changed != line + b"\n" else self._signed_again(opened, kind)

    def _change(self, said: dict[str, Any], name: str) -> None:
        before, kind = said.get(name), self.draw.random()
        if kind < 0.1:
            said.pop(name, None)
        elif kind < 0.2:
            said[self.draw.choice(("extra", "sig ", "", "Kit"))] = before
        elif kind < 0.3 and name == "kit":
            said[name] = self.other.id
        elif kind < 0.6 and isinstance(before, str) and before:
            at = self.draw.randrange(len(before))
            said[name] = before[:at] + self.draw.choice("0123456789abcdefgXYZ-_ /\\") + before[at + 1 :]
        elif kind < 0.6 and isinstance(before, int):
            said[name] = before + self.draw.choice((-2, -1, 1, 2, 10**6))
        else:
            said[name] = self.draw.choice(ODD)
        if said.get(name) == before and type(said.get(name)) is type(before) and said.keys() == {*said, name}:
            said["extra"] = 1

    def _batch(self) -> bytes:
        """The batch says something else, is packed again, and the kit signs for it."""
        packed, text = self.batch, "\n".join(self.lines).encode()
        if self.draw.random() < 0.03:
            packed = self.draw.choice(
                (packed[:-1], packed + b"\0", packed * 2, packed[: len(packed) // 2], text, b"", b"\x1f\x8b")
            )
        else:
            packed = gzip.compress(self._text(), 1, mtime=0)
        contents = self.sender.contents(1, len(self.sender.entries))
        # As segment.seal writes it, without the sealing, which would take most of the time.
        said = {name: getattr(contents, name) for name in ("kit", "epoch", "from_seq", "to_seq", "digest", "heard")}
        said |= {"kind": segment.KIND, "hub": HUB.hex(), "sha256": hashlib.sha256(packed).hexdigest()}
        header = wire.sign(self.sender.key, segment.KIND, said)
        return json.dumps(header, sort_keys=True, separators=(",", ":")).encode() + b"\n" + packed

    def _text(self) -> bytes:
        while True:
            lines = list(self.lines)
            for _ in range(self.draw.choice((1, 1, 1, 2, 3))):
                self._harm(lines)
            text = "\n".join(lines).encode("utf-8", "surrogatepass")
            if self.draw.random() < 0.05:
                text = self._bytes(text)
            if not self._means_the_same(text):
                return text

    def _harm(self, lines: list[str]) -> None:
        at, kind = self.draw.randrange(len(lines)), self.draw.random()
        line = lines[at]
        if kind < 0.08:
            del lines[at]
            lines or lines.append("")
        elif kind < 0.16:
            lines.insert(at, self.draw.choice([*lines, *SPLINTERS]))
        elif kind < 0.24:
            other = self.draw.randrange(len(lines))
            lines[at], lines[other] = lines[other], line
        elif kind < 0.4 and line.startswith("{"):
            lines[at] = self._harmed_json(line)
        elif kind < 0.6 and " " in line:
            words = line.split(" ")
            words[self.draw.randrange(len(words))] = self.draw.choice(
                [*words, "put", "erase", "", "f" * 64, "0" * 32, "1970-01-01T00:00:00Z"]
            )
            lines[at] = " ".join(words)
        elif kind < 0.8 and line:
            place = self.draw.randrange(len(line))
            lines[at] = line[:place] + self.draw.choice(SPLINTERS) + line[place + self.draw.choice((0, 1, 1, 9)) :]
        elif line:
            place = self.draw.randrange(len(line))
            lines[at] = line[:place] + chr(ord(line[place]) ^ 1 << self.draw.randrange(7)) + line[place + 1 :]
        else:
            lines[at] = self.draw.choice(SPLINTERS)

    def _harmed_json(self, line: str) -> str:
        try:
            said = json.loads(line)
        except ValueError:
            return line + "}"
        if not isinstance(said, dict) or not said:
            return "[" + line + "]"
        self._change(said, self.draw.choice(list(said)))
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def _means_the_same(self, text: bytes) -> bool:
        """Blanks in the JSON of header and trailer change nothing that is said."""
        try:
            lines = text.decode().split("\n")
            inner = lines[1:-2] == self.lines[1:-2] and lines[-1] == self.lines[-1] and len(lines) == len(self.lines)
            return inner and all(json.loads(lines[at]) == json.loads(self.lines[at]) for at in (0, -2))
        except (ValueError, RecursionError):
            return False

    def _bytes(self, content: bytes) -> bytes:
        at, kind = self.draw.randrange(len(content)), self.draw.random()
        if kind < 0.5:
            return content[:at] + bytes([content[at] ^ 1 << self.draw.randrange(8)]) + content[at + 1 :]
        if kind < 0.65:
            return content[:at]
        if kind < 0.75:
            return content + self.draw.randbytes(self.draw.randrange(1, 40))
        if kind < 0.85:
            return content[:at] + self.draw.randbytes(self.draw.randrange(1, 9)) + content[at:]
        end = min(len(content), at + self.draw.randrange(1, 40))
        return content[:at] + content[end:]


def two_kits() -> tuple[Sender, Sender]:
    """A kit with a small journal, and another one the hub knows."""
    sender, other = Sender(hub_key=HUB), Sender(hub_key=HUB)
    sender.say("stop1", {"place": "Rathausplatz Neukölln", "question": "Was fehlt?"}, "stops")
    for number in range(4):
        sender.say(
            f"idea{number}",
            {"id": f"idea{number}", "title": "Mehr Bänke 🌳", "body": "Im Schatten", "stop_id": "stop1", "n": [1, {"a": None}]},
        )
    sender.say("idea1", None)
    return sender, other
