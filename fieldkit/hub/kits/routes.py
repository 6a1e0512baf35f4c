"""Kits over HTTP: which there are, how they are, what waits for a decision, and letting new ones in."""

from typing import Any

from flask import Blueprint, abort, request

from ... import seal
from ...doors import HUB_ADMIN, HUB_READ, open_to
from ...forms import Form
from ...web import page, see
from .. import ingest
from ..web import hub, me
from . import forms, invitations, settling, store
from .tasks import TASKS

blueprint = Blueprint("kits", __name__)

INCIDENT = f"int(max={2**31 - 1})"  # databases count no further


@blueprint.app_context_processor
def _for_every_page() -> dict[str, Any]:
    return {"open_tasks": _open_tasks}


@blueprint.get("/kits")
@open_to(HUB_READ)
def index() -> Any:
    """Which kits have handed over what, and when; what waits for a decision."""
    return _kits_page()


@blueprint.post("/kits/<kit>/revocation")
@open_to(HUB_ADMIN)
def revoke(kit: str) -> Any:
    """Take a lost kit's key away: from now on it is refused."""
    with hub().db.read() as conn:
        if ingest.one_kit(conn, kit) is None:
            abort(404)
    hub().db.write(store.revoke, kit, me().name)
    return see("kits.index")


@blueprint.post(f"/kits/incidents/<{INCIDENT}:incident>")
@open_to(HUB_ADMIN)
def settle(incident: int) -> Any:
    """Decide what to do about something that went wrong."""
    try:
        hub().db.write(settling.settle, hub().signing_key, incident, request.form.get("decision", ""), me().name)
    except settling.Refused as refused:
        return _refused(refused)
    return see("kits.index", show=request.form.get("show") or None, done="settled")


@blueprint.post(f"/kits/incidents/<{INCIDENT}:incident>/reopening")
@open_to(HUB_ADMIN)
def reopen(incident: int) -> Any:
    """Decide anew."""
    try:
        hub().db.write(settling.reopen, incident, me().name)
    except settling.Refused as refused:
        return _refused(refused)
    return see("kits.index", _anchor=f"task-{incident}")


@blueprint.post("/kits/invitations")
@open_to(HUB_ADMIN)
def invite() -> Any:
    """Make an enrolment line and show it. In the answer itself: its secret is nowhere else."""
    form = forms.invitation_form(request.form)
    if not form:
        return _kits_page(form)
    made = invitations.issue(hub(), form.data["name"], form.data["address"], me().name)
    return page(
        "hub/kits/invitation.html", name=form.data["name"], line=str(made), days=ingest.INVITED, sealing=bool(made.recipients)
    )


@blueprint.post("/kits/invitations/<secret_hash>/withdrawal")
@open_to(HUB_ADMIN)
def withdraw(secret_hash: str) -> Any:
    """Take an enrolment line back."""
    hub().db.write(store.withdraw_invitation, secret_hash, me().name)
    return see("kits.index", _anchor="invitations")


def _open_tasks() -> int:
    with hub().db.read() as conn:
        return settling.count_open(conn)


def _refused(refused: settling.Refused) -> Any:
    form = Form({})
    form.refuse("refused", str(refused))
    return _kits_page(form)


def _kits_page(form: Form | None = None) -> Any:
    with hub().db.read() as conn:
        kits, invited = store.everything(conn), store.open_invitations(conn)
    waiting = [kit for kit in kits if any(not incident["settled_at"] for incident in kit["incidents"])]
    only = request.args.get("show") == "tasks"
    return page(
        "hub/kits/index.html", status=200 if form is None else 422, form=form, kits=waiting if only else kits, total=len(kits),
        only=only, invitations=invited, tasks=TASKS, fingerprint=seal.fingerprint(hub().recipients),
        address=request.host_url.rstrip("/") if request.is_secure else hub().address, done=request.args.get("done", ""),
    )  # fmt: skip
