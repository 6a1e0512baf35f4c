"""Offers over HTTP."""

from typing import Any

from flask import Blueprint

from ..doors import VISITOR, open_to
from ..web import page, read
from . import store

blueprint = Blueprint("offers", __name__)


@blueprint.get("")
@open_to(VISITOR)
def index() -> Any:
    """What the city runs already: before something is asked here twice."""
    return page("offers/index.html", keep=True, offers=store.offers(read()))
