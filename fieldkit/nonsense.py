"""What cannot work in a `kit.toml`, each in a sentence that names the entry and says what works."""

import re
from collections.abc import Iterator
from dataclasses import fields
from ipaddress import IPv4Interface, IPv4Network
from typing import Any

NAME = r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
"""A name as DNS has them, with a dot."""

PRIVATE = [IPv4Network(network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
"""Where a hotspot may be (RFC 1918). Not 169.254/16, which devices give themselves on a cable, nor 100.64/10, which phones have from their mobile network
at the same time."""

RANGES = {
    "purge_days": (0, 365),
    "channel": (1, 13),
    "lease_minutes": (2, 1440),
    "connections_per_device": (6, 500),
    "new_connections_per_second": (5, 500),
}
# The Wi-Fi QR grammar and real scanners disagree about escaping; letters, digits and hyphens need none (WPA3 spec, section 7).
PATTERNS = {
    "ssid": (r"[A-Za-z0-9-]{1,32}", "„ssid“ darf nur Buchstaben a-z, Ziffern und Bindestriche haben, höchstens 32 Zeichen."),
    "passphrase": (r"([A-Za-z0-9-]{8,63})?", "„passphrase“ braucht 8 bis 63 Zeichen: Buchstaben a-z, Ziffern und Bindestriche."),
    "address": (
        r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?",
        "„address“ muss so aussehen: http://10.42.0.1 (ohne Schrägstrich am Ende).",
    ),
    "interface": (
        r"(?!\.)[A-Za-z0-9_.-]{1,15}",
        "„interface“ muss ein Netzanschluss sein, wie „ip link“ ihn nennt, zum Beispiel wlan0 oder eth1.",
    ),
    "hostname": (NAME, "„hostname“ braucht kleine Buchstaben und mindestens einen Punkt, zum Beispiel feldkit.internal."),
    "tls_name": (
        f"({NAME})?",
        "„tls_name“ muss der öffentliche Name des Kits sein, klein geschrieben, zum Beispiel kit7.example.org.",
    ),
    "country": (r"[A-Z]{2}", "„country“ braucht zwei große Buchstaben, zum Beispiel DE."),
}


def illegible(text: str, fault: ValueError) -> str:
    """Where a `kit.toml` stops to be TOML, and what to look for there."""
    told = str(fault)
    found = re.search(r"at line (\d+)", told)
    line = int(found[1]) if found else len(text.rstrip().splitlines()) or 1
    if told.startswith("Cannot overwrite"):
        return f"Den Eintrag in Zeile {line} gibt es weiter oben schon. Bitte eine der beiden Zeilen löschen."
    return (
        f"Zeile {line} ist nicht zu verstehen. Meist fehlt ein Anführungszeichen, oder es ist kein gerades. "
        'So ist es richtig: ssid = "Feldkit-7".'
    )


def sentences(config: Any) -> Iterator[str]:
    """What is wrong with this Config, the types first."""
    wrong_types = list(_types(config))
    if wrong_types:
        yield from wrong_types
        return
    for entry, (pattern, sentence) in PATTERNS.items():
        if not re.fullmatch(pattern, getattr(config, entry)):
            yield sentence
    for entry, (least, most) in RANGES.items():
        if not least <= getattr(config, entry) <= most:
            yield f"„{entry}“ muss eine Zahl von {least} bis {most} sein."
    port = re.search(r":(\d+)$", config.address)
    if port and not 0 < int(port[1]) < 65536:
        yield "„address“ hat einen Port, den es nicht gibt: möglich ist 1 bis 65535."
    if not _is_hotspot(config.network):
        yield (
            "„network“ muss eine private Adresse (10.…, 172.16.… bis 172.31.… oder 192.168.…) mit Netzgröße von /24 bis /28 sein, "
            "zum Beispiel 10.42.0.1/24."
        )


def _types(config: Any) -> Iterator[str]:
    for field in fields(config):
        value = getattr(config, field.name)
        if field.type is int and type(value) is not int:
            yield f"„{field.name}“ muss eine ganze Zahl sein, ohne Anführungszeichen."
        if field.type is bool and type(value) is not bool:
            yield f"„{field.name}“ muss true oder false sein, klein geschrieben und ohne Anführungszeichen."
        if field.type is str and not isinstance(value, str):
            yield f'„{field.name}“ muss Text in Anführungszeichen sein: {field.name} = "…".'
        if field.type == tuple[str, ...] and not (isinstance(value, tuple) and all(isinstance(text, str) for text in value)):
            yield f'„{field.name}“ muss eine Liste von Text in Anführungszeichen sein: {field.name} = ["…", "…"].'


def _is_hotspot(text: str) -> bool:
    try:
        hotspot = IPv4Interface(text)
    except ValueError:
        return False
    edges = (hotspot.network.network_address, hotspot.network.broadcast_address)
    private = any(hotspot.ip in network for network in PRIVATE)
    return private and 24 <= hotspot.network.prefixlen <= 28 and hotspot.ip not in edges
