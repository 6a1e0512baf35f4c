"""Ideas over HTTP, for facilitators: keep them in order. Every view answers with the pile it was asked from."""

from typing import Any

from flask import Response, abort, request

from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from ..web import page, person, read, see, write
from . import forms, moderation_store, store
from .routes import blueprint

PILES = {
    "reports": N_("Gemeldet"),
    "wall": N_("Für die Leinwand"),
    "on_wall": N_("Auf der Leinwand"),
    "unanswered": N_("Ohne Antwort"),
    "hidden": N_("Ausgeblendet"),
    "merged": N_("Zusammengeführt"),
    "all": N_("Alle"),
}

DONE = {
    "hidden": N_("Ausgeblendet. Du findest es unter „Ausgeblendet“ wieder."),
    "shown": N_("Wieder für alle zu lesen."),
    "allowed": N_("Steht jetzt auf der Leinwand."),
    "taken": N_("Von der Leinwand genommen."),
    "merged": N_("Zusammengeführt. Beide Belege gelten weiter. Trennen kannst du sie unter „Zusammengeführt“."),
    "parted": N_("Wieder getrennt."),
    "replied": N_("Antwort gespeichert."),
    "settled": N_("Meldung erledigt."),
}


@blueprint.get("/moderation")
@open_to(FACILITATOR)
def moderation() -> Any:
    """One of the desk's piles of ideas."""
    return _pile_page(request.args)


@blueprint.post("/<idea_id>/hiding")
@open_to(FACILITATOR)
def hide(idea_id: str) -> Any:
    """Take an idea, or one comment on it, from view."""
    target = _target(idea_id)
    form = forms.reason_form(request.form)
    if not form:
        return _pile_page(request.form, form, target[1])
    write(moderation_store.hide, *target, form.data["reason"], _who())
    return _back("hidden")


@blueprint.post("/<idea_id>/showing")
@open_to(FACILITATOR)
def unhide(idea_id: str) -> Any:
    """Bring it back into view."""
    write(moderation_store.show, *_target(idea_id), _who())
    return _back("shown")


@blueprint.post("/<idea_id>/wall")
@open_to(FACILITATOR)
def let_on_wall(idea_id: str) -> Any:
    """Let an idea through to the projector, or take it off."""
    allowed = request.form.get("allowed") == "yes"
    write(moderation_store.let_on_wall, _idea(idea_id), allowed, _who())
    return _back("allowed" if allowed else "taken")


@blueprint.post("/<idea_id>/merging")
@open_to(FACILITATOR)
def merge(idea_id: str) -> Any:
    """Let an idea count for another one; without another, undo that."""
    into = request.form.get("into", "")
    if not into:
        write(moderation_store.part, _idea(idea_id), _who())
        return _back("parted")
    try:
        write(moderation_store.merge, _idea(idea_id), into, _who())
    except store.Closed:
        form = Form(request.form)
        form.refuse("into", _("Diese andere Idee gibt es nicht mehr. Bitte wähle noch einmal aus der Liste."))
        return _pile_page(request.form, form, idea_id)
    return _back("merged")


@blueprint.post("/<idea_id>/reply")
@open_to(FACILITATOR)
def reply(idea_id: str) -> Any:
    """Note the answer somebody gave on the spot; an empty one takes it back."""
    form = forms.reply_form(request.form)
    if not form:
        return _pile_page(request.form, form, idea_id)
    write(moderation_store.reply, _idea(idea_id), form.data["reply"], _who())
    return _back("replied")


@blueprint.post("/<idea_id>/settling")
@open_to(FACILITATOR)
def settle(idea_id: str) -> Any:
    """Close the reports about an idea that may stay, or about one comment on it."""
    write(moderation_store.settle, *_target(idea_id), _who())
    return _back("settled")


@blueprint.get("/<idea_id>/photo")
@open_to(FACILITATOR)
def photo(idea_id: str) -> Any:
    """The photo of a paper card. For the team alone: a card may carry a name."""
    path = moderation_store.photo(read(), _idea(idea_id))
    if path is None:
        abort(404)
    return Response(path.read_bytes(), mimetype="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


def _pile_page(asked: Any, form: Form | None = None, about: str = "") -> Any:
    """A pile as it was asked for; after a mistake, with the form that was about the idea or comment `about`."""
    name = asked.get("pile", "") if asked.get("pile") in PILES else "reports"
    words, number, only = asked.get("q", "")[:100], asked.get("page", "1"), asked.get("only", "")
    number = max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
    ideas, total = moderation_store.pile(read(), name, words, number, only)
    return page(
        "ideas/moderation.html", status=200 if form is None else 422, form=form, about=about, done=DONE.get(asked.get("done", "")),
        pile=name, piles=PILES, sizes=moderation_store.sizes(read()), q=words, number=number, only=only,
        ideas=ideas, total=total, pages=-(-total // moderation_store.PER_PAGE),
    )  # fmt: skip


def _target(idea_id: str) -> tuple[str, str]:
    """The comment a moderation form is about, or the idea itself."""
    comment_id = request.form.get("comment", "")
    target = ("comments", comment_id) if comment_id else ("ideas", idea_id)
    return target if store.exists(read(), *target) else abort(404)


def _idea(idea_id: str) -> str:
    return idea_id if store.exists(read(), "ideas", idea_id) else abort(404)


def _who() -> str:
    someone = person()
    return someone.name if someone else ""


def _back(done: str) -> Any:
    """To the pile, where the next one now lies on top."""
    kept = {name: request.form[name] for name in ("pile", "q", "only") if request.form.get(name)}
    return see("ideas.moderation", **kept, done=done, _anchor="pile")
