"""Receipts over HTTP."""

from typing import Any

from flask import Blueprint, abort, request

from .. import tickets
from ..doors import VISITOR, open_to
from ..web import house, page

blueprint = Blueprint("receipts", __name__)


@blueprint.get("")
@open_to(VISITOR)
def index() -> Any:
    """The form for a code."""
    return page("error.html", title="Beleg", sentence="")


@blueprint.get("/issued")
@open_to(VISITOR)
def issued() -> Any:
    """«Danke»: the contribution is stored, this is its code."""
    try:
        ticket = house().office.read(request.args.get("ticket", ""))
    except tickets.Unreadable:
        abort(404)
    return page("receipts/issued.html", code=ticket.code)
