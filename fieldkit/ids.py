"""Names for things: random ids for the database, receipt codes for people."""

import re
import secrets

ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 16

# 31 characters, a prime, so that the check below is exact; no I, L, O, 0 or 1, which paper confuses.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


def new_id() -> str:
    """A random id of 80 bits. Never derived from the clock or a counter, so kits can be merged without renumbering."""
    return "".join(ID_ALPHABET[byte % 32] for byte in secrets.token_bytes(ID_LENGTH))  # 32 letters: every one as likely


def is_id(text: str) -> bool:
    """Whether `text` could have come from `new_id()`."""
    return bool(re.fullmatch(f"[{ID_ALPHABET}]{{{ID_LENGTH}}}", text))


def new_code() -> str:
    """A receipt code, `XXXX-XXXX-XXXX`: 11 random characters (54 bits) and a check character."""
    body = [secrets.randbelow(31) for _ in range(CODE_LENGTH - 1)]
    # The weight of the last place is 12; 13 is its inverse modulo 31 (12 * 13 = 156 = 5 * 31 + 1).
    check = -_weighted(body) * 13 % 31
    return group("".join(CODE_ALPHABET[n] for n in [*body, check]))


def read_code(text: str) -> str | None:
    """The code a person typed, in its normal form, or None if a character is wrong or two neighbours are swapped.

    Spaces, hyphens and small letters do not matter. Weights 1 to 12 are all different and not 0 modulo the prime 31, so
    every single wrong character and every swap of two neighbours changes the sum.
    """
    letters = letters_of(text)
    if len(letters) != CODE_LENGTH or any(c not in CODE_ALPHABET for c in letters):
        return None
    if _weighted([CODE_ALPHABET.index(c) for c in letters]) % 31:
        return None
    return group(letters)


def letters_of(text: str) -> str:
    """What counts of a typed code: without spaces, hyphens and dots, in capitals. Not checked."""
    return re.sub(r"[\s\-\u2010-\u2015.]", "", text).upper()


def group(letters: str) -> str:
    """`ABCD2345EFGH` as `ABCD-2345-EFGH`."""
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _weighted(digits: list[int]) -> int:
    return sum(weight * digit for weight, digit in enumerate(digits, start=1))
