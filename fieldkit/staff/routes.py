"""Signing in and out over HTTP, and the team's cards."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for

from .. import certificate, credentials, entrance
from ..doors import FACILITATOR, SIGN_IN, Person, open_to
from ..forms import Form
from ..web import house, page, person, read, see, write
from . import store
from .gate import Gate

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
@open_to(SIGN_IN)
def sign_in() -> Any:
    """Ask for card and PIN."""
    return _sign_in_page(None)


@blueprint.get("/card/<secret>")
@open_to(SIGN_IN)
def scanned(secret: str) -> Any:
    """Where a card's QR code leads: only the PIN is missing. The same for every card, real or not."""
    return _sign_in_page(None, card=secret)


@blueprint.post("/sign-in")
@open_to(SIGN_IN)
def enter() -> Any:
    """Compare card and PIN."""
    return entrance.enter(current_app.extensions[GATE], _sign_in_page, "desk.index")


@blueprint.post("/sign-out")
@open_to(FACILITATOR)
def sign_out() -> Any:
    """End the session on this device."""
    someone = person()
    if someone:
        _fresh.pop(someone.id, None)
    return entrance.end(see(current_app.config["HOME"]))


@blueprint.get("/first/<secret>")
@open_to(SIGN_IN)
def first(secret: str) -> Any:
    """The first facilitator takes over a new kit: name and PIN."""
    return _first_page(None, 200) if store.is_first_link(read(), credentials.read_secret(secret)) else _used_page()


@blueprint.post("/first/<secret>")
@open_to(SIGN_IN)
def take_over(secret: str) -> Any:
    """Make the first card, and show it."""
    form = credentials.first_form(request.form)
    if not form:
        return _first_page(form, 422)
    try:
        staff_id, made = write(store.take_over, credentials.read_secret(secret), form.data["name"], form.data["pin"])
    except store.Used:
        return _used_page()
    _fresh[staff_id] = Fresh(form.data["name"], made)
    return entrance.begin(Person(staff_id, form.data["name"], FACILITATOR), redirect(url_for("staff.card"), 303))


@blueprint.get("/card")
@open_to(FACILITATOR)
def card() -> Any:
    """The card that was just made, to print or photograph, until somebody says that it is safe."""
    fresh = _fresh.get(_me().id)
    if fresh is None:
        return see("staff.index")
    link = f"{certificate.for_secrets(house().config)}/staff/card/{fresh.secret}"
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
    form = credentials.name_form(request.form)
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


def _me() -> Person:
    someone = person()
    assert someone is not None  # the door let nobody else in
    return someone


def _sign_in_page(form: Form | None, status: int = 200, card: str = "") -> Any:
    return page("staff/sign_in.html", status=status, form=form, card=card, then=entrance.wanted())


def _first_page(form: Form | None, status: int) -> Any:
    return page("staff/first.html", status=status, form=form, secret=(request.view_args or {})["secret"])


def _used_page() -> Any:
    return page("staff/used.html", status=404)


def _team_page(form: Form | None, status: int = 200) -> Any:
    return page("staff/index.html", status=status, form=form, cards=store.cards(read()), me=_me().id)
