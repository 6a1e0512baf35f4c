"""What goes between a kit and the hub, byte for byte: batches of the journal, signatures, check words.

Both ends use this file, by net and by stick, so they cannot disagree. Nothing in here reads a database or opens a connection.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from . import journal

MOST_ENTRIES = 2000
MOST_BYTES = 2_000_000  # of a batch, unpacked
BODY_LIMIT = 200_000  # characters of one record
DEPTH_LIMIT = 8  # of what is nested in one record

SIGNATURE = "Feldkit-Signature"
"""The header that carries the kit's signature of a request."""


class Garbage(Exception):
    """What arrived is not what it claims to be; the sentence says why. Nothing of it may be used."""


@dataclass(frozen=True)
class Batch:
    """A checked piece of one kit's journal; every entry carries its `body_hash` and `digest`."""

    kit: str
    epoch: str
    from_seq: int
    prev_digest: str
    entries: list[dict[str, Any]]

    @property
    def to_seq(self) -> int:
        """The number of the last entry."""
        return self.from_seq + len(self.entries) - 1


def pack(kit: str, epoch: str, prev_digest: str, entries: list[dict[str, Any]]) -> tuple[bytes, int]:
    """Gzipped lines with as many of the `entries` (as `journal.entries` gives them) as a batch may have, and their number.

    A header in JSON; for each entry a line of names and a line with its body as it was hashed; a trailer in JSON.
    """
    lines, size, count = [], 0, 0
    for entry in entries[:MOST_ENTRIES]:
        body = entry["body"] or ""
        # The digest follows from the entry, and the hash from salt and body: leaving them out saves most of the bytes.
        proof = entry["salt"] if body else entry["body_hash"]
        names = f"{entry['tbl']} {entry['rid']} {entry['op']} {entry['at']} {proof}"
        size += len(names) + len(body.encode()) + 2
        if lines and size > MOST_BYTES - 1000:  # header and trailer have room, too
            break
        lines += (names, body)
        count += 1
    last = entries[count - 1]
    header = {"kit": kit, "epoch": epoch, "from_seq": entries[0]["seq"], "prev_digest": prev_digest}
    trailer = {"to_seq": last["seq"], "digest": last["digest"], "count": count}
    text = "\n".join([journal.canonical(header), *lines, journal.canonical(trailer), ""])
    return gzip.compress(text.encode(), 6, mtime=0), count


def unpack(packed: bytes) -> Batch:
    """The batch in these bytes, every hash and the chain recomputed. Raises Garbage."""
    try:
        lines = _unzip(packed).decode().split("\n")
    except UnicodeDecodeError:
        raise Garbage("Das Paket enthält Zeichen, die es nicht gibt.") from None
    count, odd = divmod(len(lines) - 3, 2)
    if lines[-1] or odd or not 0 < count <= MOST_ENTRIES:
        raise Garbage("Das Paket ist unvollständig oder hat zu viele Einträge.")
    header, trailer = _object(lines[0]), _object(lines[-2])
    _expect(header, {"kit": _NAME, "epoch": _NAME, "from_seq": int, "prev_digest": _DIGEST_OR_EMPTY})
    _expect(trailer, {"to_seq": int, "digest": _DIGEST, "count": int})
    batch = Batch(header["kit"], header["epoch"], header["from_seq"], header["prev_digest"], [])
    previous = batch.prev_digest
    for number in range(count):
        entry = _entry(batch.from_seq + number, lines[2 * number + 1], lines[2 * number + 2])
        previous = entry["digest"] = journal.chain(previous, batch.kit, batch.epoch, entry)
        batch.entries.append(entry)
    if (trailer["to_seq"], trailer["count"], trailer["digest"]) != (batch.to_seq, count, previous):
        raise Garbage("Die Prüfsumme des Pakets stimmt nicht.")
    return batch


