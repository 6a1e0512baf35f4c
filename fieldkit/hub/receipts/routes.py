"""Receipts at home over HTTP. The code is the key and stands in the address; nothing is remembered between two requests.

How a contribution is called, corrected and erased is on the door plate of the kit's room.
"""

from typing import Any

from flask import Blueprint, Response, current_app, request

from ... import doors, ids, tickets
from ...doors import VISITOR, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...receipts import forms
from ...room import Contribution
from ...web import page, see
from ..web import hub
from . import store

blueprint = Blueprint("receipts", __name__, url_prefix="/r")

# As on a kit. Guessing 54 random bits is hopeless anyway; this keeps the slow hashes from filling the processor.
trying = doors.Throttle(each=10, overall=60, seconds=60)

PLATES = "contributions"
"""The extension of the application with the door plates: table -> plate."""


@blueprint.after_request
def _not_for_search_engines(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("")
@open_to(VISITOR)
def index() -> Any:
    """The form for a code."""
    return page("hub/receipts/index.html", form=None)


@blueprint.post("")
@open_to(VISITOR)
def look_up() -> Any:
    """To the page of the code that was typed. Costs no slow hash."""
    form = forms.code_form(request.form)
    return see("receipts.show", code=form.data["code"]) if form else page("hub/receipts/index.html", status=422, form=form)


@blueprint.get("/<code>")
@open_to(VISITOR)
def show(code: str) -> Any:
    """What became of a contribution."""
    mine, problem = _open(code)
    return _show(code, mine) if mine else problem


@blueprint.post("/<code>/correction")
@open_to(VISITOR)
def correct(code: str) -> Any:
    """Replace the words of a contribution with better ones."""
    mine, problem = _open(code)
    if not mine:
        return problem
    form = _plate(mine).form(request.form)
    if not form:
        return _show(code, mine, form)
    hub().db.write(store.correct, hub().signing_key, mine, form.data)
    return see("receipts.show", code=ids.read_code(code), done="corrected")


@blueprint.post("/<code>/withdrawal")
@open_to(VISITOR)
def withdraw(code: str) -> Any:
    """Ask once, then erase."""
    mine, problem = _open(code)
    if not mine:
        return problem
    if request.form.get("confirm") != "yes":
        return page("hub/receipts/withdraw.html", code=ids.read_code(code), plate=_plate(mine), mine=mine)
    hub().db.write(store.withdraw, hub().signing_key, mine)
    return see("receipts.withdrawn")


@blueprint.get("/withdrawn")
@open_to(VISITOR)
def withdrawn() -> Any:
    """It is gone."""
    return page("hub/receipts/withdrawn.html")


def _open(code: str) -> tuple[dict[str, Any] | None, Any]:
    """What the code opens, or the page that says why it opens nothing."""
    form = forms.code_form({**request.form, "code": code})
    if not form:
        return None, page("hub/receipts/index.html", status=404, form=form)
    if not trying.admit(doors.device(request.environ)):
        form.refuse("code", _("Das waren gerade viele Versuche. Bitte warte eine Minute und drück dann noch einmal."))
        words = [words for name, words in request.form.items() if name != "confirm" and words.strip()]
        return None, page("hub/receipts/index.html", status=429, form=form, words=words)
    receipt = tickets.receipt_of(form.data["code"])
    with hub().db.read() as conn:
        mine = store.by_receipt(conn, receipt)
    if mine and mine["tbl"] in current_app.extensions[PLATES]:
        return mine, None
    form.refuse(
        "code",
        _("Unter diesem Code liegt hier noch nichts. Was auf dem Platz entsteht, kommt meist nach ein paar Tagen hier an."),
    )
    return None, page("hub/receipts/index.html", status=404, form=form)


def _plate(mine: dict[str, Any]) -> Contribution:
    return current_app.extensions[PLATES][mine["tbl"]]


def _show(code: str, mine: dict[str, Any], form: Form | None = None) -> Any:
    status = 200 if form is None else 422
    return page("hub/receipts/show.html", status=status, code=ids.read_code(code), plate=_plate(mine), mine=mine, form=form)
