"""Ideas over HTTP, for visitors: leave, read, support and discuss them, and see them on the projector."""

from typing import Any

from flask import Blueprint, Response, abort, request

from .. import clock, doors, kit
from ..districts import all_localities
from ..doors import VISITOR, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..web import everywhere, house, may_ask_for_contact, page, part_wanted, read, see, ticket_of, write
from . import forms, store

blueprint = Blueprint("ideas", __name__)

# One phone may not fill the list alone; a whole square may.
submitting = doors.Throttle(each=20, overall=3000, seconds=300)
supporting = doors.Throttle(each=60, overall=6000, seconds=300)
supported = doors.Once()

ON_WALL, TURN = 4, 15  # ideas on the projector at a time, and seconds until others take their turn


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"CATEGORIES": forms.CATEGORY_LABELS, "categories": forms.categories}


@blueprint.get("")
@open_to(VISITOR)
def index() -> Any:
    """Ideas to browse: filtered, searched, sorted."""
    question = _question()
    ideas, total = store.listing(read(), question)
    return page(
        "ideas/index.html", keep=True, ideas=ideas, total=total, question=question,
        pages=-(-total // store.PER_PAGE), stop=store.asked_at(read(), question.stop_id),
    )  # fmt: skip


@blueprint.get("/<idea_id>")
@open_to(VISITOR)
def show(idea_id: str) -> Any:
    """One idea with its answer and comments."""
    idea = _or_404(idea_id)
    if idea["id"] != idea_id:
        return see("ideas.show", idea_id=idea["id"])
    return _idea_page(idea, keep=True, thanks=request.args.get("thanks", ""))


@blueprint.get("/new")
@open_to(VISITOR)
def new() -> Any:
    """The form for an idea."""
    return _form_page(None)


@blueprint.post("/new")
@open_to(VISITOR)
def submit() -> Any:
    """Store an idea and hand out its receipt."""
    form = forms.idea_form(request.form, may_ask_for_contact())
    ticket = ticket_of(form)
    if not form or ticket is None:
        return _form_page(form, 422)
    # Only pages without JavaScript send this field: the others showed similar ideas while the person typed.
    if request.form.get("ask_similar") and not store.exists(read(), "ideas", ticket.id):
        similar = store.similar(read(), form.data["title"])
        if similar:
            return _form_page(form, similar=similar, sealed=request.form["ticket"])
    if not _admitted(form):
        return _form_page(form, 429, sealed=request.form["ticket"])
    contact = forms.sealed_contact(form, kit.recipients(read()))
    try:
        write(store.submit, ticket, form.data, contact)
    except store.Closed:
        return _form_page(form, 409, sealed=request.form["ticket"])
    except store.Reused:
        form.refuse(
            "ticket", _("Deine erste Fassung ist schon gespeichert. Wenn das hier eine neue Idee ist, sende sie noch einmal.")
        )
        return _form_page(form, 409, first=request.form["ticket"])
    return see("receipts.issued", ticket=request.form["ticket"])


@blueprint.get("/similar")
@open_to(VISITOR)
def similar() -> Any:
    """Ideas about the same thing, while somebody types a title. Not kept: half-typed words are nobody else's business."""
    found = store.similar(read(), request.args.get("title", "")[: forms.TITLE])
    return page("ideas/similar.html", "ideas/_similar.html", similar=found)


@blueprint.post("/<idea_id>/support")
@open_to(VISITOR)
def support(idea_id: str) -> Any:
    """«Das unterstütze ich», in one tap; a second tap of the same device changes nothing."""
    idea = _or_404(idea_id)
    device = doors.device(request.environ)
    try:
        with supported.once(device, idea["id"]) as first_time:
            if first_time and not (doors.on_the_kit(request.environ) or supporting.admit(device)):
                abort(429)
            if first_time:
                write(store.support, idea["id"])
    except store.Closed:
        return _idea_page(_or_404(idea_id), 409)
    if part_wanted():
        return _idea_page(_or_404(idea_id), thanks="yes")
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
    sealed = request.form["ticket"]
    if not _admitted(form):
        return page("ideas/comment.html", status=429, idea=idea, form=form, sealed=sealed)
    try:
        write(store.comment, ticket, idea["id"], form.data)
    except store.Closed:
        return page("ideas/comment.html", status=409, idea=idea | {"open": False}, form=form, sealed=sealed)
    except store.Reused:
        form.refuse(
            "ticket", _("Dein erster Kommentar ist schon gespeichert. Wenn das hier ein neuer ist, sende ihn noch einmal.")
        )
        return page("ideas/comment.html", status=409, idea=idea, form=form, first=sealed)
    return see("receipts.issued", ticket=sealed)


@blueprint.get("/<idea_id>/reports/new")
@open_to(VISITOR)
def new_report(idea_id: str) -> Any:
    """The form to tell the team about something that should not stand here."""
    return _report_page(_or_404(idea_id), None, request.args.get("comment", ""))


@blueprint.post("/<idea_id>/reports/new")
@open_to(VISITOR)
def report(idea_id: str) -> Any:
    """Put it on the team's pile."""
    idea = _or_404(idea_id)
    form = forms.reason_form(request.form)
    about = _comment_of(idea, request.form.get("comment", ""))
    if not form:
        return _report_page(idea, form, request.form.get("comment", ""), 422)
    if not _admitted(form):
        return _report_page(idea, form, request.form.get("comment", ""), 429)
    write(store.report, about["idea_id"] if about else idea["id"], about["id"] if about else None, form.data["reason"])
    return see("ideas.show", idea_id=idea["id"], thanks="report")


@blueprint.get("/wall")
@open_to(VISITOR)
def wall() -> Any:
    """What the projector shows, in turn; asks again every few seconds and gets 204 when nothing changed."""
    ideas = store.wall(read())
    screens = max(1, -(-len(ideas) // ON_WALL))
    screen = int(clock.monotonic() // TURN) % screens
    version = f"{house().db.version}.{screen}"
    if part_wanted() and request.args.get("version") == version:
        return Response(status=204)
    return page(
        "ideas/wall.html", "ideas/_wall.html", ideas=ideas[screen * ON_WALL :][:ON_WALL], version=version, total=store.count(read()),
        most=max((idea["support"] for idea in ideas), default=0), address=house().config.address, ssid=house().config.ssid,
        dark=request.args.get("room") == "dark",
    )  # fmt: skip


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


def _comment_of(idea: dict[str, Any], comment_id: str) -> dict[str, Any] | None:
    return next((comment for comment in store.comments(read(), idea["id"]) if comment["id"] == comment_id), None)


def _admitted(form: Form) -> bool:
    """Whether this device may send one more; if not, the form says so and keeps the words."""
    admitted = doors.on_the_kit(request.environ) or submitting.admit(doors.device(request.environ))
    if not admitted:
        form.refuse(
            "ticket", _("Das war gerade sehr viel auf einmal. Dein Text ist noch da: Bitte warte eine Minute und sende ihn dann.")
        )
    return admitted


def _idea_page(idea: dict[str, Any], status: int = 200, keep: bool = False, thanks: str = "") -> Any:
    related = [other for other in store.similar(read(), idea["title"], 4) if other["id"] != idea["id"]]
    return page(
        "ideas/show.html", "ideas/_support.html", keep=keep, status=status,
        idea=idea, comments=store.comments(read(), idea["id"]), related=related[:3], thanks=thanks,
    )  # fmt: skip


def _form_page(form: Form | None, status: int = 200, **values: Any) -> Any:
    return page(
        "ideas/new.html", status=status, form=form, places=all_localities(), can_seal=bool(kit.recipients(read())),
        safe=may_ask_for_contact(), **values,
    )  # fmt: skip


def _report_page(idea: dict[str, Any], form: Form | None, comment_id: str, status: int = 200) -> Any:
    return page("ideas/report.html", status=status, idea=idea, form=form, comment=_comment_of(idea, comment_id))
