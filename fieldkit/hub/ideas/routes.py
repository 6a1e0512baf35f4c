"""The hub's ideas over HTTP: find them, read them, take them along as a table."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, request

from ... import clock, sheet
from ...answers import STATUSES
from ...doors import HUB_READ, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...web import page
from .. import blobs
from ..audit.acts import ACTS
from ..kits import store as kits_store
from ..web import hub
from . import answering_store, store, template_store
from .forms import statuses
from .question import ANSWERED, CHANNELS, NO_STATUS, SORTS, question_behind, question_form

blueprint = Blueprint("ideas", __name__)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"statuses": statuses}


@blueprint.get("/ideas")
@open_to(HUB_READ)
def index() -> Any:
    """Ideas of all kits: filtered, searched, sorted."""
    form, question = question_form(request.args)
    with hub().db.read() as conn:
        ideas, total = store.listing(conn, question)
        stops, offices, kits = store.all_stops(conn), store.offices(conn), kits_store.names(conn)
    return page(
        "hub/ideas/index.html", status=200 if form else 422, form=form, question=question, ideas=ideas, total=total,
        stops=stops, offices=offices, kits=kits, districts=sorted({stop["district"] for stop in stops} - {""}),
        choices={"theme": _themes(), "channel": CHANNELS, "answered": ANSWERED, "sort": SORTS,
                 "status": {NO_STATUS: _("Ohne Status"), **STATUSES}},
        pages=-(-total // store.PER_PAGE), today=clock.today().isoformat(),
    )  # fmt: skip


@blueprint.get("/ideas.csv")
@open_to(HUB_READ)
def table() -> Any:
    """The whole list for a spreadsheet. Notes stay here: a file travels."""
    question = question_form(request.args)[1]
    head = (
        _("Kennung"), _("Titel"), _("Text"), _("Thema"), _("Ort"), _("Station"), _("Bezirk"), _("Kit"), _("Weg"), _("Datum"),
        _("Dafür"), _("Kommentare"), _("Vor Ort geantwortet"), _("Status"), _("Antwort"), _("Wer antwortet"), _("Beantwortet am"),
    )  # fmt: skip
    with hub().db.read() as conn:
        content = sheet.as_csv(head, map(_line, store.every(conn, question)))
    name = f"feldkit-ideen-{clock.today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype="text/csv", headers=headers)


@blueprint.get("/ideas/<kit>/<rid>")
@open_to(HUB_READ)
def show(kit: str, rid: str) -> Any:
    """Everything about one idea, and the forms for its answer and the team's note."""
    return idea_page(idea_or_404(kit, rid))


@blueprint.get("/ideas/<kit>/<rid>/photo")
@open_to(HUB_READ)
def photo(kit: str, rid: str) -> Any:
    """The photo of its paper card, once it has arrived. For the team alone: a card may carry a name."""
    name = idea_or_404(kit, rid)["photo_sha256"]
    with hub().db.read() as conn:
        content = blobs.content_of(conn, kit, "ideas", rid, name)
    return Response(content or abort(404), mimetype="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


def idea_or_404(kit: str, rid: str) -> dict[str, Any]:
    """An idea that is there."""
    with hub().db.read() as conn:
        return store.one(conn, kit, rid) or abort(404)


def idea_page(idea: dict[str, Any], partial: str = "", status: int = 200, form: Form | None = None, **more: Any) -> Any:
    """The page of one idea. `form` is an answer that was not taken as it is; `more` says why, and what else to show."""
    question, its = question_behind(request.args), (idea["kit"], idea["id"])
    with hub().db.read() as conn:
        twins = store.twins(conn, *its)
        before, behind = store.neighbours(conn, question, *its)
        comments = store.comments(conn, idea["kit"], [idea["id"], *(twin["id"] for twin in twins)])
        note, history = answering_store.note(conn, *its), store.history(conn, *its)
        templates, offices = template_store.every(conn), store.offices(conn)
    values = {"note_form": None, "inserted": False, "preview": None, "alone": False} | more
    return page(
        "hub/ideas/show.html", partial, status=status, idea=idea, form=form, question=question, twins=twins, comments=comments,
        before=before, behind=behind, note=note, history=history, acts=ACTS, templates=templates, offices=offices,
        today=clock.today().isoformat(), **values,
    )  # fmt: skip


def _themes() -> dict[str, str]:
    return current_app.jinja_env.globals["CATEGORIES"]  # type: ignore[return-value]


def _line(idea: dict[str, Any]) -> list[Any]:
    stop, theme = idea["stop"], _themes().get(idea["category"])
    return [
        idea["id"], idea["title"], idea["body"], _(theme) if theme else idea["category"], idea["place"],
        stop["place"], stop["district"], idea["kit_name"], _(CHANNELS[idea["channel"]]) if idea["channel"] in CHANNELS else "",
        idea["at"][:10], idea["support"], idea["comment_count"], idea["reply"],
        _(STATUSES[idea["status"]]) if idea["status"] in STATUSES else "",
        idea["answer"] or "", idea["office"] or "", (idea["answered_at"] or "")[:10],
    ]  # fmt: skip
