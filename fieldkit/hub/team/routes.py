"""Signing in at the hub, and who may."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for

from ... import credentials, doors
from ...doors import HUB_STAFF, VISITOR, Person, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...web import page, see
from ..web import hub
from . import gate
from .forms import first_form, sign_in_form

blueprint = Blueprint("team", __name__)


@blueprint.get("/sign-in")
@open_to(VISITOR)
def sign_in() -> Any:
    """Ask for card and PIN."""
    return _sign_in_page(None)


@blueprint.get("/card/<secret>")
@open_to(VISITOR)
def scanned(secret: str) -> Any:
    """Where a card's link leads: only the PIN is missing. The same for every card, real or not."""
    return _sign_in_page(None, card=secret)


@blueprint.post("/sign-in")
@open_to(VISITOR)
def enter() -> Any:
    """Compare card and PIN."""
    form = sign_in_form(request.form)
    card = form.data["card"] if request.form.get("scanned") else ""
    if form:
        try:
            someone = hub().gate.enter(hub().db, form.data["card"], form.data["pin"], doors.device(request.environ))
            return _begin(someone, "dashboard.index")
        except gate.Wrong:
            form.refuse("pin", _("Karte oder PIN stimmt nicht."))
        except gate.Wait as wait:
            form.refuse("pin", str(wait))
    return _sign_in_page(form, 422, card)


@blueprint.post("/sign-out")
@open_to(HUB_STAFF)
def sign_out() -> Any:
    """End the session on this device."""
    hub().sessions.end(request.cookies.get(current_app.config["COOKIE"]))
    return see("team.sign_in")


@blueprint.get("/first/<secret>")
@open_to(VISITOR)
def first(secret: str) -> Any:
    """The first member of staff takes over a new hub: name and PIN."""
    _check_first(secret)
    return page("hub/team/first.html", form=None)


@blueprint.post("/first/<secret>")
@open_to(VISITOR)
def take_over(secret: str) -> Any:
    """Make the first card, and show it."""
    _check_first(secret)
    form = first_form(request.form)
    if not form:
        return page("hub/team/first.html", status=422, form=form)
    hub().first_link = ""
    name = form.data["name"]
    staff_id, card = hub().db.write(gate.add, name, form.data["pin"], name)
    shown = page("hub/team/card.html", link=url_for("team.scanned", secret=card, _external=True), code=credentials.grouped(card))
    return _with_session(Person(staff_id, name, HUB_STAFF), shown)


def _sign_in_page(form: Form | None, status: int = 200, card: str = "") -> Any:
    return page("hub/team/sign_in.html", status=status, form=form, card=card)


def _check_first(secret: str) -> None:
    if not hub().first_link or credentials.read_secret(secret) != hub().first_link:
        abort(404)


def _begin(someone: Person, endpoint: str) -> Any:
    return _with_session(someone, redirect(url_for(endpoint), 303))


def _with_session(someone: Person, response: Any) -> Any:
    hub().sessions.end(request.cookies.get(current_app.config["COOKIE"]))
    response.set_cookie(
        current_app.config["COOKIE"], hub().sessions.begin(someone),
        path="/", httponly=True, samesite="Strict", secure=request.is_secure,
    )  # fmt: skip
    return response
