"""The hub's first page, and its pulse."""

from typing import Any

from flask import Blueprint, jsonify

from ...doors import HUB_STAFF, VISITOR, open_to
from ...web import see
from ..kits import store as kits_store
from ..web import hub

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/healthz")
@open_to(VISITOR)
def health() -> Any:
    """For whoever watches over the hub."""
    with hub().db.read() as conn:
        return jsonify(ok=True, kits=len(kits_store.everything(conn)))


@blueprint.get("/")
@open_to(HUB_STAFF)
def index() -> Any:
    """Straight to the ideas."""
    return see("ideas.index")
