"""Tells systemd that the kit is ready, then again and again that it still answers. Silence makes systemd start the kit anew."""

import http.client
import logging
import os
import socket
import threading
import time

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds for one answer; the slowest pages of a kit under load take one


def begin(host: str, port: int) -> None:
    """Say that the server at this address is ready; if a watchdog is set, look in the background whether it answers.

    Does nothing where no systemd waits to hear it.
    """
    if not tell("READY=1"):
        return
    seconds = int(os.environ.get("WATCHDOG_USEC", 0)) / 1_000_000
    if seconds:
        threading.Thread(target=_watch, args=(host, port, seconds / 3), name="lifeline", daemon=True).start()


def tell(state: str) -> bool:
    """Send systemd a line, as sd_notify(3) does; False where none listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        try:
            line.sendto(state.encode(), address.replace("@", "\0", 1) if address.startswith("@") else address)
        except OSError as error:
            log.warning("systemd does not listen at %s: %s", address, error)
            return False
    return True


def answers(host: str, port: int) -> bool:
    """Whether the server reads its database and answers, by the same way a visitor comes."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(host: str, port: int, pause: float) -> None:
    while True:
        if answers(host, port):
            tell("WATCHDOG=1")
        time.sleep(pause)
