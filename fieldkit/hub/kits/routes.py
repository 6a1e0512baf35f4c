"""Kits over HTTP: which there are, how they are, and what went wrong."""

from typing import Any

from flask import Blueprint, abort

from ...doors import HUB_ADMIN, HUB_STAFF, open_to
from ...web import page, see
from .. import ingest
from ..web import hub, me
from . import store

blueprint = Blueprint("kits", __name__)


@blueprint.get("/kits")
@open_to(HUB_STAFF)
def index() -> Any:
    """Which kits have handed over what, and when."""
    with hub().db.read() as conn:
        return page("hub/kits/index.html", kits=store.everything(conn))


@blueprint.post("/kits/<kit>/revocation")
@open_to(HUB_ADMIN)
def revoke(kit: str) -> Any:
    """Take a lost kit's key away: from now on it is refused."""
    with hub().db.read() as conn:
        if ingest.one_kit(conn, kit) is None:
            abort(404)
    hub().db.write(store.revoke, kit, me().name)
    return see("kits.index")
