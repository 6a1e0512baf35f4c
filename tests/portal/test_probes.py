"""What every system gets when it looks for the internet, byte for byte, as it comes out of the socket."""

import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from waitress.server import create_server

from fieldkit import app, clock, doors
from fieldkit.house import House
from fieldkit.portal import probes, threshold
from fieldkit.portal.frontdoor import FrontDoor

AYSE, BEN = "127.0.0.2", "127.0.0.3"
"""Two phones: on the loopback every address is a device of its own."""

# What the makers' servers send, written down apart from the table of the kit: host, path, status, header, body.
APPLE = b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
ONLINE = b"X-Networkmanager-Status: online\r\n"  # waitress spells it so; NetworkManager asks for it in any letters
UUID = b"81ce4465-7167-4dcb-835b-dcc9e44c112a"
CANONICAL = b'<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
AFTER_TAP = [
    ("captive.apple.com", "/hotspot-detect.html", 200, b"", APPLE + b"\n"),
    ("www.apple.com", "/library/test/success.html", 200, b"", APPLE),
    ("netcts.cdn-apple.com", "/", 200, b"", APPLE + b"\n"),
    ("gsp1.apple.com", "/pep/gcc", 200, b"", APPLE + b"\n"),
    ("iphone-ld.apple.com", "/", 200, b"", APPLE + b"\n"),
    ("www.appleiphonecell.com", "/library/test/success.html", 200, b"", APPLE + b"\n"),
    ("www.airport.us", "/library/test/success.html", 200, b"", APPLE + b"\n"),
    ("www.ibook.info", "/EHDR9F/Kq/x.html", 200, b"", APPLE + b"\n"),
    ("www.itools.info", "/library/test/success.html", 200, b"", APPLE + b"\n"),
    ("www.thinkdifferent.us", "/", 200, b"", APPLE + b"\n"),
    ("www.msftconnecttest.com", "/connecttest.txt", 200, b"", b"Microsoft Connect Test"),
    ("ipv6.msftconnecttest.com", "/connecttest.txt", 200, b"", b"Microsoft Connect Test"),
    ("www.msftncsi.com", "/ncsi.txt", 200, b"", b"Microsoft NCSI"),
    ("detectportal.firefox.com", "/canonical.html", 200, b"", CANONICAL),
    ("detectportal.firefox.com", "/success.txt?ipv4", 200, b"", b"success\n"),
    ("detectportal.firefox.com", "/success.txt?ipv6", 200, b"", b"success\n"),
    ("connectivity-check.ubuntu.com", "/", 204, ONLINE, b""),
    ("connectivity-check.ubuntu.com.", "/", 204, ONLINE, b""),
    ("nmcheck.gnome.org", "/check_network_status.txt", 200, ONLINE, b"NetworkManager is online"),
    ("network-test.debian.org", "/nm", 200, ONLINE, b"NetworkManager is online\n"),
    ("ping.archlinux.org", "/nm-check.txt", 200, ONLINE, b"NetworkManager is online\n"),
    ("conncheck.opensuse.org", "/", 200, ONLINE, b"NetworkManager is online\n"),
    ("fedoraproject.org", "/static/hotspot.txt", 200, ONLINE, b"OK"),
    ("networkcheck.kde.org", "/", 200, ONLINE, b"OK"),
    ("spectrum.s3.amazonaws.com", "/kindle-wifi/wifistub.html", 200, b"", UUID),
    ("spectrum.s3.amazonaws.com", "/kindle-wifi/wifistub-eink.html", 200, b"", UUID),
]
ALWAYS_PORTAL = [
    ("connectivitycheck.gstatic.com", "/generate_204"),
    ("www.google.com", "/generate_204"),
    ("www.google.com", "/gen_204"),
    ("play.googleapis.com", "/generate_204"),
    ("connectivity.samsung.com.cn", "/generate_204"),
    ("d2uzsrnmmf6tds.cloudfront.net", "/generate_204"),
    ("connect.rom.miui.com", "/generate_204"),
    ("connectivitycheck.platform.hicloud.com", "/generate_204"),
    ("connectivitycheck.platform.hihonorcloud.com", "/generate_204"),
    ("conn1.oppomobile.com", "/generate_204"),
    ("conn2.oppomobile.com", "/generate_204"),
    ("wifi.vivo.com.cn", "/generate_204"),
    ("www.qualcomm.cn", "/generate_204"),
    ("www.gstatic.com", "/generate_204"),
    ("clients3.google.com", "/generate_204"),
    ("edge-http.microsoft.com", "/captiveportal/generate_204"),
    ("fireoscaptiveportal.com", "/generate_204"),
    ("firetvcaptiveportal.com", "/generate_204"),
    ("cp.cloudflare.com", "/generate_204"),
    ("a-maker-of-tomorrow.example", "/generate_204"),
]
NO_PROBE = [
    ("www.msftconnecttest.com", "/redirect"),
    ("www.apple.com", "/"),
    ("fedoraproject.org", "/"),
    ("example.org", "/"),
    ("example.org", "/ideas?then=//evil.example"),
    ("198.51.100.1", "/"),
]
EVERY = [*[row[:2] for row in AFTER_TAP], *ALWAYS_PORTAL]

