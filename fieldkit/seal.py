"""Contact data is sealed before it touches the disk: only the hub's private keys, which never are on a kit, open it."""

import json
from collections.abc import Sequence

from nacl.public import PrivateKey, PublicKey, SealedBox

PADDED = 512  # bytes: the length must not tell a phone number from an address


def seal(contact: dict[str, str], recipients: Sequence[bytes]) -> list[str]:
    """The contact, sealed to each public key (32 bytes): operations first, then escrow. As hex.

    Raises ValueError when it is longer than 500 bytes.
    """
    plain = json.dumps(contact, ensure_ascii=False).encode()
    if len(plain) > PADDED:
        raise ValueError("contact too long")
    padded = plain.ljust(PADDED)
    return [SealedBox(PublicKey(key)).encrypt(padded).hex() for key in recipients]


def unseal(sealed: str, private: PrivateKey) -> dict[str, str]:
    """The contact again, at the hub, with the private key. Raises nacl.exceptions.CryptoError with the wrong one."""
    return json.loads(SealedBox(private).decrypt(bytes.fromhex(sealed)))
