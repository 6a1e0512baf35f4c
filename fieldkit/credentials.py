"""What a card and a PIN are made of, how a form asks for them, and how they are compared. No database, no web."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Mapping

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from .forms import Form
from .i18n import gettext as _
from .ids import ID_ALPHABET

LETTERS = 28  # of 32 kinds: 140 bits, so that a fast hash is enough, and seven even groups to type
DIGITS = 6

# One pass more than OWASP's minimum: 60 ms on a laptop, a quarter of a second on a Pi. A PIN authorises, it protects nothing on a
# stolen kit: whoever has the disk tries all six digits in a day, whatever the hash.
HASHER = PasswordHasher(time_cost=3, memory_cost=19456, parallelism=1)

NOBODY = f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p=1${'A' * 22}${'A' * 43}"
"""A hash that no PIN has, to spend the same time on a card that does not exist."""

NAME = 40  # characters of a person's name on a card

FAVOURITES = frozenset("112233 123321 147258 147852 159753 258369 258000 789456".split())


def new_secret() -> str:
    """The secret of a card or of a one-time link."""
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(LETTERS))


def read_secret(typed: str) -> str:
    """A secret as somebody typed or scanned it, in its normal form: groups, capitals and look-alikes do not matter."""
    return re.sub(r"[\W_]", "", typed.lower()).translate(str.maketrans("oil", "011"))


def grouped(secret: str) -> str:
    """A secret in groups of four, to read and type."""
    return "-".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def digest(secret: str) -> str:
    """The only form of a secret that is ever stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_pin() -> str:
    """A random PIN nobody would guess first."""
    while True:
        pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if not weak(pin):
            return pin


def read_pin(typed: str) -> str:
    """A PIN as ASCII digits, from any keyboard, or nothing when it is not six digits."""
    typed = re.sub(r"\s", "", typed)
    return "".join(str(unicodedata.digit(c)) for c in typed) if re.fullmatch(rf"\d{{{DIGITS}}}", typed) else ""


def weak(pin: str) -> bool:
    """Whether a PIN is among the first that anybody would try: runs, repeats, few different digits.

    >>> [weak(pin) for pin in ("000000", "123456", "654321", "121212", "123123", "112233", "407162")]
    [True, True, True, True, True, True, False]
    """
    steps = {(int(b) - int(a)) % 10 for a, b in zip(pin, pin[1:], strict=False)}
    return len(steps) == 1 or len(set(pin)) < 3 or pin[:3] == pin[3:] or pin in FAVOURITES


def hash_pin(pin: str) -> str:
    """The slow hash of a PIN."""
    return HASHER.hash(pin)


def matches(hashed: str, pin: str) -> bool:
    """Whether this is the PIN; takes the same time for any."""
    try:
        return HASHER.verify(hashed, pin)
    except VerifyMismatchError:
        return False


def ask_pin(form: Form) -> str:
    """Read the field `pin` of a form in its normal form; the form says so when it is none."""
    pin = form.data["pin"] = read_pin(form.posted.get("pin", ""))
    if not pin:
        form.refuse("pin", _("Die PIN hat sechs Ziffern."))
    return pin


def ask_new_pin(form: Form) -> None:
    """Read a PIN somebody chooses, typed twice (`pin`, `again`) and not easy to guess."""
    pin = ask_pin(form)
    if pin and weak(pin):
        form.refuse("pin", _("Diese PIN errät man zu leicht. Bitte nimm sechs Ziffern ohne Muster, zum Beispiel gewürfelt."))
    elif pin and read_pin(form.posted.get("again", "")) != pin:
        form.refuse("again", _("Die beiden PINs sind verschieden. Bitte gib sie noch einmal ein."))


def sign_in_form(posted: Mapping[str, str]) -> Form:
    """Card and PIN, both in their normal form."""
    form = Form(posted)
    form.data["card"] = read_secret(form.text("card", 200, required=_("Bitte scanne deine Karte, oder tippe ihren Code ab.")))
    ask_pin(form)
    return form


def name_form(posted: Mapping[str, str]) -> Form:
    """The name on a new card."""
    form = Form(posted)
    form.text("name", NAME, required=_("Bitte gib einen Namen ein, den das Team kennt."))
    return form


def first_form(posted: Mapping[str, str]) -> Form:
    """Name and own PIN of the first person of a team."""
    form = name_form(posted)
    ask_new_pin(form)
    return form
