"""The kit behind waitress: settings that 200 phones at once need, and a clean end."""

import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

from waitress.server import create_server

from .kept import App

THREADS = 16
CONNECTIONS = 2000  # a browser holds up to six idle sockets


class PortTaken(Exception):
    """Another program listens there already."""


def serve(app: App, host: str, port: int, ready: Callable[[], Any]) -> None:
    """Answer until the process is asked to end, then finish what is under way. Calls `ready` once the port is open.

    Raises PortTaken.
    """
    _raise_file_limit()
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            backlog=1024,
            channel_timeout=20,
            cleanup_interval=5,
            asyncore_use_poll=True,  # select() ends the process at about 1,020 sockets
            max_request_body_size=1024 * 1024,
            max_request_header_size=16 * 1024,
            ident=None,
            expose_tracebacks=False,
        )
    except OSError as error:
        raise PortTaken(
            f"Auf Port {port} antwortet schon ein anderes Programm ({error.strerror}). "
            f"Bitte einen anderen wählen, zum Beispiel: --port {port + 1}"
        ) from None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ready()
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()


def _raise_file_limit() -> None:
    """Every connection is an open file, and Debian's usual limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
