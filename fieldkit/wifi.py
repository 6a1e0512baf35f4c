"""How a phone joins the hotspot."""

import re


def wifi_qr(ssid: str, passphrase: str) -> str:
    """What a phone's camera reads to join a Wi-Fi network; an empty passphrase is an open one.

    Raises ValueError for anything but letters, digits and hyphens: the WPA3 grammar wants percent signs before special
    characters, real scanners want backslashes, and only what needs neither works everywhere.
    """
    if not re.fullmatch(r"[A-Za-z0-9-]{1,32}", ssid) or not re.fullmatch(r"([A-Za-z0-9-]{8,63})?", passphrase):
        raise ValueError("name and passphrase of the Wi-Fi may only have letters, digits and hyphens")
    return f"WIFI:T:WPA;S:{ssid};P:{passphrase};;" if passphrase else f"WIFI:T:nopass;S:{ssid};;"