Ask = Callable[..., bytes]


class Kit:
    """The kit behind a real socket."""

    def __init__(self, house: House, port: int) -> None:
        """Remember where it listens."""
        self.house, self.port = house, port
        self.portal = f"http://localhost{probes.START}"

    def ask(self, host: str, path: str, method: str = "GET", version: str = "1.1", phone: str = AYSE) -> bytes:
        """Everything that comes back, but the date."""
        with socket.create_connection(("127.0.0.1", self.port), source_address=(phone, 0), timeout=5) as line:
            line.sendall(f"{method} {path} HTTP/{version}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            said = b"".join(iter(lambda: line.recv(65536), b""))
        return b"".join(part for part in said.splitlines(keepends=True) if not part.startswith(b"Date: "))

    def tap(self, phone: str = AYSE) -> bytes:
        """Open the kit's page and tap «Weiter»."""
        return self.ask("localhost", "/start/ok", phone=phone)


@pytest.fixture
def outside(kit: House, door: FrontDoor) -> Iterator[Kit]:
    """The kit as phones reach it."""
    server = create_server(door, host="127.0.0.1", port=0, threads=4, ident=None)
    thread = threading.Thread(target=partial(server.asyncore.loop, timeout=0.05, map=server._map), daemon=True)
    thread.start()
    yield Kit(kit, server.effective_port)
    server.close()
    thread.join(5)


@pytest.fixture
def switch(door: FrontDoor) -> Callable[[str], None]:
    """Chooses a mode."""
    return lambda mode: door._threshold.switch(mode, "Jonas")


def redirect(version: str, to: str) -> bytes:
    """The way to the kit, as it goes over the wire."""
    return (
        f"HTTP/{version} 302 Found\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: 0\r\nLocation: {to}\r\n\r\n"
    ).encode()


def fine(version: str, status: int, header: bytes, body: bytes, kind: bytes, method: str) -> bytes:
    """That all is well, as it goes over the wire."""
    line = f"HTTP/{version} {status} {'OK' if status == 200 else 'No Content'}\r\n".encode()
    length = b"Content-Length: %d\r\nContent-Type: %s\r\n" % (len(body), kind) if status == 200 else b""
    head = line + b"Cache-Control: no-store\r\nConnection: close\r\n" + length + header + b"\r\n"
    return head + (body if method == "GET" else b"")


def expected(row: Any, version: str, method: str) -> bytes:
    """What a row of the makers' list looks like on the wire."""
    host, _, status, header, body = row
    page = "apple" in host or "s3" in host or body == CANONICAL or body.startswith(b"<HTML>")
    if body == UUID:
        body = b"<!DOCTYPE html><title>Kindle Reachability Probe Page</title>\n<!--" + UUID + b"-->\n" + UUID + b"\n"
    return fine(version, status, header, body, b"text/html" if page else b"text/plain", method)


WAYS = [("1.0", "GET"), ("1.1", "GET"), ("1.1", "HEAD"), ("1.0", "HEAD")]


@pytest.mark.parametrize(("version", "method"), WAYS)
def test_before_weiter_every_system_is_shown_to_the_kit(outside: Kit, version: str, method: str) -> None:
    for host, path in [*EVERY, *NO_PROBE]:
        assert outside.ask(host, path, method, version) == redirect(version, outside.portal), f"{host}{path}"


@pytest.mark.parametrize(("version", "method"), WAYS)
def test_after_weiter_every_system_gets_what_its_makers_server_sends(outside: Kit, version: str, method: str) -> None:
    assert b" 303 " in outside.tap()
    for row in AFTER_TAP:
        assert outside.ask(row[0], row[1], method, version) == expected(row, version, method), row[:2]


@pytest.mark.parametrize(("version", "method"), WAYS)
def test_after_weiter_android_still_finds_back_to_the_kit(outside: Kit, version: str, method: str) -> None:
    outside.tap()
    for host, path in [*ALWAYS_PORTAL, *NO_PROBE]:
        assert outside.ask(host, path, method, version) == redirect(version, outside.portal), f"{host}{path}"


@pytest.mark.parametrize("tapped", [False, True])
@pytest.mark.parametrize(("version", "method"), WAYS)
def test_in_quiet_mode_every_system_thinks_all_is_well(
    outside: Kit, switch: Callable[[str], None], tapped: bool, version: str, method: str
) -> None:
    switch(probes.QUIET)
    if tapped:
        outside.tap()
    for row in AFTER_TAP:
        assert outside.ask(row[0], row[1], method, version) == expected(row, version, method), row[:2]
    for host, path in ALWAYS_PORTAL:
        assert outside.ask(host, path, method, version) == fine(version, 204, b"", b"", b"", method), f"{host}{path}"
    for host, path in NO_PROBE:
        assert outside.ask(host, path, method, version) == redirect(version, outside.portal), f"{host}{path}"


@pytest.mark.parametrize("tapped", [False, True])
@pytest.mark.parametrize(("version", "method"), WAYS)
def test_when_it_is_off_no_system_gets_a_single_byte(
    outside: Kit, switch: Callable[[str], None], tapped: bool, version: str, method: str
) -> None:
    switch(probes.OFF)
    if tapped:
        outside.tap()
    for host, path in [*EVERY, *NO_PROBE]:
        assert outside.ask(host, path, method, version) == b"", f"{host}{path}"
    assert outside.ask("localhost", "/start", version=version).startswith(f"HTTP/{version} 200".encode())


def test_one_visitors_weiter_is_not_anothers(outside: Kit) -> None:
    outside.tap(AYSE)
    assert b"Success" in outside.ask("captive.apple.com", "/hotspot-detect.html", phone=AYSE)
    assert outside.ask("captive.apple.com", "/hotspot-detect.html", phone=BEN) == redirect("1.1", outside.portal)


def test_the_next_visitor_with_the_same_address_has_another_network_card(
    kit: House, door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looks(card: str) -> bool:
        monkeypatch.setattr(doors, "_network_card", lambda address: card)
        return door._threshold.confirmed(doors.phone({"REMOTE_ADDR": "10.42.0.77", "HTTP_USER_AGENT": "any"}))

    monkeypatch.setattr(doors, "_network_card", lambda address: "aa:bb:cc:00:00:01")
    door._threshold.confirm(doors.phone({"REMOTE_ADDR": "10.42.0.77"}))
    assert looks("aa:bb:cc:00:00:01")
    assert not looks("aa:bb:cc:00:00:02")


def test_a_weiter_is_forgotten_after_two_hours(outside: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    outside.tap()
    now = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: now + 119 * 60)
    assert b"Success" in outside.ask("captive.apple.com", "/hotspot-detect.html")
    monkeypatch.setattr(clock, "monotonic", lambda: now + 121 * 60)
    assert outside.ask("captive.apple.com", "/hotspot-detect.html") == redirect("1.1", outside.portal)


def test_a_flood_of_phones_fills_no_memory(kit: House) -> None:
    known = threshold.Threshold(kit.db)
    for number in range(threshold.MOST + 100):
        known.confirm(f"phone {number}")
    assert len(known._tapped) == threshold.MOST
    assert not known.confirmed("phone 0")
    assert known.confirmed(f"phone {threshold.MOST + 99}")


def test_no_probe_ever_gets_a_cookie(outside: Kit, switch: Callable[[str], None]) -> None:
    assert b"set-cookie" not in outside.tap().lower()
    for mode in probes.MODES:
        switch(mode)
        assert [row for row in EVERY if b"set-cookie" in outside.ask(*row).lower()] == []


@pytest.mark.parametrize("host", ["CAPTIVE.Apple.com", "captive.apple.com:80", "captive.apple.com.", "Captive.Apple.Com.:80"])
def test_a_host_is_known_however_it_is_spelt(outside: Kit, host: str) -> None:
    outside.tap()
    assert outside.ask(host, "/hotspot-detect.html").endswith(APPLE + b"\n")


def test_the_way_leads_to_the_address_on_the_poster_and_nowhere_else() -> None:
    for path in ("//evil.example", "/\\evil.example", "/?to=http://evil.example", "/%0d%0aLocation:%20http://evil.example"):
        found = probes.answer("evil.example", path, "GET", False, probes.ON, frozenset({"kit"}), "http://10.42.0.1")
        assert dict(found.headers)["Location"] == "http://10.42.0.1/start"


def test_every_row_of_the_table_is_tried_here() -> None:
    tried = {host.rstrip(".") for host, _ in EVERY}
    assert {ask.partition("/")[0] for probe in probes.PROBES for ask in probe.asks} - tried == {"ipv6.msftncsi.com"}


def test_the_mode_lives_through_a_restart_and_never_travels(kit: House, facilitator: Any) -> None:
    assert facilitator.post("/portal", data={"mode": "quiet"}).status_code == 303
    again = app.create_wsgi(kit)
    assert again._threshold.mode == probes.QUIET
    assert kit.db.read().execute("SELECT count(*) FROM journal").fetchone()[0] == 0


def test_the_front_door_asks_no_database(kit: House, door: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    environ = {"HTTP_HOST": "captive.apple.com", "PATH_INFO": "/", "REQUEST_METHOD": "GET", "REMOTE_ADDR": AYSE}
    said: list[Any] = []
    with monkeypatch.context() as patch:
        patch.setattr(kit.db, "read", refuse)
        patch.setattr(kit.db, "write", refuse)
        door(environ, lambda status, headers: said.append(status))
    assert said == ["302 Found"]
