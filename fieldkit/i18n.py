"""Which language we speak: the catalogue, the choice, dates and direction.

Texts are written in German in code and templates; `fieldkit/translations/<language>.po` holds the others. Babel reads them directly: Flask-Babel
would need a system locale for every language, and Einfache Sprache ("de-simple", a registered BCP 47 variant) has none.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache

from babel import dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from . import clock
from .config import PACKAGE

CATALOGUES = PACKAGE / "translations"

ENDONYMS = {
    "de": "Deutsch",
    "de-simple": "Einfache Sprache",
    "en": "English",
    "tr": "Türkçe",
    "ar": "العربية",
    "uk": "Українська",
    "ru": "Русский",
    "pl": "Polski",
    "vi": "Tiếng Việt",
    "fa": "فارسی",
}
"""Languages by their own names, never by flags. Those with a catalogue are offered."""

RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}

_language: ContextVar[str] = ContextVar("language", default="de")


def N_(text: str) -> str:
    """Mark a text for the catalogue where it is only translated later."""
    return text


@cache
def offered() -> tuple[str, ...]:
    """The languages there is a catalogue for, German first."""
    return ("de", *(code for code in ENDONYMS if (CATALOGUES / f"{code}.po").is_file()))


def current() -> str:
    """The language of the page being made."""
    return _language.get()


def speak(language: str) -> None:
    """Choose the language from here on in this thread."""
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language for a while, for posters in several."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


@lru_cache(maxsize=256)
def negotiate(wanted: str | None, accept: str) -> str:
    """The language to speak: the one asked for in the URL, else the first of `Accept-Language` we have, else German."""
    if wanted in offered():
        return wanted
    weighted = []
    for part in accept.lower().replace(" ", "").split(",")[:20]:
        code, _, quality = part.partition(";q=")
        try:
            weighted.append((-float(quality or 1), code.split("-")[0]))
        except ValueError:
            continue
    return next((code for weight, code in sorted(weighted, key=lambda w: w[0]) if weight < 0 and code in offered()), "de")


def tag(language: str | None = None) -> str:
    """The language for `lang=`: screen readers know German, not its simple variant."""
    return (language or current()).split("-")[0]


def direction() -> str:
    """`ltr` or `rtl`."""
    return "rtl" if tag() in RIGHT_TO_LEFT else "ltr"


def gettext(text: str, **values: object) -> str:
    """A text in the current language, with `%(name)s` filled in."""
    found = _catalogue(current()).gettext(text)
    return found % values if values else found


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """A text for `n` things in the current language; `%(num)s` is `n`."""
    return _catalogue(current()).ngettext(one, many, n) % {"num": n, **values}


def format_date(day: date | datetime | str, style: str = "long") -> str:
    """A day as people write it: "22. November 2026"; `style` as in Babel, or a pattern."""
    return _written(_local(day), style, tag())


@lru_cache(maxsize=4096)
def _written(day: date | datetime, style: str, locale: str) -> str:
    """A list names the same few days again and again, and Babel thinks about each."""
    return dates.format_date(day, style, locale=locale)


def format_time(moment: datetime | str) -> str:
    """A day and time in Berlin: "22.11.2026, 14:05"."""
    return dates.format_datetime(_local(moment), "short", locale=tag())


def format_bytes(amount: int) -> str:
    """An amount of data as people say it: "340 KB", "1,2 MB", "15,9 GB"."""
    if amount < 10**6:
        return f"{-(-amount // 1000)} KB"
    unit, size = ("MB", 10**6) if amount < 10**9 else ("GB", 10**9)
    return f"{numbers.format_decimal(amount / size, '#,##0.0' if amount < 100 * size else '#,##0', locale=tag())} {unit}"


def format_number(number: float) -> str:
    """A figure with one place after the comma, the way people here write it: "3,4"."""
    return str(numbers.format_decimal(number, "#,##0.0", locale=tag()))


def format_left(seconds: float) -> str:
    """How long something will still take, as roughly as anybody can know: "noch etwa 2 Minuten"."""
    if seconds < 10:
        return gettext("noch wenige Sekunden")
    if seconds < 55:
        return gettext("noch etwa %(seconds)s Sekunden", seconds=-(-int(seconds) // 10) * 10)
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("noch etwa %(num)s Minute", "noch etwa %(num)s Minuten", minutes)
    return ngettext("noch etwa %(num)s Stunde", "noch etwa %(num)s Stunden", round(minutes / 60))


def _local(moment: date | datetime | str) -> date | datetime:
    if isinstance(moment, str):
        moment = clock.parse(moment) if "T" in moment else date.fromisoformat(moment)
    return moment.astimezone(clock.BERLIN) if isinstance(moment, datetime) else moment


@cache
def _catalogue(language: str) -> NullTranslations:
    path = CATALOGUES / f"{language}.po"
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as source:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(source, locale=tag(language)))
    compiled.seek(0)
    return Translations(compiled)
