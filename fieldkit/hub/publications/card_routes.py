"""The catalogue of methods over HTTP: its cards edited as Markdown, looked at, published to all kits, taken back."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request

from ... import clock
from ...doors import HUB_ANSWER, open_to
from ...forms import Form, clean
from ...i18n import gettext as _
from ...web import page, part_wanted, see
from .. import versions
from ..web import hub, me
from . import forms, shelf, store

blueprint = Blueprint("cards", __name__, url_prefix="/methods")

CRAFT = "cards"
"""The extension of the application with the shelf.Craft."""


@blueprint.get("")
@open_to(HUB_ANSWER)
def index() -> Any:
    """All cards, and the form for a new one."""
    return _index_page(None)


@blueprint.post("")
@open_to(HUB_ANSWER)
def add() -> Any:
    """Begin a new card, as a draft that says what is still to write."""
    form = forms.new_card_form(request.form)
    name = shelf.id_of(form.data["title"])
    if form and not name:
        form.refuse("title", _("Bitte nimm einen Titel mit Buchstaben: Daraus wird die Adresse der Karte."))
    if form and _find(name):
        form.refuse("title", _("Eine Karte mit diesem Titel gibt es schon. Bitte nimm einen anderen oder ändere die Karte."))
    if not form:
        return _index_page(form, 422)
    title = form.data["title"].replace('"', "").replace("\\", "")
    text = render_template("hub/publications/card.md", id=name, title=title, who=me().name, today=clock.today().isoformat())
    try:
        hub().db.write(store.draft, store.CARD, name, clean(text, lines=True), me().name, 0)
    except versions.Crossed:
        form.refuse("title", _("Eine Karte mit diesem Titel gibt es schon. Bitte nimm einen anderen oder ändere die Karte."))
        return _index_page(form, 409)
    return see("cards.edit", name=name, saved="new")


@blueprint.get("/<name>")
@open_to(HUB_ANSWER)
def edit(name: str) -> Any:
    """A card in the editor."""
    return _edit_page(_or_404(name))


@blueprint.post("/<name>/preview")
@open_to(HUB_ANSWER)
def preview(name: str) -> Any:
    """The card as visitors will see it, or what is wrong with it; nothing is stored."""
    entry, form = _or_404(name), forms.card_form(request.form)
    alone = "hub/publications/_preview.html" if part_wanted() else ""
    return _edit_page(entry, form, 422 if not form or _problems(entry, form) else 200, alone)


@blueprint.post("/<name>/draft")
@open_to(HUB_ANSWER)
def draft(name: str) -> Any:
    """Keep it here, broken or not; nobody but the team sees it."""
    entry, form = _or_404(name), forms.card_form(request.form)
    if not form:
        return _edit_page(entry, form, 422)
    return _store(name, form, "draft", store.draft, store.CARD, name, form.data["text"], me().name, form.data["version"])


@blueprint.post("/<name>/publication")
@open_to(HUB_ANSWER)
def publish(name: str) -> Any:
    """Send it to all kits, if nothing is wrong with it."""
    entry, form = _or_404(name), forms.card_form(request.form)
    if not form or _problems(entry, form):
        return _edit_page(entry, form, 422)
    return _publish(name, form, form.data["text"], "published")


@blueprint.post("/<name>/withdrawal")
@open_to(HUB_ANSWER)
def withdraw(name: str) -> Any:
    """Take it out of the catalogue of all kits. Its text stays here."""
    entry, form = _or_404(name), forms.version_form(request.form)
    said = (hub().signing_key, store.CARD, name, entry.text, me().name, form.data["version"])
    return _store(name, form, "withdrawn", store.withdraw, *said)


@blueprint.post("/<name>/restoration")
@open_to(HUB_ANSWER)
def restore(name: str) -> Any:
    """Publish it as it came."""
    entry, form = _or_404(name), forms.version_form(request.form)
    return _publish(name, form, entry.shipped or abort(404), "restored")


def _publish(name: str, form: Form, text: str, saved: str) -> Any:
    return _store(name, form, saved, store.publish, hub().signing_key, store.CARD, name, text, me().name, form.data["version"])


def _store(name: str, form: Form, saved: str, verb: Callable[..., None], *said: Any) -> Any:
    try:
        hub().db.write(verb, *said)
    except versions.Crossed:
        entry, text = _or_404(name), form.data.get("text")
        differing = shelf.differing(entry.text, text) if text else []
        return page("hub/publications/card_crossed.html", status=409, entry=entry, text=text, differing=differing)
    return see("cards.edit", name=name, saved=saved)


def craft() -> shelf.Craft:
    """What the hub knows about cards."""
    return current_app.extensions[CRAFT]


def _find(name: str) -> shelf.Entry | None:
    with hub().db.read() as conn:
        return shelf.find(craft().shipped(), store.one(conn, store.CARD, name), name)


def _or_404(name: str) -> shelf.Entry:
    return _find(name) or abort(404)


def _ids() -> frozenset[str]:
    with hub().db.read() as conn:
        return shelf.on_kits(craft().shipped(), store.every(conn, store.CARD))


def _problems(entry: shelf.Entry, form: Form) -> list[Any]:
    return craft().read(entry.id, form.data["text"], _ids() | {entry.id})[1]


def _index_page(form: Form | None, status: int = 200) -> Any:
    typed = clean(request.args.get("q", ""))[: forms.QUERY]
    with hub().db.read() as conn:
        every = shelf.entries(craft().shipped(), store.every(conn, store.CARD))
    found = shelf.matching(every, typed)
    return page("hub/publications/cards.html", status=status, form=form, q=typed, cards=found, total=len(every))


def _edit_page(entry: shelf.Entry, form: Form | None = None, status: int = 200, partial: str = "") -> Any:
    """The editor with the card in it, as visitors see it, and what is wrong with it."""
    text, ids = entry.text if form is None else form.data["text"], _ids() | {entry.id}
    card, problems = craft().read(entry.id, text, ids) if text else (None, [])
    following = [craft().read(other.id, other.text, ids)[0] for other in map(_find, card.next if card else ()) if other]
    with hub().db.read() as conn:
        reach = store.reach(conn)
    return page(
        "hub/publications/card.html", partial, status=status, entry=entry, form=form, text=text, card=card, reach=reach,
        problems=sorted(problems, key=lambda problem: problem.line), lines=text.splitlines(), limit=forms.CARD,
        following=[other for other in following if other], **craft().words(),
    )  # fmt: skip
