"""Commands for a kit that is running: the command line asks the serving process, over a socket only its own user can open.

The database has one process. A command that writes therefore runs in the server when there is one, and in its own process otherwise.
"""

import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .jobs import Progress

Find = Callable[[str], Callable[..., Any]]
"""Name in, `command(progress, **arguments)` out; its result must be JSON. Raises KeyError."""


class Refused(Exception):
    """The running kit could not do it; the text says why."""


class Listener:
    """Runs commands that arrive on the socket of a kit's home."""

    def __init__(self, home: Path, find: Find) -> None:
        """Listen at once, answer in the background."""
        path = home / f"fieldkit.sock.{os.getpid()}"
        path.unlink(missing_ok=True)

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                def send(kind: str, value: Any) -> None:
                    self.wfile.write(json.dumps([kind, value]).encode() + b"\n")

                try:
                    name, arguments = json.loads(self.rfile.readline())
                    progress: Progress = lambda *step: send("progress", step)  # noqa: E731
                    send("result", find(name)(progress, **arguments))
                except Exception as error:  # told to whoever typed the command
                    send("refused", str(error) or type(error).__name__)

        before = os.umask(0o177)
        try:
            with _short(path) as short:
                self._server = socketserver.ThreadingUnixStreamServer(short, Handler)
        finally:
            os.umask(before)
        self._server.daemon_threads = True
        self._path = path.rename(home / "fieldkit.sock")  # several processes of one hub: the last one is asked
        threading.Thread(target=self._server.serve_forever, name="control", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


def ask(home: Path, name: str, progress: Progress, /, **arguments: Any) -> Any:
    """Have the running kit do something. Raises Refused, or ConnectionError when none is running."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        with _short(home / "fieldkit.sock") as short:
            connection.connect(short)
    except OSError as error:  # no socket, no home, or one left behind by a kit that was killed
        connection.close()
        raise ConnectionRefusedError from error
    with connection, connection.makefile("rwb") as stream:
        stream.write(json.dumps([name, arguments]).encode() + b"\n")
        stream.flush()
        for line in stream:
            kind, value = json.loads(line)
            if kind == "result":
                return value
            if kind == "refused":
                raise Refused(value)
            progress(*value)
    raise Refused("Das Kit hat während der Arbeit aufgehört zu antworten.")


class _short:
    """A socket's path may have 107 bytes; through the open folder it is short however deep the home lies."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> str:
        self._folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        os.close(self._folder)
