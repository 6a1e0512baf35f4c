"""Opening a contact over HTTP: the key comes with the request and is gone with the answer."""

from typing import Any

from flask import Blueprint, abort, request
from werkzeug.datastructures import FileStorage

from ... import seal
from ...doors import HUB_ANSWER, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...web import page
from .. import keyfile
from ..ideas import store as ideas_store
from ..web import hub, me
from . import store

blueprint = Blueprint("contacts", __name__)


@blueprint.app_context_processor
def _for_every_page() -> dict[str, Any]:
    return {"contact_left": _left}


@blueprint.get("/contacts/<kit>/<rid>")
@open_to(HUB_ANSWER)
def ask(kit: str, rid: str) -> Any:
    """Ask for the private key file and its passphrase."""
    _sealed_or_404(kit, rid)
    return _ask_page(kit, rid, None)


@blueprint.post("/contacts/<kit>/<rid>")
@open_to(HUB_ANSWER)
def show(kit: str, rid: str) -> Any:
    """Open the contact in memory and show it once; who did is written down first."""
    sealed = _sealed_or_404(kit, rid)
    form = Form(request.form)
    contact = _open(form, sealed, request.files.get("key"))
    if not form:
        return _ask_page(kit, rid, form)
    hub().db.write(store.log_opening, kit, rid, me().name)
    return page("hub/contacts/show.html", idea=_idea(kit, rid), contact=contact)


def _open(form: Form, sealed: str, key: FileStorage | None) -> str:
    identity = keyfile.of_form(form, key)
    if not form:
        return ""
    try:
        return seal.unseal(sealed, identity).get("contact", "")
    except seal.Shut:
        form.refuse(
            "key",
            _("Dieser Schlüssel öffnet diesen Kontakt nicht. Vielleicht wurde er mit einem früheren Schlüssel verschlossen."),
        )
        return ""


def _left(kit: str, rid: str) -> bool:
    """Whether somebody left a contact with an idea."""
    with hub().db.read() as conn:
        return store.sealed(conn, kit, rid) is not None


def _sealed_or_404(kit: str, rid: str) -> str:
    with hub().db.read() as conn:
        return store.sealed(conn, kit, rid) or abort(404)


def _idea(kit: str, rid: str) -> dict[str, Any]:
    with hub().db.read() as conn:
        return ideas_store.one(conn, kit, rid) or abort(404)


def _ask_page(kit: str, rid: str, form: Form | None) -> Any:
    return page("hub/contacts/ask.html", status=200 if form is None else 422, idea=_idea(kit, rid), form=form)
