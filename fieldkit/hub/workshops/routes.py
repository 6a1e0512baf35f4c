"""Workshops over HTTP, for the staff of the hub: all of them, and what came of one."""

from typing import Any

from flask import Blueprint, abort

from ...doors import HUB_READ, open_to
from ...web import page
from ..web import hub
from . import store

blueprint = Blueprint("workshops", __name__)


@blueprint.get("/workshops")
@open_to(HUB_READ)
def index() -> Any:
    """All workshops, newest first."""
    with hub().db.read() as conn:
        return page("hub/workshops/index.html", workshops=store.listing(conn))


@blueprint.get("/workshops/<kit>/<rid>")
@open_to(HUB_READ)
def show(kit: str, rid: str) -> Any:
    """What came of one."""
    with hub().db.read() as conn:
        return page("hub/workshops/show.html", workshop=store.one(conn, kit, rid) or abort(404))
