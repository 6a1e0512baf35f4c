"""Everything on the hotspot leads to the kit: what it answers when it is asked for another host. First version, without modes."""

import ipaddress
import re
from dataclasses import dataclass

HEALTH = "/healthz"


@dataclass(frozen=True)
class Answer:
    """A complete answer, ready to send."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


def answer(host: str, path: str, method: str, own: frozenset[str], address: str) -> Answer | None:
    """What to say to a request for `host`, or None when it is for the kit itself and its pages answer.

    `own` are the kit's names in small letters, `address` is where visitors find it. The way to it never depends on what was asked
    for: a redirect that could be steered would lead visitors elsewhere.
    """
    name = name_of(host)
    if name in own or (path == HEALTH and _is_loopback(name)):
        return None
    if method in ("GET", "HEAD"):
        # "no-store", or the phone would take this for the real site's answer once it is back on the internet.
        return Answer("302 Found", (("Location", f"{address}/"), ("Cache-Control", "no-store")))
    sentence = f"Hier antwortet das Feldkit, nicht die Seite, die du wolltest. Bitte öffne {address}/\n"
    headers = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))
    return Answer("421 Misdirected Request", headers, sentence.encode())


def name_of(host: str) -> str:
    """The name in a Host header: without port and closing dot, in small letters."""
    return re.sub(r":\d*$", "", host.strip()).rstrip(".").lower()


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
