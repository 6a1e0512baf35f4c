"""What a facilitator types in about a stop."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from .. import i18n
from ..districts import localities_by_district
from ..forms import Form
from ..i18n import gettext as _

LONGEST = 60  # days; a stop lasts weeks, a longer one is a typing error


def stop_form(posted: Mapping[str, str], languages: list[str]) -> Form:
    """A posted stop: clean data with the hours of each day, or all errors."""
    form = Form(posted)
    form.text("place", 80, required=_("Wo steht ihr? Zum Beispiel: Rathausplatz Neukölln."))
    form.text("question", 160, required=_("Welche Frage stellt ihr den Leuten?"))
    district = form.choice("district", localities_by_district(), required=_("Bitte den Bezirk wählen."))
    form.choice("locality", localities_by_district().get(district, ()))
    form.text("partner", 160)
    form.text("theme", 80)
    form.text("results", 1000, lines=True)
    form.day("answer_by")
    begins = form.day("starts_on", required=_("An welchem Tag geht es los?"))
    ends = form.day("ends_on", required=_("Welches ist der letzte Tag?"))
    form.data["languages"] = [code for code in i18n.offered() if code in languages] or ["de"]
    form.data["hours"] = {}
    if begins and ends:
        if not begins <= ends:
            form.refuse("ends_on", _("Der letzte Tag liegt vor dem ersten."))
        elif len(days(begins, ends)) > LONGEST:
            form.refuse("ends_on", _("Eine Station dauert höchstens %(days)s Tage.", days=LONGEST))
        else:
            form.data["hours"] = _hours(form, days(begins, ends))
    return form


def days(begins: str, ends: str) -> list[str]:
    """Every day from the first to the last, as ISO dates."""
    first, last = date.fromisoformat(begins), date.fromisoformat(ends)
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def _hours(form: Form, all_days: list[str]) -> dict[str, str]:
    """Opening hours: one line for all days, and what differs on single days."""
    usual = form.posted.get("hours", "").strip()
    typed = {day: form.posted.get(f"hours-{day}", "").strip() or usual for day in all_days}
    hours = {}
    for day, text in typed.items():
        if not text or text in ("-", "–"):
            continue
        match = re.fullmatch(r"(\d{1,2})(?::?(\d{2}))?\s*[-–]\s*(\d{1,2})(?::?(\d{2}))?", text)
        opens = match and f"{int(match[1]):02d}:{match[2] or '00'}"
        closes = match and f"{int(match[3]):02d}:{match[4] or '00'}"
        if not match or not "00:00" <= opens < closes <= "24:00":
            form.refuse("hours", _("Bitte Öffnungszeiten wie 12:00-19:00 eingeben."))
        else:
            hours[day] = f"{opens}-{closes}"
    return hours
