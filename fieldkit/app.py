"""The floor plan: which rooms and halls a kit has, and nothing else."""

from flask import Flask

from . import desk, ideas, kiosk, methods, offers, ops, portal, printing, receipts, staff, stops, sync, web, workshops
from .config import folder
from .house import House
from .kept import KeptPages
from .portal.frontdoor import FrontDoor

# A room may join tables of the rooms before it.
ROOMS = (staff.ROOM, stops.ROOM, methods.ROOM, ideas.ROOM, offers.ROOM, workshops.ROOM, printing.ROOM)
HALLS = (portal.ROOM, kiosk.ROOM, receipts.ROOM, desk.ROOM, sync.ROOM, ops.ROOM)
ALL = ROOMS + HALLS


def create_app(house: House) -> Flask:
    """The kit's web application, over an opened house."""
    app = Flask("fieldkit", template_folder=str(folder("templates")), static_folder=None)
    app.request_class = web.FormsInMemory
    app.extensions["house"] = house
    app.config.update(MAX_CONTENT_LENGTH=web.BODY_LIMIT, MAX_FORM_PARTS=100, HOME="portal.home", SIGN_IN="staff.sign_in")
    app.config["STAFF_IN_THE_CLEAR"] = house.config.desk_over_plain_wifi
    app.url_map.strict_slashes = False
    web.furnish(app)
    for room in house.rooms:
        if room.blueprint:
            app.register_blueprint(room.blueprint, url_prefix=None if room.name == "portal" else f"/{room.name}")
    return app


def create_wsgi(house: House) -> FrontDoor:
    """Everything that answers on the kit's port: the front door, what is kept and static, then the application."""
    app = create_app(house)
    return FrontDoor(KeptPages(app.wsgi_app, house.db, house.assets), house.config, app.extensions["portal"])
