"""Signing in at the hub, and who may do what."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, request, url_for

from ... import credentials, entrance
from ...doors import HUB_ADMIN, HUB_READ, VISITOR, Person, open_to
from ...forms import Form
from ...gate import Wrong
from ...web import page, see
from ..web import hub, me
from . import forms, store

blueprint = Blueprint("team", __name__)


@dataclass(frozen=True)
class Fresh:
    """A card that was just made. Shown in the answer itself: the next request may come to another process of the hub."""

    name: str
    secret: str
    pin: str = ""
    """The random PIN; empty for a person who chose their own."""


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
    return entrance.enter(hub().gate, _sign_in_page, "dashboard.index")


@blueprint.post("/sign-out")
@open_to(HUB_READ)
def sign_out() -> Any:
    """End the session on this device."""
    return entrance.end(see("team.sign_in"))


@blueprint.get("/first/<secret>")
@open_to(VISITOR)
def first(secret: str) -> Any:
    """The first person takes over a new hub: name and PIN."""
    _check_first(secret)
    return page("hub/team/first.html", form=None)


@blueprint.post("/first/<secret>")
@open_to(VISITOR)
def take_over(secret: str) -> Any:
    """Make the first card, and show it."""
    _check_first(secret)
    form = credentials.first_form(request.form)
    if form:
        try:
            staff_id, made = hub().db.write(store.take_over, form.data["name"], form.data["pin"])
        except store.Refused as refused:
            form.refuse("name", str(refused))
    if not form:
        return page("hub/team/first.html", status=422, form=form)
    hub().first_link = ""
    someone = Person(staff_id, form.data["name"], HUB_ADMIN)
    return entrance.begin(someone, _card_page(Fresh(someone.name, made)))


@blueprint.get("/team")
@open_to(HUB_READ)
def index() -> Any:
    """Who works here and may do what; one's own PIN."""
    return _team_page()


@blueprint.post("/team")
@open_to(HUB_ADMIN)
def add() -> Any:
    """Make a card for a colleague, and show it with its PIN."""
    form = forms.card_form(request.form)
    pin = credentials.new_pin()
    if form:
        try:
            _, made = hub().db.write(store.add, form.data["name"], pin, me().name, form.data["role"])
            return _card_page(Fresh(form.data["name"], made, pin))
        except store.Taken as taken:
            form.refuse("name", str(taken))
    return _team_page(form)


@blueprint.post("/team/pin")
@open_to(HUB_READ)
def own_pin() -> Any:
    """Another PIN of one's own; every other device is signed out."""
    form = forms.pin_form(request.form)
    if form:
        try:
            with hub().db.read() as conn:
                digest = store.card_of(conn, me().id)
            hub().gate.compare(hub().db, digest, form.data["current"])
        except Wrong as refusal:
            form.refuse("current", str(refusal))
    if not form:
        return _team_page(pin_form=form)
    hub().db.write(store.set_pin, me().id, form.data["pin"], me().name)
    return entrance.begin(me(), see("team.index", done="pin"))


@blueprint.post("/team/<staff_id>/pin")
@open_to(HUB_ADMIN)
def new_pin(staff_id: str) -> Any:
    """A random PIN for a colleague who forgot the old one."""
    pin = credentials.new_pin()
    try:
        hub().db.write(store.set_pin, staff_id, pin, me().name)
    except store.Refused as refused:
        return _refused(refused)
    with hub().db.read() as conn:
        name = next(person["name"] for person in store.everybody(conn) if person["id"] == staff_id)
    return page("hub/team/pin.html", name=name, pin=pin)


@blueprint.post("/team/<staff_id>/role")
@open_to(HUB_ADMIN)
def change_role(staff_id: str) -> Any:
    """Let a colleague do more or less."""
    form = forms.role_form(request.form)
    if not form:
        return _team_page(form)
    try:
        hub().db.write(store.change_role, staff_id, form.data["role"], me().name)
    except store.Refused as refused:
        return _refused(refused)
    return see("team.index", done="role")


@blueprint.post("/team/<staff_id>/revoking")
@open_to(HUB_ADMIN)
def revoke(staff_id: str) -> Any:
    """Make a card worthless and end what was begun with it."""
    try:
        hub().db.write(store.revoke, staff_id, me().name)
    except store.Refused as refused:
        return _refused(refused)
    return see("team.index", done="revoked")


def _refused(refused: store.Refused) -> Any:
    form = Form({})
    form.refuse("refused", str(refused))
    return _team_page(form)


def _team_page(form: Form | None = None, pin_form: Form | None = None) -> Any:
    with hub().db.read() as conn:
        people = store.everybody(conn)
    status = 422 if form is not None or pin_form is not None else 200
    return page(
        "hub/team/index.html", status=status, form=form, pin_form=pin_form, people=people, me=me(), roles=forms.ROLES,
        done=request.args.get("done", ""),
    )  # fmt: skip


def _card_page(fresh: Fresh) -> Any:
    link = url_for("team.scanned", secret=fresh.secret, _external=True)
    return page("hub/team/card.html", fresh=fresh, link=link, code=credentials.grouped(fresh.secret))


def _sign_in_page(form: Form | None, status: int = 200, card: str = "") -> Any:
    return page("hub/team/sign_in.html", status=status, form=form, card=card, then=entrance.wanted())


def _check_first(secret: str) -> None:
    if not hub().first_link or credentials.read_secret(secret) != hub().first_link:
        abort(404)
