"""Answering over HTTP: answers, a look at them before, templates put in, notes. What two people write at once is shown side by side."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, request

from ... import clock
from ...doors import HUB_ANSWER, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...web import page, part_wanted, see
from .. import outbox, versions
from ..web import hub, me
from . import answering_store, store, template_store
from .forms import answer_form, note_form
from .question import question_behind
from .routes import idea_page

blueprint = Blueprint("answering", __name__, url_prefix="/ideas/<kit>/<rid>")


@blueprint.post("")
@open_to(HUB_ANSWER)
def answer(kit: str, rid: str) -> Any:
    """Answer an idea; the kit takes the answer along at its next hand-over. Then on to the next idea, if that is wished."""
    idea, form, question = _idea_or_gone(kit, rid), answer_form(request.form), question_behind(request.args)
    if not form:
        return idea_page(idea, status=422, form=form)
    if idea["main"] != rid:
        return idea_page(idea, status=409, form=form)
    with hub().db.read() as conn:  # before it is answered, and perhaps no longer in the list
        behind = store.neighbours(conn, question, kit, rid)[1]
    try:
        hub().db.write(outbox.answer, hub().signing_key, kit, rid, form.data, me().name, form.data["version"])
    except versions.Crossed:
        return page("hub/ideas/crossed.html", status=409, idea=_idea_or_gone(kit, rid), form=form, question=question)
    except outbox.Gone:
        return _gone()
    if request.form.get("then") != "next":
        return see("ideas.show", kit=kit, rid=rid, saved="answer", **question.trail, _anchor="answer-form")
    if behind is None:
        return see("ideas.index", saved="last", **question.query(number=1))
    return see("ideas.show", kit=behind.kit, rid=behind.rid, saved="next", **question.trail, _anchor="answer-form")


@blueprint.post("/preview")
@open_to(HUB_ANSWER)
def preview(kit: str, rid: str) -> Any:
    """The answer as visitors will see it; nothing is stored."""
    idea, form = _idea_or_gone(kit, rid), answer_form(request.form)
    if not form:
        return idea_page(idea, "hub/ideas/_preview.html", 422, form, alone=part_wanted())
    seen = idea | {"status": form.data["status"], "answer": form.data["body"], "office": form.data["office"], "reply": ""}
    return idea_page(idea, "hub/ideas/_preview.html", form=form, preview=seen | {"answered_at": clock.stamp()})


@blueprint.post("/template")
@open_to(HUB_ANSWER)
def insert(kit: str, rid: str) -> Any:
    """The form with a template put in, behind what was already written; nothing is stored."""
    idea = _idea_or_gone(kit, rid)
    with hub().db.read() as conn:
        template = template_store.one(conn, request.form.get("template", ""))
    form = Form(with_template(request.form.to_dict(), template, lambda text: template_store.fill(text, idea)))
    return idea_page(idea, "hub/ideas/_answer_form.html", form=form, inserted=template is not None)


@blueprint.post("/note")
@open_to(HUB_ANSWER)
def note(kit: str, rid: str) -> Any:
    """Keep what the team should know. It never leaves the hub."""
    idea, form, question = _idea_or_gone(kit, rid), note_form(request.form), question_behind(request.args)
    if not form:
        return idea_page(idea, status=422, note_form=form)
    try:
        hub().db.write(answering_store.write_note, kit, rid, form.data["note"], me().name, form.data["version"])
    except versions.Crossed:
        with hub().db.read() as conn:
            theirs = answering_store.note(conn, kit, rid)
        return page("hub/ideas/note_crossed.html", status=409, idea=idea, form=form, note=theirs, question=question)
    except outbox.Gone:
        return _gone()
    return see("ideas.show", kit=kit, rid=rid, saved="note", **question.trail, _anchor="note-form")


def with_template(posted: dict[str, str], template: dict[str, Any] | None, fill: Callable[[str], str]) -> dict[str, str]:
    """What was typed, with a template put in: its text stands behind what was written, its status and office count."""
    if template is None:
        return posted
    text, written = fill(template["body"]), posted.get("body", "").rstrip()
    given = {name: template[name] for name in ("status", "office") if template[name]}
    return {**posted, **given, "body": f"{written}\n\n{text}" if written else text}


def _idea_or_gone(kit: str, rid: str) -> dict[str, Any]:
    """The idea somebody writes about; when its owner took it back meanwhile, a page with what was typed."""
    with hub().db.read() as conn:
        idea = store.one(conn, kit, rid)
        if idea is None and store.withdrawn(conn, kit, rid):
            abort(_gone())
    return idea or abort(404)


def _gone() -> Any:
    typed = [text for name in ("body", "note") if (text := request.form.get(name, "").strip())]
    return page(
        "error.html", status=410, title=_("Diese Idee gibt es nicht mehr"), typed=typed,
        sentence=_("Die Person, die sie aufgeschrieben hat, hat sie inzwischen zurückgezogen. Es ist nichts mehr zu beantworten."),
    )  # fmt: skip
