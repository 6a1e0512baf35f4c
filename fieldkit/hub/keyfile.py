"""Opening a private key of the hub: an age identity in a file locked with a passphrase, as `fieldkit hub keys` writes it.

The open key is held in memory by whoever asked, for as long as that takes; it is never stored.
"""

from pyrage import DecryptError, IdentityError, passphrase
from pyrage.x25519 import Identity

MOST_BYTES = 10_000  # of a key file


class Shut(Exception):
    """The key does not open; the text says why."""


def unlock(content: bytes, words: str) -> str:
    """The private key (`AGE-SECRET-KEY-...`) in a key file, with its passphrase. Takes about a second. Raises Shut."""
    try:
        plain = passphrase.decrypt(content, words).decode()
        key = next(line for line in plain.splitlines() if line and not line.startswith("#")).strip()
        Identity.from_str(key)
    except DecryptError as error:
        if "Decryption failed" in str(error):
            raise Shut("Das Passwort passt nicht zu dieser Schlüsseldatei.") from None
        raise Shut(NOT_A_KEY) from None
    except (IdentityError, UnicodeDecodeError, StopIteration):
        raise Shut(NOT_A_KEY) from None
    return key


NOT_A_KEY = "Das ist keine Schlüsseldatei. Gesucht ist eine Datei wie operations.key.age, die «fieldkit hub keys» angelegt hat."
