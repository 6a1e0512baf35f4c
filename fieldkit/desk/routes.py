"""The desk over HTTP."""

from typing import Any

from flask import Blueprint

from ..doors import FACILITATOR, open_to
from ..web import page

blueprint = Blueprint("desk", __name__)


@blueprint.get("")
@open_to(FACILITATOR)
def index() -> Any:
    """What is open, what waits, how the kit is."""
    return page("error.html", title="Tisch", sentence="")
