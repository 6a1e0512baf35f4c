"""The kit behind waitress: settings that 200 phones at once need, kept pages answered at once, and a clean end."""

import contextlib
import ctypes
import logging
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from copy import copy
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.server import create_server
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import RequestEntityTooLarge

# Reading hardly needs threads, writing does: with group commit, as many writes share one fsync as threads wait for it.
THREADS = 32
IN_MEMORY = 16 * 1024 * 1024  # bytes; a request up to here never waits in a file: a photo says where it was taken
KNOWN = 8 * 1024 * 1024  # bytes; only people we know may send this much
CONNECTIONS = 2000  # a browser holds up to six idle sockets
FILES = 8192  # open ones, as many as we ask for

SETTINGS: dict[str, Any] = {
    "connection_limit": CONNECTIONS,
    "backlog": 1024,
    "channel_timeout": 20,
    "send_bytes": 16 * 1024,  # headers and page leave together: half the calls into the system
    "cleanup_interval": 5,
    "asyncore_use_poll": True,  # select() ends the process at about 1,020 sockets
    "max_request_header_size": 16 * 1024,
    "ident": None,
    "expose_tracebacks": False,
}
BEHIND_TLS: dict[str, Any] = {
    # A socket in the file system, not a port on the loopback: whoever came over TLS never looks like the kit itself, and only
    # what comes through here may say from where it comes. waitress calls the other end of such a socket "localhost".
    "trusted_proxy": "localhost",
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    "unix_socket_perms": "660",
}


class PortTaken(Exception):
    """Another program listens there already."""


class Dispatcher(ThreadedTaskDispatcher):
    """Hands requests to threads, except those for kept pages: sending what lies ready costs less than waking a thread."""

    def __init__(self, lies_ready: Callable[[HTTPRequestParser], bool]) -> None:
        """Ask `lies_ready` which requests need nothing but sending."""
        super().__init__()
        self._lies_ready = lies_ready
        self._ready: list[HTTPChannel] = []
        self._main = threading.get_ident()

    def add_task(self, channel: HTTPChannel) -> None:
        """Take the next request of a channel."""
        if threading.get_ident() == self._main and self._lies_ready(channel.requests[0]):
            self._ready.append(channel)  # not answered here: the channel still holds its lock
        else:
            super().add_task(channel)

    def answer_ready(self) -> None:
        """Answer what was put aside, in the main thread."""
        while self._ready:
            channel = self._ready.pop()
            channel.service()
            if channel.connected and channel.writable():
                channel.handle_write()


class Parser(HTTPRequestParser):
    """Reads one request, up to the size that whoever sends it may send."""

    def parse_header(self, header_plus: bytes) -> None:
        """Once it is known who sends what, ask how large it may be."""
        super().parse_header(header_plus)
        if self.content_length or self.chunked:
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = self.adj.largest(self)
            self.adj.inbuf_overflow = min(self.adj.max_request_body_size, IN_MEMORY)
            if self.content_length >= self.adj.max_request_body_size > KNOWN:
                # Thrown away, but to its end: a browser that is cut off while it sends may show no answer at all.
                self.body_rcv = FixedStreamReceiver(self.content_length, _Nowhere())
                self.adj.max_request_body_size = self.content_length + 1


class _Nowhere(BytesIO):
    """Where a body goes that nobody will read."""

    def append(self, data: bytes) -> None:
        """Forget it."""

    def getfile(self) -> BytesIO:
        """Nothing."""
        return self


def _task_after_error(channel: HTTPChannel, request: HTTPRequestParser) -> ErrorTask | WSGITask:
    """Too large a body is the application's to answer, with a page: it sees the length, and that nothing came."""
    if not (isinstance(request.error, RequestEntityTooLarge) and request.content_length):
        return ErrorTask(channel, request)
    task = WSGITask(channel, request)
    task.set_close_on_finish()
    return task


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Parser
    error_task_class = staticmethod(_task_after_error)

    def handle_read(self) -> None:
        """Take what arrived; answer at once what lies ready."""
        super().handle_read()
        self.server.task_dispatcher.answer_ready()

    def writable(self) -> bool:
        """Not while a thread works on the answer: waitress 3.0.2 otherwise spins on such channels, up to 289 times a request."""
        if self.requests and not (self.will_close or self.close_when_flushed):
            return self.total_outbufs_len > self.adj.outbuf_high_watermark
        return bool(super().writable())


class Pages(Protocol):
    """A WSGI application that knows which requests need nothing but sending."""

    lies_ready: Callable[[HTTPRequestParser], bool]

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        ...


def serve(
    app: Pages,
    host: str,
    port: int,
    ready: Callable[[], Any],
    largest: int | Callable[[HTTPRequestParser], int] = 1024 * 1024,
    proxy: Path | None = None,
) -> None:
    """Answer until the process is asked to end, then finish what is under way. Calls `ready` once the port is open.

    Takes requests of up to `largest` bytes, asked for each one if it is a function; of a larger one the application gets
    everything but the body. A TLS terminator on this machine may bring
    visitors through the socket at `proxy`. Raises PortTaken.
    """
    _raise_file_limit()
    _give_memory_back()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is no event on a full square
    dispatcher = Dispatcher(app.lies_ready)
    dispatcher.set_thread_count(THREADS)
    loop: dict[int, Any] = {}  # one loop for all sockets
    openings: list[dict[str, Any]] = [{"host": host, "port": port}]
    if proxy:
        proxy.unlink(missing_ok=True)  # of a process that was killed
        openings.append({**BEHIND_TLS, "unix_socket": str(proxy)})
    try:
        servers = [create_server(app, loop, _dispatcher=dispatcher, **SETTINGS, **opening) for opening in openings]
    except OSError as error:
        raise PortTaken(
            f"Auf Port {port} antwortet schon ein anderes Programm ({error.strerror}). "
            f"Bitte einen anderen wählen, zum Beispiel: --port {port + 1}"
        ) from None
    for server in servers:
        server.channel_class = Channel
        server.adj.largest = largest if callable(largest) else lambda _: largest
        server.handle_accept = partial(_accept_all, server, server.handle_accept)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ready()
    try:
        servers[0].run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        for server in servers:
            server.close()


def _accept_all(server: Any, accept_one: Callable[[], None]) -> None:
    """Let in everybody who waits. One a round, as waitress does, keeps the last of 200 at the door for seconds."""
    before = -1
    while before != (before := len(server.active_channels)) and before < CONNECTIONS:
        accept_one()


def _raise_file_limit() -> None:
    """Every connection is an open file, and Debian's usual limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _give_memory_back() -> None:
    """Have glibc return large blocks at once and keep few heaps: slow hashes take 7 to 19 MiB each, on whatever thread.

    mallopt(3): fixing the threshold of M_MMAP_THRESHOLD (-3) stops glibc from raising it to 32 MiB; M_ARENA_MAX is -8.
    """
    with contextlib.suppress(AttributeError, OSError):  # another C library
        libc = ctypes.CDLL(None)
        libc.mallopt(-3, 1 << 20)
        libc.mallopt(-8, 2)
