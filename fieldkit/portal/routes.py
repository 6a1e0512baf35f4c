"""The front page over HTTP."""

from typing import Any

from flask import Blueprint

from .. import __version__
from ..doors import VISITOR, open_to
from ..web import everywhere, house, page, read

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
@open_to(VISITOR)
def home() -> Any:
    """What this is, today's question, and a signpost to the rooms."""
    signed = sorted((room for room in house().rooms if room.nav and room.nav.sign), key=lambda room: room.nav.order)
    hints = {room.name: room.nav.hint(read()) for room in signed if room.nav.hint}
    return page("portal/home.html", keep=True, signed=signed, hints=hints)


@blueprint.get("/about")
@open_to(VISITOR)
def about() -> Any:
    """What the kit knows about visitors, and how it is protected."""
    return page("portal/about.html", keep=True)


@blueprint.get("/healthz")
@open_to(VISITOR)
def healthz() -> Any:
    """Whether the kit is well enough to read its database, for scripts and for the people who look after it."""
    stop = everywhere("stop")
    state = {"ok": True, "version": __version__, "kit": house().kit.id, "stop": stop["place"] if stop else None}
    return state, {"Cache-Control": "no-store"}
