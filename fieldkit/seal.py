"""Contact data is sealed before it touches the disk, in the age format: only private keys that never are on a kit open it.

Whoever has one of the two private keys can also open it with Debian's `age`, without any of our code (age-encryption.org/v1).
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Sequence

from pyrage import DecryptError, IdentityError, decrypt, encrypt
from pyrage.x25519 import Identity, Recipient

PADDED = 512  # bytes: the length must not tell a phone number from an address


class Shut(Exception):
    """This key does not open it, or it was damaged."""


def seal(contact: dict[str, str], recipients: Sequence[str]) -> str:
    """The contact, sealed to every age recipient (`age1...`), as base64. Each of them can open it alone.

    Raises ValueError when it is longer than 500 bytes.
    """
    plain = json.dumps(contact, ensure_ascii=False).encode()
    if len(plain) > PADDED:
        raise ValueError("contact too long")
    return b64encode(encrypt(plain.ljust(PADDED), [Recipient.from_str(name) for name in recipients])).decode()


def unseal(sealed: str, identity: str) -> dict[str, str]:
    """The contact again, with a private key (`AGE-SECRET-KEY-...`). Raises Shut."""
    try:
        contact = json.loads(decrypt(b64decode(sealed), [Identity.from_str(identity)]))
    except (DecryptError, IdentityError, ValueError):
        raise Shut from None
    if not isinstance(contact, dict):
        raise Shut
    return {str(name): str(value) for name, value in contact.items()}


def is_recipient(text: str) -> bool:
    """Whether this is the public half of an age key."""
    try:
        Recipient.from_str(text)
    except Exception:  # pyrage names its fault only in the message
        return False
    return True


def fingerprint(recipients: Sequence[str]) -> str:
    """Twenty digits that stand for these recipients, in groups to read aloud; nothing when there are none.

    It is printed in the lid of the case: 66 bits, so nobody makes other keys with the same digits.
    """
    if not recipients:
        return ""
    number = int.from_bytes(hashlib.sha256("\n".join(sorted(recipients)).encode()).digest()) % 10**20
    digits = f"{number:020}"
    return " ".join(digits[i : i + 4] for i in range(0, 20, 4))
