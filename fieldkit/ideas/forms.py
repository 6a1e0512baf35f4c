"""What people type about ideas: form in, clean data or all errors out."""

from collections.abc import Mapping

from .. import seal
from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from .store import CATEGORIES

TITLE, BODY, COMMENT, NAME, PLACE, CONTACT, REASON = 120, 2000, 1000, 40, 80, 120, 500

CATEGORY_LABELS = {
    "green": N_("Grün und Klima"),
    "traffic": N_("Wege und Verkehr"),
    "meeting": N_("Treffen und Sitzen"),
    "play": N_("Spiel und Sport"),
    "clean": N_("Sauberkeit"),
    "safety": N_("Sicherheit und Licht"),
    "culture": N_("Kultur und Feste"),
    "service": N_("Ämter und Dienste"),
    "other": N_("Etwas anderes"),
}


def idea_form(posted: Mapping[str, str], safe: bool) -> Form:
    """A visitor's idea. `contact` is only in `data` when consent was given, and refused where it did not come a `safe` way."""
    form = _idea_fields(posted)
    form.text("name", NAME)
    _drop_secret_name(form)
    contact = form.text("contact", CONTACT)
    if contact and not safe:
        form.refuse(
            "unsafe",
            _(
                "Deinen Kontakt haben wir nicht angenommen: Ohne Schloss könnte jemand in der Nähe ihn mitlesen. "
                "Alles andere steht noch da, du kannst es so senden."
            ),
        )
    elif contact and not form.tick("contact_consent"):
        form.refuse("contact", _("Bitte kreuze an, dass wir dich erreichen dürfen, oder lass das Feld leer."))
    form.data.pop("contact_consent", None)
    return form


def sealed_contact(form: Form, recipients: list[str]) -> str | None:
    """Take the contact out of the clean data and seal it, before anything is written anywhere."""
    contact = form.data.pop("contact")
    return seal.seal({"contact": contact}, recipients) if contact and recipients else None


def paper_form(posted: Mapping[str, str]) -> Form:
    """A paper card: on paper a text alone is enough, its beginning then is the title."""
    form = Form(posted)
    title, body = form.text("title", TITLE), form.text("body", BODY, lines=True)
    if not title and not body:
        form.refuse("title", _("Bitte tippe ab, was auf der Karte steht."))
    elif not title:
        first = body.split("\n")[0]
        form.data["title"] = first if len(first) <= TITLE else first[: TITLE - 1].rsplit(" ", 1)[0] + "…"
    form.choice("category", CATEGORIES)
    form.text("sheet", 20)
    form.number("strokes", 0, 500)
    return form


def correction_form(posted: Mapping[str, str]) -> Form:
    """New words for an idea, from its owner."""
    return _idea_fields(posted)


def comment_form(posted: Mapping[str, str]) -> Form:
    """A visitor's comment."""
    form = comment_correction_form(posted)
    form.text("name", NAME)
    _drop_secret_name(form)
    return form


def comment_correction_form(posted: Mapping[str, str]) -> Form:
    """New words for a comment, from its owner."""
    form = Form(posted)
    form.text("body", COMMENT, required=_("Bitte schreib etwas."), lines=True)
    return form


def reason_form(posted: Mapping[str, str]) -> Form:
    """Why something should not stand here."""
    form = Form(posted)
    form.text("reason", REASON, required=_("Bitte sag kurz, warum."))
    return form


def reply_form(posted: Mapping[str, str]) -> Form:
    """The answer somebody gave on the spot; empty takes an earlier one back."""
    form = Form(posted)
    form.text("reply", COMMENT, lines=True)
    return form


def categories() -> list[tuple[str, str]]:
    """What an idea can be about, as keys and words to choose from."""
    return [(key, _(label)) for key, label in CATEGORY_LABELS.items()]


def _idea_fields(posted: Mapping[str, str]) -> Form:
    form = Form(posted)
    form.text("title", TITLE, required=_("Bitte gib deiner Idee einen Titel."))
    form.text("body", BODY, lines=True)
    form.choice("category", CATEGORIES)
    form.text("place", PLACE)
    return form


def _drop_secret_name(form: Form) -> None:
    """A name nobody may see is a name we do not need."""
    form.tick("name_public")
    if not form.data.pop("name_public"):
        form.data["name"] = ""
