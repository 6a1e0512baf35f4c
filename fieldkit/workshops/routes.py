"""Joining a workshop over HTTP: by code, without an account. From then on the key in the address is all somebody needs."""

import secrets
from typing import Any

from flask import Blueprint, abort, request

from .. import doors, ids
from ..doors import VISITOR, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..web import page, read, see, write
from . import forms, live, seats_store, store

blueprint = Blueprint("workshops", __name__)

COOKIE = "feldkit-workshop"
"""A convenience for who comes back; nothing needs it."""

guessing = doors.Throttle(each=20, overall=600, seconds=300)
joining = doors.Throttle(each=60, overall=3000, seconds=300)
FIRST, SPREAD = 300, 1500  # milliseconds until a phone loads the board: so many, and up to so many more by chance


@blueprint.record
def _short_addresses(state: Any) -> None:
    """`/join` is typed by hand and stands on the projector, so it is not below `/workshops`."""
    for rule, endpoint, view, method in (
        ("/join", "join", join, "GET"),
        ("/join/<code>", "join_code", join, "GET"),
        ("/join", "joined", joined, "POST"),
    ):
        state.app.add_url_rule(rule, f"{blueprint.name}.{endpoint}", view, methods=[method])


@open_to(VISITOR)
def join(code: str = "") -> Any:
    """The form for the code; who comes back with a cookie goes straight in."""
    workshop = store.by_code(read(), code) if code else None
    if code and workshop is None:
        return _refuse_code(forms.join_form({"code": code}))
    who = seats_store.by_token(read(), request.cookies.get(COOKIE, ""))
    if workshop and who and who["workshop_id"] == workshop["id"]:
        return see("workshops.take_part", code=workshop["join_code"], token=request.cookies[COOKIE])
    return _join_page(None, workshop=workshop)


@open_to(VISITOR)
def joined() -> Any:
    """Take a seat, or the seat of somebody with this word pair, and go in by a link of one's own."""
    form = forms.join_form(request.form)
    if not form:
        return _join_page(form, 422)
    if not doors.on_the_kit(request.environ) and not joining.admit(doors.device(request.environ)):
        abort(429)
    workshop = store.by_code(read(), form.data["code"])
    if workshop is None:
        return _refuse_code(form)
    token = seats_store.new_token()
    try:
        if form.data["words"]:
            write(seats_store.come_back, workshop["id"], form.data["words"], token)
        else:
            known = _known_token(workshop)
            if not known:
                write(seats_store.join, workshop["id"], {"id": form.data["seat"], "name": form.data["name"]}, token)
            token = known or token
    except seats_store.Unknown:
        return _refuse_words(form, workshop)
    except seats_store.Full:
        form.refuse("code", _("Der Workshop ist voll. Bitte sprich das Team an: Auf Papier kannst du trotzdem mitmachen."))
        return _join_page(form, 409, workshop)
    except store.NotOpen:
        form.refuse("code", _not_open(workshop))
        return _join_page(form, 409, workshop)
    answer = see("workshops.welcome", code=workshop["join_code"], token=token)
    answer.set_cookie(COOKIE, token, path="/", httponly=True, samesite="Lax", secure=request.is_secure, max_age=12 * 3600)
    return answer


@blueprint.get("/<code>/p/<token>/welcome")
@open_to(VISITOR)
def welcome(code: str, token: str) -> Any:
    """«Du bist dabei, Nummer 7»; the board follows after a moment that differs from phone to phone."""
    workshop, who = enter(code, token)
    return page("workshops/welcome.html", workshop=workshop, who=who, token=token, wait=FIRST + secrets.randbelow(SPREAD))


def enter(code: str, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The workshop of a code and the participant of a key, from memory where nothing changed; a page that says what to do for others."""
    workshop_id = live.memory.ask(("code", code), "", lambda: (store.by_code(read(), code) or {}).get("id"))
    if workshop_id is None:
        abort(404)
    now = live.version(workshop_id, to=live.TEAM)
    workshop = live.memory.ask(("workshop", workshop_id), now, lambda: store.one(read(), workshop_id)) or abort(404)
    who = live.memory.ask(("key", token), now, lambda: seats_store.by_token(read(), token))
    if who is None or who["workshop_id"] != workshop_id:
        abort(page("workshops/lost.html", status=410 if workshop["state"] == "ended" else 404, workshop=workshop))
    live.presence.seen(workshop_id, who["id"])
    return workshop, who


def _known_token(workshop: dict[str, Any]) -> str:
    """The key of somebody who is in already and sends the form again on the same phone."""
    token = request.cookies.get(COOKIE, "")
    who = seats_store.by_token(read(), token)
    return token if who and who["workshop_id"] == workshop["id"] else ""


def _join_page(form: Form | None, status: int = 200, workshop: dict[str, Any] | None = None) -> Any:
    return page("workshops/join.html", status=status, form=form, workshop=workshop, seat=ids.new_id())


def _refuse_code(form: Form) -> Any:
    """Wrong codes are counted, right ones are not: nobody can try them all."""
    if not guessing.admit(doors.device(request.environ)):
        form.refuse("code", _("Das waren viele falsche Codes. Bitte warte eine Minute und schau noch einmal auf die Leinwand."))
        return _join_page(form, 429)
    form.refuse("code", _("Diesen Code gibt es hier nicht. Er hat sechs Zeichen und steht auf der Leinwand."))
    return _join_page(form, 404 if request.method == "GET" else 422)


def _refuse_words(form: Form, workshop: dict[str, Any]) -> Any:
    if not guessing.admit(doors.device(request.environ)):
        form.refuse("words", _("Das waren viele Versuche. Bitte warte eine Minute oder sprich die Leitung an."))
        return _join_page(form, 429, workshop)
    form.refuse("words", _("Dieses Wortpaar kennt der Workshop nicht. Die Leitung kann nachsehen, wie deins heißt."))
    return _join_page(form, 422, workshop)


def _not_open(workshop: dict[str, Any]) -> str:
    if workshop["state"] == "prepared":
        return _("Der Workshop hat noch nicht angefangen. Bitte versuch es gleich noch einmal.")
    return _("Dieser Workshop ist zu Ende. Neu dazukommen kann niemand mehr.")
