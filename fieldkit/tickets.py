"""Tickets: the identity a contribution gets when its form is rendered, not when it is sent.

A ticket carries the contribution's future id, its receipt code and the slow hash of that code, sealed so that only this kit can read it, in a hidden
field of the form. So a double tap, a reload or a retry after a lost connection is the same contribution with the same receipt, without a
cookie; the slow hash is paid when the form is drawn, not in the durable write; and only our own forms can be sent.
"""

import json
import queue
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from . import ids

# The same for every kit and the hub, so that one slow hash finds a code wherever it was given out. Codes are 54 random bits, no passwords people choose.
SALT = b"feldkit-receipt-1"
POOL = 256  # pairs of code and hash made in advance: a crowd that opens the form at once does not wait


class Unreadable(Exception):
    """The hidden field is missing, from another kit, or was tampered with. Render the form again."""


@dataclass(frozen=True)
class Ticket:
    """What a contribution will be called, and the code that is the key to it."""

    id: str
    code: str
    receipt: str
    """The slow hash of the code; the only form of it that is ever stored."""


_one_at_a_time = threading.Lock()


def receipt_of(code: str) -> str:
    """The slow hash of a receipt code: Argon2id with 7 MiB and 5 passes, about 20 ms on a laptop.

    OWASP's password storage cheat sheet rates it like 19 MiB and 2 passes; it is faster to get and leaves more memory.
    """
    with _one_at_a_time:  # a crowd must not cost 7 MiB each at once
        return hash_secret_raw(code.encode(), SALT, time_cost=5, memory_cost=7168, parallelism=1, hash_len=20, type=Type.ID).hex()


class Office:
    """Issues tickets and reads them back."""

    def __init__(self, key: bytes) -> None:
        """Seal with `key`, 32 bytes."""
        self._box = SecretBox(key)
        self._pool: queue.Queue[tuple[str, str]] = queue.Queue(POOL)

    def stock(self) -> None:
        """Start making codes in the background, for as long as the process lives."""
        threading.Thread(target=self._fill, name="tickets", daemon=True).start()

    def issue(self) -> str:
        """A fresh sealed ticket for a form's hidden field."""
        try:
            code, receipt = self._pool.get_nowait()
        except queue.Empty:
            code = ids.new_code()
            receipt = receipt_of(code)
        return self.seal(Ticket(ids.new_id(), code, receipt))

    def seal(self, ticket: Ticket) -> str:
        """A ticket as it stands in the form."""
        plain = json.dumps([ticket.id, ticket.code, ticket.receipt]).encode()
        return urlsafe_b64encode(self._box.encrypt(plain)).decode()

    def read(self, sealed: str) -> Ticket:
        """The ticket a form brought back. Raises Unreadable."""
        try:
            return Ticket(*json.loads(self._box.decrypt(urlsafe_b64decode(sealed.encode()))))
        except (CryptoError, ValueError, TypeError) as error:
            raise Unreadable from error

    def _fill(self) -> None:
        while True:
            began = time.monotonic()
            code = ids.new_code()
            self._pool.put((code, receipt_of(code)))
            if self._pool.qsize() > POOL // 4:
                time.sleep(time.monotonic() - began)  # no hurry: leave half of a core, and the lock, to visitors
