"""Answer templates over HTTP."""

from typing import Any

from flask import Blueprint, abort, request

from ...doors import HUB_ANSWER, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...web import page, see
from ..versions import Crossed
from ..web import hub, me
from . import store, template_store
from .forms import template_form

blueprint = Blueprint("templates", __name__, url_prefix="/ideas/templates")


@blueprint.get("")
@open_to(HUB_ANSWER)
def index() -> Any:
    """All templates, and the form for a new one."""
    return _index_page(None)


@blueprint.post("")
@open_to(HUB_ANSWER)
def add() -> Any:
    """Keep a new template."""
    form = template_form(request.form)
    if not form:
        return _index_page(form, 422)
    hub().db.write(template_store.add, form.data, me().name)
    return see("templates.index", saved="added")


@blueprint.get("/<template_id>")
@open_to(HUB_ANSWER)
def edit(template_id: str) -> Any:
    """The form to change a template."""
    return _edit_page(template_id, None)


@blueprint.post("/<template_id>")
@open_to(HUB_ANSWER)
def change(template_id: str) -> Any:
    """Keep its new words; what two people write at once is shown side by side."""
    form = template_form(request.form)
    if not form:
        return _edit_page(template_id, form, 422)
    try:
        hub().db.write(template_store.change, template_id, form.data, me().name, request.form.get("version", ""))
    except Crossed:
        return _crossed_page(template_id, form)
    except template_store.Removed:
        form.refuse(
            "name",
            _("Diese Vorlage hat inzwischen jemand gelöscht. Deine Worte stehen noch hier: Leg sie damit neu an, wenn du magst."),
        )
        return _index_page(form, 409)
    return see("templates.index", saved="changed")


@blueprint.post("/<template_id>/deletion")
@open_to(HUB_ANSWER)
def remove(template_id: str) -> Any:
    """Delete a template."""
    hub().db.write(template_store.remove, template_id, me().name)
    return see("templates.index", saved="removed")


def _or_404(template_id: str) -> dict[str, Any]:
    with hub().db.read() as conn:
        return template_store.one(conn, template_id) or abort(404)


def _index_page(form: Form | None, status: int = 200) -> Any:
    with hub().db.read() as conn:
        templates, offices = template_store.every(conn), store.offices(conn)
    return page("hub/ideas/templates.html", status=status, templates=templates, offices=offices, form=form)


def _edit_page(template_id: str, form: Form | None, status: int = 200) -> Any:
    template = _or_404(template_id)
    with hub().db.read() as conn:
        offices = store.offices(conn)
    return page("hub/ideas/template.html", status=status, template=template, offices=offices, form=form)


def _crossed_page(template_id: str, form: Form) -> Any:
    template = _or_404(template_id)
    with hub().db.read() as conn:
        offices, theirs = store.offices(conn), template_store.last_change(conn, template_id)
    return page("hub/ideas/template_crossed.html", status=409, template=template, theirs=theirs, offices=offices, form=form)
