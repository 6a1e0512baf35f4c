"""What staff type in to publish it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from ... import clock
from ...districts import localities_by_district
from ...forms import Form
from ...i18n import gettext as _
from .store import OFFER

CARD, CARD_TITLE = 40_000, 60  # characters; the longest card that came with this release has 11,000
TITLE, BODY, URL, QUERY = 120, 600, 500, 100
MOST_CHANGES = 10**6


def card_form(posted: Mapping[str, str]) -> Form:
    """The whole text of a card."""
    form = Form(posted)
    form.text(
        "text", CARD, required=_("Die Karte ist leer. Wenn du sie nicht mehr willst, nimm sie aus dem Katalog."), lines=True
    )
    form.number("version", 0, MOST_CHANGES)
    return form


def new_card_form(posted: Mapping[str, str]) -> Form:
    """The title of a new card."""
    form = Form(posted)
    form.text("title", CARD_TITLE, required=_("Bitte schreib, wie die Methode heißt."))
    return form


def version_form(posted: Mapping[str, str]) -> Form:
    """A button that changes the state of what the person saw."""
    form = Form(posted)
    form.number("version", 0, MOST_CHANGES)
    return form


def offer_form(posted: Mapping[str, str], kind: str) -> Form:
    """An offer, or an announcement, which has no address."""
    form = Form(posted)
    form.text("title", TITLE, required=_("Bitte schreib eine Überschrift."))
    form.text("body", BODY, lines=True)
    if kind == OFFER:
        url = form.text("url", URL, required=_("Bitte gib die Adresse im Internet an."))
        if "url" not in form.errors and not _is_web_address(url):
            form.refuse("url", _("Bitte eine ganze Adresse, die mit https:// beginnt, wie https://mein.berlin.de/."))
    form.choice("district", localities_by_district())
    if form.day("until") and form.data["until"] < clock.today().isoformat():
        form.refuse("until", _("Dieser Tag ist vorbei. Bitte einen späteren eintragen oder das Feld leer lassen."))
    form.number("version", 0, MOST_CHANGES)
    return form


def said(form: Form) -> dict[str, str]:
    """What kits are told of an offer or announcement."""
    return {name: form.data.get(name, "") for name in ("title", "body", "url", "district", "until")}


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "https"
            and "." in (parts.hostname or "")
            and not parts.username
            and " " not in url
            and parts.port != 0
        )
    except ValueError:
        return False
