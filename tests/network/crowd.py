"""A crowd of phones on one network card: a DHCP client that speaks for as many as wanted (RFC 2131)."""

import secrets
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
COOKIE = bytes([99, 130, 83, 99])


def join(interface: str, phones: int) -> dict[bytes, str]:
    """Addresses for so many phones, one after the other, by the phones' own. The same phones every time."""
    leases = {}
    with _line(interface) as line:
        for number in range(phones):
            phone = bytes([2, 0xFE, 0xED, 0, number >> 8, number & 255])
            kind, offered, server = _exchange(line, phone, DISCOVER)
            assert kind == OFFER
            kind, given, _ = _exchange(line, phone, REQUEST, {50: offered, 54: server})
            assert (kind, given) == (ACK, offered)
            leases[phone] = socket.inet_ntoa(given)
    return leases


def insist(interface: str, address: str) -> int:
    """A phone asks to go on with an address it had elsewhere; how the answer is called."""
    with _line(interface) as line:
        return _exchange(line, bytes([2, 0xFE, 0xED, 1, 0, 0]), REQUEST, {50: socket.inet_aton(address)})[0]


@contextmanager
def _line(interface: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        line.bind(("0.0.0.0", 68))
        line.settimeout(5)
        yield line


def _exchange(line: socket.socket, phone: bytes, kind: int, options: dict[int, bytes] | None = None) -> tuple[int, bytes, bytes]:
    """Ask, and wait for the answer to just that: its kind, the address, the server."""
    number = secrets.token_bytes(4)
    head = struct.pack("!BBBB4sHH16s16s192s", 1, 1, 6, 0, number, 0, 0x8000, b"", phone, b"")  # 0x8000: answer by broadcast
    told = {53: bytes([kind]), **(options or {})}
    body = b"".join(bytes([code, len(value)]) + value for code, value in told.items())
    line.sendto(head + COOKIE + body + b"\xff", ("255.255.255.255", 67))
    while True:
        answer = line.recv(2048)
        if answer[4:8] == number:
            read = _options(answer[240:])
            return read[53][0], answer[16:20], read.get(54, b"")


def _options(data: bytes) -> dict[int, bytes]:
    options, at = {}, 0
    while data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        options[data[at]] = data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return options
