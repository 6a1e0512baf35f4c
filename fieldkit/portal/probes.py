"""What phones and computers ask to find out whether they are on the internet, and what the kit answers them.

The table is data: one line for each family of systems, with the exact bytes its maker's server sends. Where they come from:
Android's NetworkMonitor.java and config.xml, NetworkManager's nm-connectivity.c and the distributions' own files, Firefox' defaults,
Microsoft's NCSI, Apple by its published pages; gathered in the open catalogues of offspot, Internet-in-a-Box and the WBA's "Captive
Behaviors". `docs/portal.md` shows what follows from it.
"""

import ipaddress
from dataclasses import dataclass

ON, QUIET, OFF = "on", "quiet", "off"
MODES = (ON, QUIET, OFF)
"""The kit's page opens by itself; nothing opens, all seems well; the kit answers nobody who did not ask for it."""

START = "/start"
HEALTH = "/healthz"
NO_STORE = ("Cache-Control", "no-store")
"""Or a phone would take our answer for the real site's once it is back on the internet."""


@dataclass(frozen=True)
class Answer:
    """A complete answer, ready to send."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


HANG_UP = Answer("", ())
"""The connection ends without a word: every system reads that as "no internet", none as a portal. A 404 would be one for NetworkManager."""


@dataclass(frozen=True)
class Probe:
    """How a family of systems looks for the internet."""

    systems: str
    asks: tuple[str, ...]
    """Host and path; `host/*` where the host serves nothing else."""
    fine: Answer
    """What it gets on the internet."""
    keep_portal: bool = False
    """Whether it is shown to the portal for good. Android 11 and newer would otherwise take the notification away that leads back to it."""


def _page(body: str, kind: str = "text/plain", *extra: tuple[str, str]) -> Answer:
    return Answer("200 OK", (("Content-Type", kind), NO_STORE, *extra), body.encode())


_ONLINE = ("X-NetworkManager-Status", "online")  # alone enough for NetworkManager, whatever the page says
_NOTHING = Answer("204 No Content", (NO_STORE,))
_APPLE = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
_KINDLE = "81ce4465-7167-4dcb-835b-dcc9e44c112a"
_FIREFOX = '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'

PROBES = (
    Probe(
        "iOS, iPadOS, macOS",
        (
            "captive.apple.com/*", "netcts.cdn-apple.com/*", "gsp1.apple.com/*", "iphone-ld.apple.com/*", "www.appleiphonecell.com/*",
            "www.airport.us/*", "www.ibook.info/*", "www.itools.info/*", "www.thinkdifferent.us/*",
        ),
        _page(f"{_APPLE}\n", "text/html"),
    ),
    Probe("iOS, iPadOS, macOS: older", ("www.apple.com/library/test/success.html",), _page(_APPLE, "text/html")),
    Probe(
        "Android, Pixel",
        ("connectivitycheck.gstatic.com/generate_204", "www.google.com/gen_204", "play.googleapis.com/generate_204"),
        _NOTHING, keep_portal=True,
    ),
    Probe(
        "Samsung in China",
        ("connectivity.samsung.com.cn/generate_204", "d2uzsrnmmf6tds.cloudfront.net/generate_204"),
        _NOTHING, keep_portal=True,
    ),
    Probe("Xiaomi", ("connect.rom.miui.com/generate_204",), _NOTHING, keep_portal=True),
    Probe(
        "Huawei, Honor",
        ("connectivitycheck.platform.hicloud.com/generate_204", "connectivitycheck.platform.hihonorcloud.com/generate_204"),
        _NOTHING, keep_portal=True,
    ),
    Probe(
        "OPPO, vivo",
        ("conn1.oppomobile.com/generate_204", "conn2.oppomobile.com/generate_204", "wifi.vivo.com.cn/generate_204"),
        _NOTHING, keep_portal=True,
    ),
    Probe(
        "Chrome OS, Chrome, Edge",
        (
            "www.gstatic.com/generate_204", "clients3.google.com/generate_204",
            "edge-http.microsoft.com/captiveportal/generate_204",
        ),
        _NOTHING, keep_portal=True,
    ),
    Probe(
        "Fire OS, Fire TV",
        ("fireoscaptiveportal.com/generate_204", "firetvcaptiveportal.com/generate_204"),
        _NOTHING, keep_portal=True,
    ),
    Probe("any other with the same path", ("cp.cloudflare.com/generate_204", "www.qualcomm.cn/generate_204"), _NOTHING, keep_portal=True),
    Probe(
        "Windows 10, 11",
        ("www.msftconnecttest.com/connecttest.txt", "ipv6.msftconnecttest.com/connecttest.txt"),
        _page("Microsoft Connect Test"),
    ),
    Probe("Windows 7, 8", ("www.msftncsi.com/ncsi.txt", "ipv6.msftncsi.com/ncsi.txt"), _page("Microsoft NCSI")),
    Probe("Firefox: is it a portal?", ("detectportal.firefox.com/canonical.html",), _page(_FIREFOX, "text/html")),
    Probe("Firefox: is it there?", ("detectportal.firefox.com/success.txt",), _page("success\n")),
    Probe("Ubuntu", ("connectivity-check.ubuntu.com/*",), Answer("204 No Content", (NO_STORE, _ONLINE))),
    Probe("GNOME", ("nmcheck.gnome.org/*",), _page("NetworkManager is online", "text/plain", _ONLINE)),
    Probe(
        "Debian, Arch, openSUSE",
        ("network-test.debian.org/*", "ping.archlinux.org/*", "conncheck.opensuse.org/*"),
        _page("NetworkManager is online\n", "text/plain", _ONLINE),
    ),
    Probe("Fedora, KDE", ("fedoraproject.org/static/hotspot.txt", "networkcheck.kde.org/*"), _page("OK", "text/plain", _ONLINE)),
    Probe(
        "Kindle",
        ("spectrum.s3.amazonaws.com/kindle-wifi/wifistub.html", "spectrum.s3.amazonaws.com/kindle-wifi/wifistub-eink.html"),
        _page(f"<!DOCTYPE html><title>Kindle Reachability Probe Page</title>\n<!--{_KINDLE}-->\n{_KINDLE}\n", "text/html"),
    ),
)  # fmt: skip

_BY_ADDRESS = {ask: probe for probe in PROBES for ask in probe.asks}
_ANY_HOST = ("/generate_204", "/gen_204")  # makers change the host from model to model, never the path
_ANDROID = _BY_ADDRESS["connectivitycheck.gstatic.com/generate_204"]


def answer(host: str, path: str, method: str, confirmed: bool, mode: str, own: frozenset[str], address: str) -> Answer | None:
    """What to say to a request for `host`, or None when it is for the kit itself and its pages answer.

    `confirmed` says whether this visitor tapped «Weiter», `own` are the kit's names in small letters, `address` is where visitors find
    it. The way to it never depends on what was asked for: a redirect that could be steered would lead visitors elsewhere.
    """
    name = name_of(host)
    if name in own or (path == HEALTH and _is_loopback(name)):
        return None
    if mode == OFF:
        return HANG_UP
    if method not in ("GET", "HEAD"):
        sentence = f"Hier antwortet das Feldkit, nicht die Seite, die du wolltest. Bitte öffne {address}/\n"
        return Answer("421 Misdirected Request", (("Content-Type", "text/plain; charset=utf-8"), NO_STORE), sentence.encode())
    probe = find(name, path)
    if probe and (mode == QUIET or (confirmed and not probe.keep_portal)):
        return probe.fine
    return Answer("302 Found", (("Location", f"{address}{START}"), NO_STORE))


def matters(host: str, path: str) -> bool:
    """Whether the answer depends on who asks: a probe that is told that all is well once its visitor tapped «Weiter»."""
    probe = find(name_of(host), path)
    return probe is not None and not probe.keep_portal


def find(name: str, path: str) -> Probe | None:
    """The probe that asks `name` for `path`, if it is one."""
    return _BY_ADDRESS.get(f"{name}{path}") or (_ANDROID if path.endswith(_ANY_HOST) else _BY_ADDRESS.get(f"{name}/*"))


def name_of(host: str) -> str:
    """The name in a Host header: without port and closing dot, in small letters."""
    name, colon, port = host.strip().rpartition(":")
    if not colon or (port and not (port.isascii() and port.isdecimal())):
        name = host.strip()  # no port: a name, or the end of an IPv6 address
    return name.rstrip(".").lower()


def is_number(name: str) -> bool:
    """Whether this is an address, not a name."""
    return _address(name) is not None


def _is_loopback(name: str) -> bool:
    address = _address(name)
    return address is not None and address.is_loopback


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None
