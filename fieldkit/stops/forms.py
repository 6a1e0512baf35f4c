"""What a facilitator types in about a stop."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from .. import i18n
from ..districts import localities_by_district
from ..forms import Form
from ..i18n import gettext as _

LONGEST = 60  # days; a stop lasts weeks, a longer one is a typing error
CLOSED = ("-", "–")


def stop_form(posted: Mapping[str, str], languages: list[str], is_open: bool) -> Form:
    """A posted stop: clean data with the hours of each day, or all errors. An open stop must keep its promise."""
    form = Form(posted)
    form.text("place", 80, required=_("Wo steht ihr? Zum Beispiel: Rathausplatz Neukölln."))
    form.text("question", 160, required=_("Welche Frage stellt ihr den Leuten?"))
    district = form.choice("district", localities_by_district(), required=_("Bitte den Bezirk wählen."))
    _locality(form, district)
    form.text("partner", 160)
    form.text("theme", 80)
    form.text("results", 1000, lines=True)
    form.day("answer_by")
    form.data["languages"] = [code for code in i18n.offered() if code in languages] or ["de"]
    _days_and_hours(form)
    if is_open:
        refuse_missing_promise(form, form.data)
    return form


def refuse_missing_promise(form: Form, stop: Mapping[str, Any]) -> None:
    """Say what a stop must tell visitors before they may leave anything."""
    if not stop["results"]:
        form.refuse("results", _("Sag den Leuten, was mit ihren Ideen passiert. Vorher kann die Station nicht öffnen."))
    if not stop["answer_by"]:
        form.refuse("answer_by", _("Versprich einen Tag für die Antwort. Vorher kann die Station nicht öffnen."))


def days(begins: str, ends: str) -> list[str]:
    """Every day from the first to the last, as ISO dates."""
    first, last = date.fromisoformat(begins), date.fromisoformat(ends)
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def hours_as_typed(stop: Mapping[str, Any]) -> dict[str, str]:
    """The opening hours of a stop as the form asks for them: one line for all days, and what differs on single days."""
    hours = [stop["hours"].get(day, "") for day in days(stop["starts_on"], stop["ends_on"])]
    usual = Counter(filter(None, hours)).most_common(1)[0][0] if any(hours) else ""
    single = zip(days(stop["starts_on"], stop["ends_on"]), hours, strict=True)
    return {"hours": usual} | {f"hours-{day}": text or CLOSED[1] for day, text in single if text != usual}


def _locality(form: Form, district: str) -> None:
    locality = form.choice("locality", [name for names in localities_by_district().values() for name in names])
    if district and locality and locality not in localities_by_district()[district]:
        form.refuse(
            "locality",
            _(
                "%(locality)s liegt nicht im Bezirk %(district)s. Bitte eines von beiden ändern.",
                locality=locality,
                district=district,
            ),
        )


def _days_and_hours(form: Form) -> None:
    begins = form.day("starts_on", required=_("An welchem Tag geht es los?"))
    ends = form.day("ends_on", required=_("Welches ist der letzte Tag?"))
    form.data["hours"] = {}
    if begins and form.data["answer_by"] and form.data["answer_by"] < begins:
        form.refuse("answer_by", _("Dieser Tag liegt vor dem Beginn der Station."))
    if not begins or not ends:
        return
    if ends < begins:
        form.refuse("ends_on", _("Der letzte Tag liegt vor dem ersten."))
    elif (date.fromisoformat(ends) - date.fromisoformat(begins)).days >= LONGEST:
        form.refuse("ends_on", _("Eine Station dauert höchstens %(days)s Tage.", days=LONGEST))
    else:
        form.data["hours"] = _hours(form, days(begins, ends))


def _hours(form: Form, all_days: list[str]) -> dict[str, str]:
    """Opening hours: one line for all days, and what differs on single days."""
    hours = {}
    for day in all_days:
        single = form.posted.get(f"hours-{day}", "").strip()
        text = single or form.posted.get("hours", "").strip()
        if not text or text in CLOSED:
            continue
        span = _span(text)
        if span:
            hours[day] = span
        else:
            form.refuse(f"hours-{day}" if single else "hours", _("Bitte Öffnungszeiten wie 12:00-19:00 eingeben."))
    return hours


def _span(text: str) -> str | None:
    """`12-19.30 Uhr` as `12:00-19:30`, or None where that is no time or ends before it begins."""
    match = re.fullmatch(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(?:-|–|bis)\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*(?:Uhr)?", text)
    if not match:
        return None
    opens, closes = (int(match[h]) * 60 + int(match[m] or 0) for h, m in ((1, 2), (3, 4)))
    if max(int(match[2] or 0), int(match[4] or 0)) > 59 or not opens < closes <= 24 * 60:
        return None
    return f"{opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"
