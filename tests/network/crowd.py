"""A crowd of phones at one place: a DHCP client that speaks for as many as wanted (RFC 2131)."""

import contextlib
import secrets
import socket
import struct
from collections.abc import Iterator

DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
COOKIE = bytes([99, 130, 83, 99])
AGAIN, TIMES = (
    2,
    4,
)  # seconds until a phone asks once more, as all do: right after it has come nobody may hear it yet; and how often


def join(interface: str, phones: int, card: bytes = b"") -> dict[bytes, str]:
    """Addresses for so many phones, one after the other, by the phones' own network cards. The same phones every time.

    With a `card` they all speak through this one, as a single device that wants many addresses does. Raises TimeoutError.
    """
    leases = {}
    with _line(interface) as line:
        for number in range(phones):
            phone = bytes([2, 0xFE, 0xED, 0, number >> 8, number & 255])
            leases[phone] = _lease(line, phone, card or phone)
    return leases


def insist(interface: str, address: str) -> int:
    """A phone asks to go on with an address it had elsewhere; how the answer is called."""
    phone = bytes([2, 0xFE, 0xED, 1, 0, 0])
    with _line(interface) as line:
        return line.exchange(phone, phone, REQUEST, {50: socket.inet_aton(address)})[0]


def _lease(line: "_Line", phone: bytes, card: bytes) -> str:
    kind, offered, server = line.exchange(phone, card, DISCOVER)
    assert kind == OFFER
    kind, given, _ = line.exchange(phone, card, REQUEST, {50: offered, 54: server})
    assert (kind, given) == (ACK, offered)
    return socket.inet_ntoa(given)


@contextlib.contextmanager
def _line(interface: str) -> Iterator["_Line"]:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back:
        out.bind((interface, 0))
        back.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        back.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        back.bind(("0.0.0.0", 68))
        back.settimeout(AGAIN)
        yield _Line(out, back)


class _Line:
    """Sends from any network card, and hears what is said to all."""

    def __init__(self, out: socket.socket, back: socket.socket) -> None:
        self._out, self._back = out, back

    def exchange(self, phone: bytes, card: bytes, kind: int, options: dict[int, bytes] | None = None) -> tuple[int, bytes, bytes]:
        """Ask, and wait for the answer to just that: its kind, the address, the server. Raises TimeoutError."""
        number = secrets.token_bytes(4)
        head = struct.pack("!BBBB4sHH16s16s192s", 1, 1, 6, 0, number, 0, 0x8000, b"", phone, b"")  # 0x8000: answer by broadcast
        told = {53: bytes([kind]), **(options or {})}
        body = head + COOKIE + b"".join(bytes([code, len(value)]) + value for code, value in told.items()) + b"\xff"
        for _ in range(TIMES):
            self._out.send(b"\xff" * 6 + card + b"\x08\x00" + _packet(body))
            with contextlib.suppress(TimeoutError):
                while (answer := self._back.recv(2048))[4:8] != number:
                    pass
                read = _options(answer[240:])
                return read[53][0], answer[16:20], read.get(54, b"")
        raise TimeoutError


def _packet(body: bytes) -> bytes:
    """From nobody yet, port 68, to all, port 67; UDP needs no checksum."""
    udp = struct.pack("!HHHH", 68, 67, 8 + len(body), 0) + body
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, socket.IPPROTO_UDP, 0, bytes(4), b"\xff" * 4)
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + head[12:] + udp


def _options(data: bytes) -> dict[int, bytes]:
    options, at = {}, 0
    while data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        options[data[at]] = data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return options
