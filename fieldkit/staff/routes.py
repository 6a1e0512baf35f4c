"""Signing in and out over HTTP."""

from typing import Any

from flask import Blueprint

from ..doors import VISITOR, open_to
from ..web import page

blueprint = Blueprint("staff", __name__)


@blueprint.get("/sign-in")
@open_to(VISITOR)
def sign_in() -> Any:
    """Ask for card and PIN."""
    return page("error.html", title="Anmelden", sentence="")
