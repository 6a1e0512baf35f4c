"""Ideas over HTTP: visitors leave, read, support and discuss them; facilitators keep order."""

from typing import Any

from flask import Blueprint, Response, abort, request

from .. import doors, kit
from ..doors import FACILITATOR, VISITOR, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..web import everywhere, house, page, person, read, see, ticket_of, write
from . import forms, store

blueprint = Blueprint("ideas", __name__)

# One phone may not fill the list alone; a whole square may.
submitting = doors.Throttle(each=20, overall=3000, seconds=300)
supporting = doors.Throttle(each=60, overall=6000, seconds=300)
supported: set[tuple[str, str]] = set()  # (device, idea), in memory only


@blueprint.get("")
@open_to(VISITOR)
def index() -> Any:
    """Ideas to browse: filtered, searched, sorted."""
    question = _question()
    ideas, total = store.listing(read(), question)
    return page(
        "ideas/index.html", "ideas/_list.html", keep=True,
        ideas=ideas, total=total, question=question, pages=-(-total // store.PER_PAGE), categories=forms.CATEGORY_LABELS,
    )  # fmt: skip


@blueprint.get("/<idea_id>")
@open_to(VISITOR)
def show(idea_id: str) -> Any:
    """One idea with its answer and comments."""
    idea = _or_404(idea_id)
    if idea["id"] != idea_id:
        return see("ideas.show", idea_id=idea["id"])
    return page(
        "ideas/show.html", "ideas/_support.html", keep=True,
        idea=idea, comments=store.comments(read(), idea["id"]), categories=forms.CATEGORY_LABELS,
    )  # fmt: skip


@blueprint.get("/new")
@open_to(VISITOR)
def new() -> Any:
    """The form for an idea."""
    return _form_page(None)


@blueprint.post("/new")
@open_to(VISITOR)
def submit() -> Any:
    """Store an idea and hand out its receipt."""
    form = forms.idea_form(request.form)
    ticket = ticket_of(form)
    if not form or ticket is None:
        return _form_page(form, 422)
    if not everywhere("stop"):
        return _form_page(form, 409)
    # Only pages without JavaScript send this field: the others showed similar ideas while the person typed.
    if request.form.get("ask_similar"):
        similar = store.similar(read(), form.data["title"])
        if similar:
            return _form_page(form, similar=similar, sealed=request.form["ticket"])
    if not submitting.admit(doors.device(request.environ)):
        abort(429)
    contact = forms.sealed_contact(form, kit.seal_keys(read()))
    try:
        write(store.submit, ticket, form.data, contact)
    except store.Closed:
        return _form_page(form, 409)
    except store.Reused:
        form.refuse("ticket", _("Deine erste Fassung ist schon gespeichert. Wenn das hier eine neue Idee ist, sende sie noch einmal."))
        return _form_page(form, 409)
    return see("receipts.issued", ticket=request.form["ticket"])


@blueprint.get("/similar")
@open_to(VISITOR)
def similar() -> Any:
    """Ideas about the same thing, while somebody types a title."""
    found = store.similar(read(), request.args.get("title", "")[:200])
    return page("ideas/similar.html", "ideas/_similar.html", keep=True, similar=found)


@blueprint.post("/<idea_id>/support")
@open_to(VISITOR)
def support(idea_id: str) -> Any:
    """«Das unterstütze ich», in one tap; a second tap of the same device changes nothing."""
    idea = _or_404(idea_id)
    device = doors.device(request.environ)
    if (device, idea["id"]) not in supported:
        if not supporting.admit(device):
            abort(429)
        write(store.support, idea["id"])
        if len(supported) > 100_000:
            supported.clear()
        supported.add((device, idea["id"]))
    if "HX-Request" in request.headers:
        return page("ideas/show.html", "ideas/_support.html", idea=store.one(read(), idea["id"]), thanks=True)
    return see("ideas.show", idea_id=idea["id"], _anchor="support", thanks="yes")


@blueprint.get("/<idea_id>/comments/new")
@open_to(VISITOR)
def new_comment(idea_id: str) -> Any:
    """The form for a comment."""
    return page("ideas/comment.html", idea=_or_404(idea_id), form=None)


@blueprint.post("/<idea_id>/comments/new")
@open_to(VISITOR)
def comment(idea_id: str) -> Any:
    """Store a comment and hand out its receipt."""
    idea = _or_404(idea_id)
    form = forms.comment_form(request.form)
    ticket = ticket_of(form)
    if not form or ticket is None:
        return page("ideas/comment.html", status=422, idea=idea, form=form)
    if not submitting.admit(doors.device(request.environ)):
        abort(429)
    try:
        write(store.comment, ticket, idea["id"], form.data)
    except store.Closed:
        abort(404)
    except store.Reused:
        form.refuse("ticket", _("Dein erster Kommentar ist schon gespeichert. Wenn das hier ein neuer ist, sende ihn noch einmal."))
        return page("ideas/comment.html", status=409, idea=idea, form=form)
    return see("receipts.issued", ticket=request.form["ticket"])


@blueprint.get("/<idea_id>/reports/new")
@open_to(VISITOR)
def new_report(idea_id: str) -> Any:
    """The form to tell the team about something that should not stand here."""
    return page("ideas/report.html", idea=_or_404(idea_id), form=None, comment=request.args.get("comment", ""))


@blueprint.post("/<idea_id>/reports/new")
@open_to(VISITOR)
def report(idea_id: str) -> Any:
    """Put it on the team's pile."""
    idea = _or_404(idea_id)
    form = forms.reason_form(request.form)
    about = request.form.get("comment", "")
    known = {c["id"] for c in store.comments(read(), idea["id"])}
    if not form:
        return page("ideas/report.html", status=422, idea=idea, form=form, comment=about)
    if not submitting.admit(doors.device(request.environ)):
        abort(429)
    write(store.report, idea["id"], about if about in known else None, form.data["reason"])
    return see("ideas.show", idea_id=idea["id"], thanks="report")


@blueprint.get("/wall")
@open_to(VISITOR)
def wall() -> Any:
    """What the projector shows; asks again every few seconds and gets 204 when nothing changed."""
    version = house().db.version
    if request.args.get("version") == str(version) and "HX-Request" in request.headers:
        return Response(status=204)
    return page("ideas/wall.html", "ideas/_wall.html", ideas=store.wall(read()), version=version)


@blueprint.get("/moderation")
@open_to(FACILITATOR)
def moderation() -> Any:
    """One of the desk's piles of ideas."""
    return _moderation_page(request.args.get("pile", "reports"))


@blueprint.post("/<idea_id>/hiding")
@open_to(FACILITATOR)
def hide(idea_id: str) -> Any:
    """Take an idea, or one comment on it, from view."""
    form = forms.reason_form(request.form)
    if not form:
        return _moderation_page(request.form.get("pile", ""), form, idea_id)
    write(store.hide, *_target(idea_id), form.data["reason"], _who())
    return _back()


@blueprint.post("/<idea_id>/showing")
@open_to(FACILITATOR)
def unhide(idea_id: str) -> Any:
    """Bring it back into view."""
    write(store.show, *_target(idea_id), _who())
    return _back()


@blueprint.post("/<idea_id>/wall")
@open_to(FACILITATOR)
def let_on_wall(idea_id: str) -> Any:
    """Let an idea through to the projector, or take it off."""
    write(store.let_on_wall, _target(idea_id)[1], request.form.get("allowed") == "yes", _who())
    return _back()


@blueprint.post("/<idea_id>/merging")
@open_to(FACILITATOR)
def merge(idea_id: str) -> Any:
    """Let an idea count for another one; without another, undo that."""
    into = request.form.get("into", "").strip().rstrip("/").rsplit("/", 1)[-1]
    if not into:
        write(store.part, _target(idea_id)[1], _who())
        return _back()
    try:
        write(store.merge, _target(idea_id)[1], into, _who())
    except store.Closed:
        form = Form(request.form)
        form.refuse("into", _("Diese andere Idee gibt es nicht. Bitte aus der Liste wählen."))
        return _moderation_page(request.form.get("pile", ""), form, idea_id)
    return _back()


@blueprint.post("/<idea_id>/reply")
@open_to(FACILITATOR)
def reply(idea_id: str) -> Any:
    """Note the answer somebody gave on the spot; an empty one takes it back."""
    form = Form(request.form)
    form.text("reply", forms.COMMENT, lines=True)
    if not form:
        return _moderation_page(request.form.get("pile", ""), form, idea_id)
    write(store.reply, _target(idea_id)[1], form.data["reply"], _who())
    return _back()


@blueprint.post("/<idea_id>/settling")
@open_to(FACILITATOR)
def settle(idea_id: str) -> Any:
    """Close the reports about an idea that may stay, or about one comment on it."""
    write(store.settle, _target(idea_id)[1])
    return _back()


def _question() -> store.Question:
    args = request.args
    stop = everywhere("stop")
    number = args.get("page", "1")
    return store.Question(
        stop_id=args.get("stop", stop["id"] if stop else ""),
        words=args.get("q", "")[:100],
        category=args.get("category", "") if args.get("category") in store.CATEGORIES else "",
        sort=args.get("sort", "") if args.get("sort") in store.SORTS else "newest",
        answered=args.get("answered") == "yes",
        number=max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
    )


def _or_404(idea_id: str) -> dict[str, Any]:
    return store.one(read(), idea_id) or abort(404)


def _form_page(form: Form | None, status: int = 200, **values: Any) -> Any:
    return page(
        "ideas/new.html", status=status, form=form, categories=forms.CATEGORY_LABELS,
        places=forms.place_suggestions(), can_seal=bool(kit.seal_keys(read())), **values,
    )  # fmt: skip


def _moderation_page(pile: str, form: Form | None = None, about: str = "") -> Any:
    pile = pile if pile in store.PILES else "reports"
    return page(
        "ideas/moderation.html", status=422 if form else 200, pile=pile, piles=store.PILES,
        ideas=store.pile(read(), pile), form=form, about=about, categories=forms.CATEGORY_LABELS,
    )  # fmt: skip


def _target(idea_id: str) -> tuple[str, str]:
    """The comment a moderation form is about, or the idea itself."""
    comment_id = request.form.get("comment", "")
    target = ("comments", comment_id) if comment_id else ("ideas", idea_id)
    return target if store.exists(read(), *target) else abort(404)


def _who() -> str:
    someone = person()
    return someone.name if someone else ""


def _back() -> Any:
    return see("ideas.moderation", pile=request.form.get("pile", "reports"))
