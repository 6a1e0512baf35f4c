"""The press: documents into PDF and PNG, one at a time, the latest kept in memory."""

import hashlib
import json
import logging
import subprocess
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from ..config import folder

log = logging.getLogger(__name__)

KEPT = 2 * 1024 * 1024  # bytes; a document has 20 to 60 KB
QUEUE = 8  # requests that may wait; a desk page asks for five previews at once, and every one that waits holds a thread
LONGEST = 60  # seconds; a page takes a fifth of one, on a Pi two


class Busy(Exception):
    """Too many documents wait already."""


class Jammed(Exception):
    """A document could not be made; the log says why."""


class Press:
    """Makes documents with typst in a child process (see render.py for why)."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._room = threading.BoundedSemaphore(QUEUE)
        self._turn = threading.Lock()

    def make(self, template: str, data: dict[str, Any], kind: str = "pdf") -> bytes:
        """The document of `templates/print/<template>` with `data`, as "pdf" or as a small "png". Raises Busy, Jammed."""
        job = {"template": str(folder("templates") / "print" / template), "data": json.dumps(data, sort_keys=True), "kind": kind}
        ticket = json.dumps(job).encode()
        key = hashlib.blake2b(ticket).digest()
        made = self._kept.get(key)
        if made:
            return made
        if not self._room.acquire(blocking=False):
            raise Busy
        try:
            with self._turn:
                made = self._kept.get(key) or _run(ticket)
                self._keep(key, made)
            return made
        finally:
            self._room.release()

    def _keep(self, key: bytes, made: bytes) -> None:
        self._kept[key] = made
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > KEPT:
            self._kept.popitem(last=False)


def _run(ticket: bytes) -> bytes:
    command = [sys.executable, "-I", str(Path(__file__).with_name("render.py"))]
    try:
        done = subprocess.run(command, input=ticket, capture_output=True, timeout=LONGEST, check=True)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired:
        log.error("A document took longer than %s seconds.", LONGEST)
        raise Jammed from None
    except subprocess.CalledProcessError as error:
        log.error("A document could not be made: %s", error.stderr.decode(errors="replace")[-2000:])
        raise Jammed from None
    return done.stdout
