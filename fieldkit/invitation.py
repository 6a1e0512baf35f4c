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
    recipients: tuple[str, ...]
    """Who can open what is sealed: age recipients, operations and escrow; none while the hub has no keys."""

    def __str__(self) -> str:
        """One line to paste or to scan."""
        content = b"\2" + self.secret + self.verify_key + "\n".join((self.url, *self.recipients)).encode()
        return base64.urlsafe_b64encode(content + _checksum(content)).decode().rstrip("=")


def read(text: str) -> Invitation:
    """The invitation in an enrolment string, as pasted. Raises Unreadable."""
    squeezed = re.sub(r"\s", "", text)
    try:
        content = base64.b64decode(squeezed + "=" * (-len(squeezed) % 4), b"-_", validate=True)
        content, checksum = content[:-4], content[-4:]
        if _checksum(content) != checksum or content[0] != 2:
            raise ValueError
        url, *recipients = content[49:].decode().split("\n")
        return Invitation(url, content[1:17], content[17:49], tuple(recipients))
    except (ValueError, IndexError, binascii.Error):
        raise Unreadable(
            "Diese Anmelde-Zeile ist nicht vollständig. Bitte die ganze letzte Zeile kopieren, die „fieldkit hub enrol“ ausgibt."
        ) from None


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:4]
