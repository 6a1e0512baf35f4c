"""Offers and announcements over HTTP: written, changed, withdrawn; every step goes to all kits at once."""

import json
from typing import Any

from flask import Blueprint, abort, request

from ... import clock, ids
from ...districts import localities_by_district
from ...doors import HUB_ANSWER, open_to
from ...forms import Form
from ...web import page, see
from .. import versions
from ..web import hub, me
from . import forms, store

blueprint = Blueprint("offers", __name__, url_prefix="/offers")

KINDS = f"<any({store.OFFER}, {store.ANNOUNCEMENT}):kind>"


@blueprint.get("")
@open_to(HUB_ANSWER)
def index() -> Any:
    """What runs, what is announced, and what was."""
    with hub().db.read() as conn:
        rows, reach = [_readable(row) for row in store.every(conn, store.OFFER, store.ANNOUNCEMENT)], store.reach(conn)
    return page("hub/publications/offers.html", rows=rows, reach=reach, today=clock.today().isoformat())


@blueprint.get(f"/{KINDS}/new")
@open_to(HUB_ANSWER)
def new(kind: str) -> Any:
    """An empty form. Its address is made now, so that a double click publishes once."""
    return _form_page(kind, store.NOTHING | {"id": ids.new_id()})


@blueprint.get(f"/{KINDS}/<rid>")
@open_to(HUB_ANSWER)
def edit(kind: str, rid: str) -> Any:
    """The form to change one."""
    return _form_page(kind, _known(kind, rid) or abort(404))


@blueprint.post(f"/{KINDS}/<rid>")
@open_to(HUB_ANSWER)
def publish(kind: str, rid: str) -> Any:
    """Publish it, for the first time or anew."""
    form = forms.offer_form(request.form, kind)
    row = _known(kind, rid) or (store.NOTHING | {"id": rid} if ids.is_id(rid) else abort(404))
    if not form:
        return _form_page(kind, row, form, 422)
    said = (store.body_of(forms.said(form)), me().name, form.data["version"])
    try:
        hub().db.write(store.publish, hub().signing_key, kind, rid, *said)
    except versions.Crossed:
        return _form_page(kind, _known(kind, rid) or abort(404), form, 409)
    return see("offers.index", saved="published")


@blueprint.post(f"/{KINDS}/<rid>/withdrawal")
@open_to(HUB_ANSWER)
def withdraw(kind: str, rid: str) -> Any:
    """Take it from all kits. Its text stays here and can be published again."""
    row, form = _known(kind, rid) or abort(404), forms.version_form(request.form)
    try:
        hub().db.write(store.withdraw, hub().signing_key, kind, rid, row["body"], me().name, form.data["version"])
    except versions.Crossed:
        return _form_page(kind, _known(kind, rid) or abort(404), status=409)
    return see("offers.index", saved="withdrawn")


def _known(kind: str, rid: str) -> dict[str, Any] | None:
    with hub().db.read() as conn:
        row = store.one(conn, kind, rid)
    return _readable(row) if row else None


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"said": json.loads(row["body"])}


def _form_page(kind: str, row: dict[str, Any], form: Form | None = None, status: int = 200) -> Any:
    return page(
        "hub/publications/offer.html", status=status, kind=kind, row=row, form=form, crossed=status == 409,
        districts=[(district, district) for district in localities_by_district()], today=clock.today().isoformat(),
    )  # fmt: skip
