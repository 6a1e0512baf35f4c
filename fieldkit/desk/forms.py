"""What facilitators tell the desk: the time, and where the stack of paper cards goes on."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .. import clock, photos
from ..forms import Form
from ..i18n import gettext as _


def clock_form(posted: Mapping[str, str]) -> Form:
    """The right time in `moment`: from the phone's own clock, else as typed in."""
    form = Form(posted)
    phone = posted.get("phone", "").strip()
    moment = _from_phone(phone) if phone else _typed(form)
    form.data["moment"] = moment
    if moment is None and not form.errors:
        form.refuse("time", _("Bitte gib die Uhrzeit wie 14:30 ein."))
    return form


def next_card(posted: Mapping[str, str]) -> dict[str, str]:
    """What the next card of a stack begins with: the same category, the following sheet number."""
    sheet = re.sub(r"\d{1,9}(?=\D*$)", lambda n: str(int(n[0]) + 1).zfill(len(n[0])), posted.get("sheet", "").strip()[:20])
    return {name: value for name, value in {"sheet": sheet, "category": posted.get("category", "")}.items() if value}


def read_photo(form: Form, files: Mapping[str, Any]) -> None:
    """Take the photo that came with a paper card, if there is one, made anew and clean; the form says what is wrong with it."""
    upload = files.get("photo")
    content = upload.read() if upload else b""
    if not content:
        return
    if form.errors:
        form.refuse(
            "photo", _("Bitte wähle auch das Foto noch einmal aus. Der Browser schickt es kein zweites Mal von selbst mit.")
        )
        return
    try:
        form.data["photo"] = photos.develop(content)
    except photos.Unreadable as reason:
        form.refuse("photo", str(reason))


def _from_phone(milliseconds: str) -> datetime | None:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if re.fullmatch(r"\d{1,14}", milliseconds) else None


def _typed(form: Form) -> datetime | None:
    day = form.day("day", required=_("Bitte gib den Tag ein, zum Beispiel 22.11.2026."))
    hours = re.fullmatch(r"([01]?\d|2[0-3])[:.]?([0-5]\d)", form.posted.get("time", "").strip())
    if not day or not hours:
        return None
    return datetime.fromisoformat(f"{day}T{int(hours[1]):02d}:{hours[2]}:00").replace(tzinfo=clock.BERLIN).astimezone(UTC)
