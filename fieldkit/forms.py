"""What people type: read field by field, cleaned, with all errors at once and their own words kept."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from .i18n import gettext as _

# Characters that only steer how other text is shown; a stranger could turn a whole list around with them (CVE-2021-42574).
BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F, 0xFEFF])


# Letters and signs by their category that fill a field and show nothing: Hangul fillers, an empty Braille cell.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class Form:
    """A posted form. Ask for each field once; afterwards `data` is clean or `errors` says, by field, what to do."""

    def __init__(self, posted: Mapping[str, str]) -> None:
        """Read from what was posted, `request.form` or a dict."""
        self.posted = posted
        self.data: dict[str, Any] = {}
        self.errors: dict[str, str] = {}

    def __bool__(self) -> bool:
        """Whether everything is in order."""
        return not self.errors

    def text(self, field: str, limit: int, required: str = "", lines: bool = False) -> str:
        """A text of at most `limit` characters; `required` is the sentence for an empty one; `lines` keeps line breaks."""
        text = clean(self.posted.get(field, ""), lines)
        if required and not text:
            self.errors[field] = required
        elif len(text) > limit:
            self.errors[field] = _(
                "Das sind %(count)s Zeichen, %(limit)s sind möglich. Bitte kürzen.", count=len(text), limit=limit
            )
        self.data[field] = text
        return text

    def choice(self, field: str, among: Collection[str], required: str = "") -> str:
        """One of the given values, or nothing."""
        value = self.posted.get(field, "").strip()
        if value not in among:
            if value or required:
                self.errors[field] = required or _("Bitte aus der Liste wählen.")
            value = ""
        self.data[field] = value
        return value

    def number(self, field: str, lowest: int, highest: int, default: int = 0) -> int:
        """A whole number between two bounds; empty means `default`."""
        typed = self.posted.get(field, "").strip()
        value = int(typed) if re.fullmatch(r"\d{1,9}", typed) else None
        if not typed:
            value = default
        if value is None or not lowest <= value <= highest:
            self.errors[field] = _("Bitte eine ganze Zahl von %(lowest)s bis %(highest)s.", lowest=lowest, highest=highest)
            value = default
        self.data[field] = value
        return value

    def day(self, field: str, required: str = "") -> str:
        """A day as `2026-11-22`, also typed the German way, or nothing."""
        typed = self.posted.get(field, "").strip()
        day = _iso(typed)
        if typed and day is None:
            self.errors[field] = _("Bitte ein Datum wie 22.11.2026 eingeben.")
        elif required and not typed:
            self.errors[field] = required
        self.data[field] = day or ""
        return self.data[field]

    def tick(self, field: str) -> bool:
        """Whether a box is ticked."""
        self.data[field] = self.posted.get(field, "") not in ("", "0")
        return self.data[field]

    def refuse(self, field: str, sentence: str) -> None:
        """Add an error that only the caller could see."""
        self.errors.setdefault(field, sentence)


def clean(text: str, lines: bool = False) -> str:
    """Text as people meant it: composed, without control characters or invisible steering, trimmed; empty where nothing of it shows.

    What joins letters and emoji stays: scripts need it.
    """
    text = _composed(text, lines)
    return text if any(map(_shows, text)) else ""


def _shows(char: str) -> bool:
    """Whether a character puts something on the page by itself: a letter, a number, a sign; not a joiner, an accent alone or a space."""
    return unicodedata.category(char)[0] in "LNPS" and char not in BLANKS


def _composed(text: str, lines: bool) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(BIDI_CONTROLS)
    kept = "\n" if lines else ""
    text = "".join(c if c in kept or unicodedata.category(c) not in ("Cc", "Cs") else " " if c in "\n\t" else "" for c in text)
    text = unicodedata.normalize("NFC", text)  # last: what was taken out may have stood between a letter and its accent
    if lines:
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()
    return re.sub(r"\s+", " ", text).strip()


def _iso(typed: str) -> str | None:
    german = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", typed)
    try:
        if german:
            day, month, year = map(int, german.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        return None
