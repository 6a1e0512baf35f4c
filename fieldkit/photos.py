"""Photos that people bring: every one is taken apart and made anew in a limited process (darkroom.py) before it is kept anywhere."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

from .i18n import gettext as _

log = logging.getLogger(__name__)

LARGEST = 8 * 1024 * 1024  # bytes of a photo as it comes from a phone
LONGEST = 20  # seconds for one photo
ROOM = 30  # seconds to wait for those before

_turn = threading.Lock()  # one at a time: each may take hundreds of megabytes


class Unreadable(Exception):
    """This is no photo we can take; the sentence says what to do."""


def develop(content: bytes) -> bytes:
    """The photo as a clean JPEG of at most 1600 pixels, without place, time and device. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(_("Das Foto hat mehr als 8 MB. Bitte mach es kleiner oder lass es weg."))
    if not _turn.acquire(timeout=ROOM):
        raise Unreadable(_("Gerade werden viele Fotos gespeichert. Bitte versuch es gleich noch einmal."))
    try:
        return _run(content)
    finally:
        _turn.release()


def _run(content: bytes) -> bytes:
    command = [sys.executable, "-I", str(Path(__file__).with_name("darkroom.py"))]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=LONGEST, check=True)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired:
        log.warning("A photo took longer than %s seconds.", LONGEST)
    except subprocess.CalledProcessError as error:
        log.warning("A photo could not be read: %s", error.stderr.decode(errors="replace")[-500:])
    else:
        return done.stdout
    raise Unreadable(_("Dieses Foto lässt sich nicht lesen. Möglich sind JPEG, PNG und WebP bis 8 MB und 50 Megapixel."))
