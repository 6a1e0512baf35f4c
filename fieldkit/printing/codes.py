"""QR codes for paper and what stands in them."""

import re
from itertools import groupby

import qrcode


def wifi_qr(ssid: str, passphrase: str) -> str:
    """What a phone's camera reads to join a Wi-Fi network; an empty passphrase is an open one.

    Raises ValueError for anything but letters, digits and hyphens: the WPA3 grammar wants percent signs before special
    characters, real scanners want backslashes, and only what needs neither works everywhere.
    """
    if not re.fullmatch(r"[A-Za-z0-9-]{1,32}", ssid) or not re.fullmatch(r"([A-Za-z0-9-]{8,63})?", passphrase):
        raise ValueError("name and passphrase of the Wi-Fi may only have letters, digits and hyphens")
    return f"WIFI:T:WPA;S:{ssid};P:{passphrase};;" if passphrase else f"WIFI:T:nopass;S:{ssid};;"


def svg(text: str) -> str:
    """A QR code as an SVG image with the quiet zone a camera needs (4 modules), one path, sharp at any size."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    size = len(rows)
    path = "".join(f"M{x} {y}h{n}v1h-{n}z" for y, row in enumerate(rows) for x, n in _runs(row))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{path}"/></svg>'


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules begin, and how many stand in a line."""
    runs, x = [], 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            runs.append((x, length))
        x += length
    return runs
