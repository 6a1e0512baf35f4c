"""Several ideas answered at once over HTTP: ticked in the list, looked at together, answered in one go."""

from typing import Any

from flask import Blueprint, abort, request

from ...doors import HUB_ANSWER, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...i18n import ngettext
from ...web import page, see
from ..web import hub, me
from . import answering_store, store, template_store
from .answering_routes import with_template
from .answering_store import Pick
from .forms import ASKED, bulk_form, picks
from .question import question_behind

blueprint = Blueprint("bulk", __name__, url_prefix="/ideas/bulk")


@blueprint.get("")
@open_to(HUB_ANSWER)
def choose() -> Any:
    """What was ticked, and the form for all of it."""
    return _bulk_page(_now(picks(request.args.getlist("pick"))), None)


@blueprint.post("")
@open_to(HUB_ANSWER)
def answer() -> Any:
    """Answer all of them; what somebody else answered meanwhile is left as it is."""
    form, picked = bulk_form(request.form), picks(request.form.getlist("pick"))
    if not picked:
        abort(400)
    bare = [idea for idea in _now(picked) if not idea["answer"]]
    if bare and form.data["status"] != ASKED and not form.data["body"]:
        form.refuse(
            "body",
            ngettext(
                "%(num)s Idee hat noch keinen Text. Bitte schreib, warum, und wer was bis wann macht.",
                "%(num)s Ideen haben noch keinen Text. Bitte schreib, warum, und wer was bis wann macht.",
                len(bare),
            ),
        )
    if not form:
        return _bulk_page(_as_seen(picked), form, 422)
    left = hub().db.write(answering_store.answer_all, hub().signing_key, picked, form.data, me().name)
    return see(
        "bulk.done",
        saved=len(picked) - len(left),
        left=[f"{pick.kit}/{pick.rid}" for pick in left],
        **question_behind(request.args).trail,
    )


@blueprint.post("/template")
@open_to(HUB_ANSWER)
def insert() -> Any:
    """The form with a template put in. Its placeholders stay: each idea gets its own words."""
    with hub().db.read() as conn:
        template = template_store.one(conn, request.form.get("template", ""))
    form = Form(with_template(request.form.to_dict(), template, str))
    return _bulk_page(_as_seen(picks(request.form.getlist("pick"))), form, inserted=template is not None)


@blueprint.get("/done")
@open_to(HUB_ANSWER)
def done() -> Any:
    """How many were answered, and which were not."""
    saved = request.args.get("saved", "")
    left = _now(picks(request.args.getlist("left")))
    return page(
        "hub/ideas/bulk_done.html",
        saved=int(saved) if saved.isdecimal() and len(saved) < 4 else 0,
        left=left,
        question=question_behind(request.args),
    )


def _now(picked: list[Pick]) -> list[dict[str, Any]]:
    """These ideas as they are now; those that are gone are missing."""
    with hub().db.read() as conn:
        found = (store.one(conn, pick.kit, pick.rid) for pick in picked)
        return [idea for idea in found if idea]


def _as_seen(picked: list[Pick]) -> list[dict[str, Any]]:
    """These ideas with the version of the answer the person has in mind."""
    seen = {(pick.kit, pick.rid): pick.seen for pick in picked}
    return [idea | {"version": seen[idea["kit"], idea["id"]]} for idea in _now(picked)]


def _bulk_page(ideas: list[dict[str, Any]], form: Form | None, status: int = 200, inserted: bool = False) -> Any:
    with hub().db.read() as conn:
        templates, offices = template_store.every(conn), store.offices(conn)
    return page(
        "hub/ideas/bulk.html", "hub/ideas/_bulk_form.html", status=status, ideas=ideas, form=form, inserted=inserted,
        templates=templates, offices=offices, question=question_behind(request.args), title=_("Mehrere Ideen beantworten"),
    )  # fmt: skip
