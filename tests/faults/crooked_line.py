"""A line between kit and hub on which everything goes wrong that can: a real TCP proxy that cuts, drips and lies."""

import contextlib
import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable

Fault = Callable[[socket.socket, bytes], None]
"""What is done with the hub's whole answer instead of passing it on."""


class CrookedLine:
    """Listens where the kit believes the hub is."""

    def __init__(self) -> None:
        """Pass everything on, as soon as there is a hub."""
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listening.getsockname()[1]
        self.hub = 0
        """The port of the hub."""
        self.through()
        threading.Thread(target=self._accept, daemon=True).start()

    def through(self, cut_after: int = 10**12, fault: Fault | None = None, at_call: int = 0) -> None:
        """From now on: cut for good after so many bytes of both directions; or let a fault happen to one call."""
        self.passed, self.uploaded, self.calls = 0, 0, 0
        self._cut_after, self._fault, self._at_call = cut_after, fault, at_call
        self._lock = threading.Lock()

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                kit, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(kit,), daemon=True).start()

    def _serve(self, kit: socket.socket) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if self._fault:
                self._call_by_call(kit)
            else:
                self._byte_by_byte(kit)
        hang_up(kit)

    def _byte_by_byte(self, kit: socket.socket) -> None:
        if self.passed >= self._cut_after:
            return
        hub = socket.create_connection(("127.0.0.1", self.hub))
        back = threading.Thread(target=self._pass_on, args=(hub, kit, False), daemon=True)
        back.start()
        self._pass_on(kit, hub, True)
        back.join(10)
        hang_up(hub)

    def _pass_on(self, source: socket.socket, target: socket.socket, upwards: bool) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(512):
                with self._lock:
                    content = content[: max(0, self._cut_after - self.passed)]
                    self.passed += len(content)
                    self.uploaded += len(content) * upwards
                target.sendall(content)
                if self.passed >= self._cut_after:
                    break
        if self.passed >= self._cut_after:
            hang_up(source)
            hang_up(target)
        else:
            with contextlib.suppress(OSError):
                target.shutdown(socket.SHUT_WR)

    def _call_by_call(self, kit: socket.socket) -> None:
        stream = kit.makefile("rb")
        while request := stream.readline():
            head = b"".join(iter(stream.readline, b"\r\n"))
            length = next(
                (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
            )
            answer = self._ask_hub(request + head + b"\r\n" + stream.read(length))
            self.calls += 1
            if self.calls == self._at_call and self._fault:
                self._fault(kit, answer)
                return
            kit.sendall(answer)

    def _ask_hub(self, request: bytes) -> bytes:
        """The hub's answer, byte for byte."""
        with socket.create_connection(("127.0.0.1", self.hub)) as hub:
            hub.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            return b"".join(iter(lambda: hub.recv(65536), b""))


def hang_up(line: socket.socket) -> None:
    """As a pulled cable, not as a polite goodbye: what is on its way is lost."""
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def sign_in_page(kit: socket.socket, _: bytes) -> None:
    """A hotel's portal answers instead."""
    page = b"<h1>Welcome! Please accept our terms.</h1>"
    kit.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page)


def redirect(kit: socket.socket, _: bytes) -> None:
    """A portal sends everybody elsewhere."""
    kit.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\nContent-Length: 0\r\n\r\n")


def half_an_answer(kit: socket.socket, answer: bytes) -> None:
    """The second half of the answer gets lost."""
    head, _, body = answer.partition(b"\r\n\r\n")
    kit.sendall(head + b"\r\n\r\n" + body[: len(body) // 2])
    kit.shutdown(socket.SHUT_WR)


def half_an_answer_declared_whole(kit: socket.socket, answer: bytes) -> None:
    """Something in between shortened the answer and corrected its length."""
    head, _, body = answer.partition(b"\r\n\r\n")
    half = body[: len(body) // 2]
    kit.sendall(head.replace(b"Content-Length: %d" % len(body), b"Content-Length: %d" % len(half)) + b"\r\n\r\n" + half)


def too_long_a_promise(kit: socket.socket, answer: bytes) -> None:
    """The length is larger than what comes."""
    head, _, body = answer.partition(b"\r\n\r\n")
    kit.sendall(head.replace(b"Content-Length: %d" % len(body), b"Content-Length: %d" % (len(body) + 10)) + b"\r\n\r\n" + body)
    kit.shutdown(socket.SHUT_WR)


def lost_answer(kit: socket.socket, _: bytes) -> None:
    """The hub has it, the kit never hears of it."""


def one_flipped_digit(kit: socket.socket, answer: bytes) -> None:
    """A signature with one wrong digit."""
    at = answer.find(b'"sig"') + 10
    kit.sendall(answer[:at] + (b"0" if answer[at : at + 1] != b"0" else b"1") + answer[at + 1 :])


def slow_drip(kit: socket.socket, answer: bytes) -> None:
    """One byte now and then, for longer than anybody waits."""
    with contextlib.suppress(OSError):
        for byte in answer + b" " * 1000:
            kit.sendall(bytes([byte]))
            time.sleep(0.02)


FAULTS: tuple[Fault, ...] = (
    sign_in_page,
    redirect,
    half_an_answer,
    half_an_answer_declared_whole,
    too_long_a_promise,
    lost_answer,
    one_flipped_digit,
    slow_drip,
)
