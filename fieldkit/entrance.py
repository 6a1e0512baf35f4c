"""Signing in and out over HTTP, the same at kit and hub."""

import re
from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for

from . import credentials, doors
from .forms import Form
from .gate import Gate, Wrong
from .web import cookie, house

Show = Callable[[Form, int, str], Any]
"""Shows the sign-in form: the form, the status, and the card of whoever scanned one."""


def enter(gate: Gate, show: Show, home: str) -> Any:
    """Compare the card and PIN that were posted: on to `home` or where the person wanted to go, or the form with what is wrong."""
    form = credentials.sign_in_form(request.form)
    # Whoever scanned stays on the short form, whatever goes wrong.
    card = form.data["card"] if request.form.get("scanned") else ""
    if not form:
        return show(form, 422, card)
    try:
        someone = gate.enter(house().db, form.data["card"], form.data["pin"], doors.device(request.environ))
    except Wrong as refusal:
        form.refuse(refusal.field, str(refusal))
        response = show(form, refusal.status, card)
        if refusal.seconds:
            response.headers["Retry-After"] = str(refusal.seconds)
        return response
    return begin(someone, redirect(wanted() or url_for(home), 303))


def begin(someone: doors.Person, response: Any) -> Any:
    """Sign somebody in with this answer; an earlier session on this device ends."""
    sessions, name = house().sessions, cookie()
    sessions.end(request.cookies.get(name))
    response.set_cookie(name, sessions.begin(someone), path="/", httponly=True, samesite="Strict", secure=request.is_secure)
    return response


def end(response: Any) -> Any:
    """Sign out with this answer, and take the cookie back."""
    name = cookie()
    house().sessions.end(request.cookies.get(name))
    response.delete_cookie(name, path="/", secure=request.is_secure)
    return response


def wanted() -> str:
    """Where somebody wanted to go before we asked who it is; nothing unless it is a page of ours."""
    then = request.values.get("then", "")
    return then if own_path(then) else ""


def own_path(then: str) -> bool:
    r"""Whether an address is a path on this server and nothing else: browsers read `//host`, `/\host` and `/<tab>/host` as other sites."""
    return re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", then) is not None
