"""Signing in and out over HTTP, and the team's cards."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for

from .. import credentials, doors
from ..doors import FACILITATOR, VISITOR, Person, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..web import house, page, person, read, see, write
from . import forms, store
from .gate import Crowded, Gate, Wait, Wrong

blueprint = Blueprint("staff", __name__)

GATE = "fieldkit.gate"


@dataclass(frozen=True)
class Fresh:
    """A card that was just made. Its secret is known only until somebody says that it is on paper."""

    name: str
    secret: str
    pin: str = ""
    """The random PIN; empty for a person who chose her own."""


_fresh: dict[str, Fresh] = {}  # by the id of the person who may see it, in memory only


@blueprint.record
def _build_gate(state: Any) -> None:
    state.app.extensions[GATE] = Gate()


@blueprint.get("/sign-in")
@open_to(VISITOR)
def sign_in() -> Any:
    """Ask for card and PIN."""
    return _sign_in_page(None)


@blueprint.get("/card/<secret>")
@open_to(VISITOR)
def scanned(secret: str) -> Any:
    """Where a card's QR code leads: only the PIN is missing. The same for every card, real or not."""
    return _sign_in_page(None, card=secret)


@blueprint.post("/sign-in")
@open_to(VISITOR)
def enter() -> Any:
    """Compare card and PIN."""
    form = forms.sign_in_form(request.form)
    # Whoever scanned stays on the short form, whatever goes wrong.
    card = form.data["card"] if request.form.get("scanned") else ""
    if not form:
        return _sign_in_page(form, 422, card)
    device = doors.device(request.environ)
    try:
        someone = current_app.extensions[GATE].enter(house().db, form.data["card"], form.data["pin"], device)
    except Wrong:
        form.refuse("pin", _("Karte oder PIN stimmt nicht."))
        return _sign_in_page(form, 422, card)
    except Wait as wait:
        form.refuse(
            "pin", _("Das waren zu viele falsche PINs. Diese Karte geht wieder in %(seconds)s Sekunden.", seconds=wait.seconds)
        )
        response = _sign_in_page(form, 429, card)
        response.headers["Retry-After"] = str(wait.seconds)
        return response
    except Crowded:
        form.refuse("card", _("Diese Karte kennen wir nicht, und es waren viele Versuche. Bitte warte eine Minute."))
        return _sign_in_page(form, 429, card)
    then = request.form.get("then", "")
    return _begin(someone, then if own_path(then) else url_for("desk.index"))


@blueprint.post("/sign-out")
@open_to(FACILITATOR)
def sign_out() -> Any:
    """End the session on this device."""
    someone = person()
    if someone:
        _fresh.pop(someone.id, None)
    house().sessions.end(request.cookies.get(doors.COOKIE))
    response = see(current_app.config["HOME"])
    response.delete_cookie(doors.COOKIE, path="/")
    return response


@blueprint.get("/first/<secret>")
@open_to(VISITOR)
def first(secret: str) -> Any:
    """The first facilitator takes over a new kit: name and PIN."""
    return _first_page(None, 200) if store.is_first_link(read(), credentials.read_secret(secret)) else _used_page()


@blueprint.post("/first/<secret>")
@open_to(VISITOR)
def take_over(secret: str) -> Any:
    """Make the first card, and show it."""
    form = forms.first_form(request.form)
    if not form:
        return _first_page(form, 422)
    try:
        staff_id, made = write(store.take_over, credentials.read_secret(secret), form.data["name"], form.data["pin"])
    except store.Used:
        return _used_page()
    _fresh[staff_id] = Fresh(form.data["name"], made)
    return _begin(Person(staff_id, form.data["name"], FACILITATOR), url_for("staff.card"))


@blueprint.get("/card")
@open_to(FACILITATOR)
def card() -> Any:
    """The card that was just made, to print or photograph, until somebody says that it is safe."""
    fresh = _fresh.get(_me().id)
    if fresh is None:
        return see("staff.index")
    link = f"{house().config.address}/staff/card/{fresh.secret}"
    return page("staff/card.html", fresh=fresh, link=link, code=credentials.grouped(fresh.secret))


@blueprint.post("/card")
@open_to(FACILITATOR)
def card_kept() -> Any:
    """The card is on paper: forget its secret."""
    fresh = _fresh.pop(_me().id, None)
    return see("staff.index" if fresh and fresh.pin else "desk.index")


@blueprint.get("")
@open_to(FACILITATOR)
def index() -> Any:
    """The team's cards."""
    return _team_page(None)


@blueprint.post("")
@open_to(FACILITATOR)
def add() -> Any:
    """Make a card for a colleague, and show it with its PIN."""
    form = forms.name_form(request.form)
    if form:
        try:
            secret, pin = write(store.add, form.data["name"], _me().name)
        except store.Taken as taken:
            form.refuse("name", str(taken))
    if not form:
        return _team_page(form, 422)
    _fresh[_me().id] = Fresh(form.data["name"], secret, pin)
    return see("staff.card")


@blueprint.post("/<staff_id>/revoking")
@open_to(FACILITATOR)
def revoke(staff_id: str) -> Any:
    """Make a card worthless and end what was begun with it."""
    try:
        write(store.revoke, staff_id, _me().name)
    except store.Refused as refused:
        form = Form(request.form)
        form.refuse("revoke", str(refused))
        return _team_page(form, 422)
    house().sessions.end_all(staff_id)
    return see("staff.index")


def own_path(then: str) -> bool:
    r"""Whether an address is a path on this kit and nothing else: browsers read `//host`, `/\host` and `/<tab>/host` as other sites."""
    return re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", then) is not None


def _begin(someone: Person, then: str) -> Any:
    sessions = house().sessions
    sessions.end(request.cookies.get(doors.COOKIE))
    response = redirect(then, 303)
    response.set_cookie(
        doors.COOKIE, sessions.begin(someone), path="/", httponly=True, samesite="Strict", secure=request.is_secure
    )
    return response


def _me() -> Person:
    someone = person()
    assert someone is not None  # the door let nobody else in
    return someone


def _sign_in_page(form: Form | None, status: int = 200, card: str = "") -> Any:
    then = request.values.get("then", "")
    return page("staff/sign_in.html", status=status, form=form, card=card, then=then if own_path(then) else "")


def _first_page(form: Form | None, status: int) -> Any:
    return page("staff/first.html", status=status, form=form, secret=(request.view_args or {})["secret"])


def _used_page() -> Any:
    return page("staff/used.html", status=404)


def _team_page(form: Form | None, status: int = 200) -> Any:
    return page("staff/index.html", status=status, form=form, cards=store.cards(read()), me=_me().id)
