"""The hub's floor plan, and nothing else."""

from flask import Flask, Response
from werkzeug.exceptions import BadRequest

from .. import web, wire
from ..app import ALL as OF_THE_KIT
from ..config import folder
from ..ideas.forms import CATEGORY_LABELS, categories
from ..kept import KeptPages
from ..methods import cards as method_cards
from ..methods import catalogue, reading
from . import api
from .archive import Away, Unsuited
from .audit import routes as audit
from .central import Central
from .contacts import routes as contacts
from .dashboard import routes as dashboard
from .ideas import answering_routes as answering
from .ideas import bulk_routes as bulk
from .ideas import routes as ideas
from .ideas import template_routes as templates
from .kits import bundle_routes as bundles
from .kits import routes as kits
from .publications import card_routes as cards
from .publications import offer_routes as offers
from .publications.shelf import Craft
from .receipts import routes as receipts
from .team import routes as team
from .workshops import routes as workshops

COOKIE = "feldkit-hub"  # not the kit's: on one machine both have the same host, and cookies know no ports
BODY_LIMIT = wire.MOST_BYTES + 100_000  # bytes; a batch that does not shrink when it is packed


def create_hub(central: Central) -> Flask:
    """The hub's web application, over an opened hub."""
    app = Flask("fieldkit", template_folder=str(folder("templates")), static_folder=None)
    app.extensions["house"] = central
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_LIMIT, MAX_FORM_PARTS=100,
        HOME="dashboard.index", SIGN_IN="team.sign_in", LAYOUT="hub/base.html", COOKIE=COOKIE,
    )  # fmt: skip
    app.url_map.strict_slashes = False
    web.furnish(app)
    app.jinja_env.globals |= {"CATEGORIES": CATEGORY_LABELS, "categories": categories}
    app.register_error_handler(Away, _away)
    app.register_error_handler(Unsuited, lambda _: app.handle_user_exception(BadRequest()))
    app.extensions[receipts.PLATES] = {plate.table: plate for room in OF_THE_KIT for plate in room.contributions}
    app.extensions[cards.CRAFT] = Craft(catalogue.shipped, method_cards.read_text, reading.words_for_cards)
    app.register_blueprint(api.blueprint, url_prefix="/api/v1")
    for room in (
        dashboard,
        ideas,
        answering,
        bulk,
        templates,
        kits,
        bundles,
        cards,
        offers,
        workshops,
        contacts,
        receipts,
        team,
        audit,
    ):
        app.register_blueprint(room.blueprint)
    return app


def _away(_: Away) -> Response:
    """Not a page of the house: those ask the database who is signed in."""
    sentence = "Die Datenbank des Hubs antwortet gerade nicht. Bitte versuch es gleich noch einmal; geh dafür zurück, dein Text ist noch da."
    return Response(sentence, 503, {"Retry-After": "10"}, mimetype="text/plain")


def create_wsgi(central: Central) -> KeptPages:
    """Everything that answers on the hub's port."""
    return KeptPages(create_hub(central).wsgi_app, central.db, central.assets)
