"""Enrolment strings: the one line with which a kit finds its hub, recognises it and is let in, once."""

import base64
import binascii
import hashlib
import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit


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


def is_safe(url: str) -> bool:
    """Whether a kit would go to a hub at this address: https anywhere, plain http only to this very machine; no path, no user."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host.encode("idna")
        whole = parts.port != 0 and not (parts.path or parts.query or parts.fragment or parts.username)
    except ValueError:  # a port or a name that cannot be
        return False
    return whole and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host)))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:4]