def sign(key: SigningKey, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    """`said` with a signature `sig`; `kind` keeps a receipt from ever passing for an answer."""
    return said | {"sig": key.sign(_signed_bytes(kind, said)).signature.hex()}


def heard(key: bytes, kind: str, said: Any) -> dict[str, Any]:
    """What was signed with the private half of `key`, without the signature. Raises Garbage."""
    if not isinstance(said, dict):
        raise Garbage("Die Antwort ist nicht unterschrieben.")
    content = {name: value for name, value in said.items() if name != "sig"}
    try:
        VerifyKey(key).verify(_signed_bytes(kind, content), bytes.fromhex(said["sig"]))
    except (CryptoError, KeyError, ValueError, TypeError):
        raise Garbage("Die Unterschrift des Hubs stimmt nicht.") from None
    return content


def sign_request(key: SigningKey, hub_key: bytes, method: str, path: str, body: bytes) -> str:
    """The value of the header SIGNATURE: this kit asks this hub exactly this."""
    return key.sign(_request_bytes(hub_key, method, path, body)).signature.hex()


def request_is_from(key: bytes, signature: str, hub_key: bytes, method: str, path: str, body: bytes) -> bool:
    """Whether the kit with this verify key signed the request."""
    try:
        VerifyKey(key).verify(_request_bytes(hub_key, method, path, body), bytes.fromhex(signature))
    except (CryptoError, ValueError, TypeError):
        return False
    return True


CONDITION = ("release", "free", "pending", "copies", "confirmed")
"""What a kit says of itself when it asks for the head: its release, free bytes on its disk, entries not handed over,
copies of its data, and how far it believes the hub has confirmed the epoch."""


def read_condition(said: Mapping[str, str]) -> dict[str, Any]:
    """What a kit said of itself; what it did not say, or not readably, is nothing."""
    numbers = {name: int(said.get(name, "")) if re.fullmatch(r"\d{1,15}", said.get(name, "")) else 0 for name in CONDITION[1:]}
    return numbers | {"release": said.get("release", "")[:20]}


WORDS = (
    "ahorn amsel apfel bambus biber biene birke birne blume buche dachs distel drossel eibe eiche elster ente erle esche eule "
    "falke farn feige fink flieder fuchs ginkgo habicht hase hecht heide hirsch hummel igel iltis kiefer kranich lachs lerche "
    "libelle linde luchs marder meise milan minze mohn moos molch nelke otter pappel pirol reh robinie rose salbei schwan "
    "specht star tanne ulme wiesel zander"
).split()


def check_word(digest: str) -> str:
    """A digest short enough to compare by voice: `kranich-7F3A`; nothing for the empty digest."""
    return f"{WORDS[int(digest[:2], 16) % len(WORDS)]}-{digest[2:6].upper()}" if digest else ""


_NAME = re.compile(r"[0-9A-Za-z_-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGEST_OR_EMPTY = re.compile(r"([0-9a-f]{64})?")
_ENTRY = re.compile(
    r"(?P<tbl>[0-9A-Za-z_-]{1,64}) (?P<rid>[0-9A-Za-z_-]{1,64}) (?P<op>put|erase) (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) "
    r"((?P<body_hash>[0-9a-f]{64})|(?P<salt>[0-9a-f]{32}))",
    re.ASCII,
)


def _unzip(packed: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(packed, MOST_BYTES + 1)
    except zlib.error:
        raise Garbage("Das Paket ist beschädigt.") from None
    if len(plain) > MOST_BYTES:
        raise Garbage("Das Paket ist zu groß.")
    if not unzip.eof or unzip.unused_data:
        raise Garbage("Das Paket ist abgeschnitten oder hat einen Anhang.")
    return plain


def load(text: str | bytes) -> Any:
    """JSON from outside: no endless nesting, no NaN. Raises Garbage."""
    try:
        return _decode(text if isinstance(text, str) else text.decode())
    except (ValueError, RecursionError):
        raise Garbage("Das ist kein lesbares JSON.") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def _object(line: str) -> dict[str, Any]:
    value = load(line)
    if not isinstance(value, dict):
        raise Garbage("Kopf oder Ende des Pakets fehlt.")
    return value


def _expect(found: dict[str, Any], fields: dict[str, Any]) -> None:
    if found.keys() != fields.keys():
        raise Garbage("Das Paket hat andere Felder als erwartet.")
    for name, wanted in fields.items():
        value = found[name]
        if wanted is int:
            good = type(value) is int and 0 < value < 2**53
        else:
            good = isinstance(value, str) and wanted.fullmatch(value) is not None
        if not good:
            raise Garbage(f"Im Paket hat das Feld „{name}“ einen unmöglichen Wert.")


def _entry(seq: int, names: str, body: str) -> dict[str, Any]:
    """One entry; with a body also its hash, and as `said` what is in it. One whose body was erased brings its hash along."""
    found = _ENTRY.fullmatch(names)
    if found is None or bool(body) == bool(found["body_hash"]) or (body and found["op"] == "erase"):
        raise Garbage(f"Eintrag {seq} ist in sich widersprüchlich.")
    entry = {"seq": seq, **found.groupdict(), "body": body or None}
    if not body:
        return entry
    if len(body) > BODY_LIMIT:
        raise Garbage(f"Eintrag {seq} ist zu groß.")
    said = load(body)
    if not isinstance(said, dict) or _depth(body) > DEPTH_LIMIT or ("\\ud" in body.lower() and not _writable(said)):
        raise Garbage(f"Eintrag {seq} ist kein lesbarer Datensatz.")
    return entry | {"body_hash": journal.body_hash(bytes.fromhex(found["salt"]), body), "said": said}


def _writable(said: dict[str, Any]) -> bool:
    """Whether there is no half of a character in it, which JSON can write and no database."""
    try:
        journal.canonical(said).encode()
    except UnicodeEncodeError:
        return False
    return True


def _depth(text: str) -> int:
    """How deep readable JSON is nested, at most."""
    brackets = text.count("{") + text.count("[")
    if brackets <= DEPTH_LIMIT:
        return brackets  # the usual record: no need to look where they stand
    deepest = level = 0
    for bracket in re.findall(r"[\[{}\]]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text)):
        level += 1 if bracket in "[{" else -1
        deepest = max(deepest, level)
    return deepest


def _signed_bytes(kind: str, said: dict[str, Any]) -> bytes:
    return journal.canonical([f"feldkit {kind} 1", said]).encode()


def _request_bytes(hub_key: bytes, method: str, path: str, body: bytes) -> bytes:
    return journal.canonical(["feldkit request 1", hub_key.hex(), method, path, hashlib.sha256(body).hexdigest()]).encode()
