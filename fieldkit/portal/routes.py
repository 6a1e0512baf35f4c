"""The front page over HTTP."""

from typing import Any

from flask import Blueprint

from ..doors import VISITOR, open_to
from ..web import page

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
@open_to(VISITOR)
def home() -> Any:
    """What this is, today's question, and the way on."""
    return page("portal/home.html", keep=True)


@blueprint.get("/about")
@open_to(VISITOR)
def about() -> Any:
    """What the kit knows about visitors, and how it is protected."""
    return page("portal/about.html", keep=True)
