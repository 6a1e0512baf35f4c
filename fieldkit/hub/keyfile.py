"""Opening a private key of the hub: an age identity in a file locked with a passphrase, as `fieldkit hub keys` writes it.

The open key is held in memory by whoever asked, for as long as that takes; it is never stored.
"""

import threading
import time
from typing import Any

from pyrage import DecryptError, IdentityError, passphrase
from pyrage.x25519 import Identity

from ..forms import Form
from ..i18n import gettext as _

MOST_BYTES = 10_000  # of a key file
MEASUREMENTS, PAUSE = 5, 0.3  # how often age may find this machine too slow, and seconds in between


class Shut(Exception):
    """The key does not open; the text says why."""


_one_at_a_time = threading.Lock()


def of_form(form: Form, file: Any) -> str:
    """The private key in an uploaded `file` and the field `passphrase`, for this request; nothing when the form says what is wrong."""
    words = form.posted.get("passphrase", "")
    if file is None or not file.filename:
        form.refuse("key", _("Bitte wähle die Schlüsseldatei aus, zum Beispiel operations.key.age."))
    if not words:
        form.refuse("passphrase", _("Bitte gib das Passwort der Schlüsseldatei ein."))
    if not form:
        return ""
    try:
        return unlock(file.stream.read(MOST_BYTES), words)
    except Shut as shut:
        form.refuse("passphrase", str(shut))
        return ""


def unlock(content: bytes, words: str) -> str:
    """The private key (`AGE-SECRET-KEY-...`) in a key file, with its passphrase. Takes some seconds and 512 MB. Raises Shut."""
    try:
        with _one_at_a_time:
            plain = _decrypted(content, words).decode()
        key = next(line for line in plain.splitlines() if line and not line.startswith("#")).strip()
        Identity.from_str(key)
    except DecryptError as error:
        if "Decryption failed" in str(error):
            raise Shut("Das Passwort passt nicht zu dieser Schlüsseldatei.") from None
        if TOO_SLOW in str(error):
            raise Shut(
                "Dieser Rechner ist gerade zu langsam für die Schlüsseldatei. Bitte versuch es gleich noch einmal."
            ) from None
        raise Shut(NOT_A_KEY) from None
    except (IdentityError, UnicodeDecodeError, StopIteration):
        raise Shut(NOT_A_KEY) from None
    return key


def _decrypted(content: bytes, words: str) -> bytes:
    """What is in the file. Raises DecryptError.

    Before it begins, age measures for a moment how fast this machine is, and refuses what would take it more than some seconds.
    A machine that did something else in that moment is measured again.
    """
    for _again in range(MEASUREMENTS - 1):
        try:
            return passphrase.decrypt(content, words)
        except DecryptError as error:
            if TOO_SLOW not in str(error):
                raise
        time.sleep(PAUSE)
    return passphrase.decrypt(content, words)


TOO_SLOW = "work"
"""Stands in what age says then."""
NOT_A_KEY = "Das ist keine Schlüsseldatei. Gesucht ist eine Datei wie operations.key.age, die «fieldkit hub keys» angelegt hat."
