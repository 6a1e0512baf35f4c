"""The hub's ideas over HTTP: read, filter, answer."""

from typing import Any

from flask import Blueprint, abort, request

from ... import clock
from ...answers import STATUSES
from ...doors import HUB_STAFF, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...web import page, see
from .. import outbox
from ..kits import store as kits_store
from ..web import hub, me
from . import store
from .forms import answer_form

blueprint = Blueprint("ideas", __name__)


@blueprint.get("/ideas")
@open_to(HUB_STAFF)
def index() -> Any:
    """Ideas of all kits: filtered, searched, sorted."""
    question = _question()
    with hub().db.read() as conn:
        ideas, total = store.listing(conn, question)
        stops, known, (answered, overall) = store.all_stops(conn), kits_store.everything(conn), store.progress(conn)
    return page(
        "hub/ideas/index.html", ideas=ideas, total=total, question=question, stops=stops, today=clock.today().isoformat(), kits=known,
        districts=sorted({stop["district"] for stop in stops} - {""}),
        answered=answered, overall=overall, pages=-(-total // store.PER_PAGE),
    )  # fmt: skip


@blueprint.get("/ideas/<kit>/<rid>")
@open_to(HUB_STAFF)
def show(kit: str, rid: str) -> Any:
    """One idea with its comments, and the form to answer it."""
    return _idea_page(kit, rid, None)


@blueprint.post("/ideas/<kit>/<rid>")
@open_to(HUB_STAFF)
def answer(kit: str, rid: str) -> Any:
    """Answer it; the kit takes the answer along at its next hand-over."""
    form = answer_form(request.form)
    if not form:
        return _idea_page(kit, rid, form, 422)
    _idea_or_404(kit, rid)
    hub().db.write(outbox.answer, hub().signing_key, kit, rid, form.data, me().name)
    return see("ideas.show", kit=kit, rid=rid, sent="yes", _anchor="answer")


def _question() -> store.Question:
    args = request.args
    number = args.get("page", "1")
    return store.Question(
        kit=args.get("kit", ""),
        stop=args.get("stop", ""),
        district=args.get("district", ""),
        words=args.get("q", "")[:100],
        answered=args.get("answered", "") if args.get("answered") in ("yes", "no") else "",
        sort=args.get("sort", "") if args.get("sort") in store.SORTS else "newest",
        number=max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
    )


def _idea_or_404(kit: str, rid: str) -> dict[str, Any]:
    with hub().db.read() as conn:
        return store.one(conn, kit, rid) or abort(404)


def _idea_page(kit: str, rid: str, form: Form | None, status: int = 200) -> Any:
    idea = _idea_or_404(kit, rid)
    with hub().db.read() as conn:
        comments = store.comments(conn, kit, rid)
    choices = [(key, _(label)) for key, label in STATUSES.items()]
    return page("hub/ideas/show.html", status=status, idea=idea, comments=comments, form=form, choices=choices)
