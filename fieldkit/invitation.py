"""Enrolment strings: the one line with which a kit finds its hub, recognises it and is let in, once."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass


class Unreadable(Exception):
    """The line is damaged; the text says what to do."""


@dataclass(frozen=True)
class Invitation:
    """What an enrolment string says: where the hub is, how to recognise it, and the one-time secret."""

    url: str
    secret: bytes
    verify_key: bytes
    seal_keys: tuple[bytes, bytes]
    """For contacts: operations, escrow."""

    def __str__(self) -> str:
        """One line to paste or to scan."""
        content = b"".join((b"\1", self.secret, self.verify_key, *self.seal_keys, self.url.encode()))
        return base64.urlsafe_b64encode(content + _checksum(content)).decode().rstrip("=")


def read(text: str) -> Invitation:
    """The invitation in an enrolment string, as pasted. Raises Unreadable."""
    squeezed = re.sub(r"\s", "", text)
    try:
        content = base64.b64decode(squeezed + "=" * (-len(squeezed) % 4), b"-_", validate=True)
        content, checksum = content[:-4], content[-4:]
        if _checksum(content) != checksum or content[0] != 1:
            raise ValueError
        return Invitation(content[113:].decode(), content[1:17], content[17:49], (content[49:81], content[81:113]))
    except (ValueError, IndexError, binascii.Error):
        raise Unreadable(
            "Diese Anmelde-Zeile ist nicht vollständig. Bitte die ganze letzte Zeile kopieren, die „fieldkit hub enrol“ ausgibt."
        ) from None


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:4]
