"""The front page, the page a phone opens by itself, and how the portal behaves, over HTTP."""

from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup

from .. import __version__, doors, i18n
from ..doors import FACILITATOR, VISITOR, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..web import everywhere, house, may_ask_for_contact, menu, page, person, read, see, way
from . import probes
from .threshold import Threshold

blueprint = Blueprint("portal", __name__)

GREETED = ("de", "en", "de-simple")
"""The languages of the page that opens by itself; it has room for three."""


@blueprint.record_once
def _lay(state: BlueprintSetupState) -> None:
    state.app.extensions["portal"] = Threshold(state.app.extensions["house"].db)


@blueprint.get("/")
@open_to(VISITOR)
def home() -> Any:
    """What this is, today's question, and a signpost to the rooms."""
    hints = {endpoint: nav.hint(read()) for nav, endpoint in menu() if nav.hint}
    return page("portal/home.html", keep=True, hints=hints)


@blueprint.get("/start")
@open_to(VISITOR)
def start() -> Any:
    """What phones open by themselves in this Wi-Fi: in several languages at once, the phone's own first, and one large «Weiter»."""
    spoken = i18n.current() if i18n.current() in GREETED else "de"
    others = [code for code in GREETED if code != spoken]
    greetings = [_greeting(spoken, first=True), *(_greeting(code, first=False) for code in others)]
    return page("portal/start.html", keep=True, greetings=greetings, others=others)


@blueprint.get("/start/ok")
@open_to(VISITOR)
def go_on() -> Any:
    """«Weiter»: from now on this device is told that all is well. A plain link, which every small browser can follow."""
    threshold().confirm(doors.phone(request.environ))
    response = see("portal.home")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/about")
@open_to(VISITOR)
def about() -> Any:
    """What the kit knows about visitors, and how it is protected."""
    return page("portal/about.html", way=way(), asks_for_contact=may_ask_for_contact())


@blueprint.get("/portal")
@open_to(FACILITATOR)
def settings() -> Any:
    """What happens when somebody joins the Wi-Fi, and how a screen is set up."""
    return _settings_page(None)


@blueprint.post("/portal")
@open_to(FACILITATOR)
def switch() -> Any:
    """Choose what happens."""
    form = Form(request.form)
    mode = form.choice("mode", probes.MODES, _("Bitte such eine der drei Möglichkeiten aus."))
    if not form:
        return _settings_page(form, 422)
    someone = person()
    threshold().switch(mode, someone.name if someone else "")
    return see("portal.settings", saved="yes")


@blueprint.get("/healthz")
@open_to(VISITOR)
def healthz() -> Any:
    """Whether the kit is well enough to read its database, for scripts and for the people who look after it."""
    stop = everywhere("stop")
    state = {"ok": True, "version": __version__, "kit": house().kit.id, "stop": stop["place"] if stop else None}
    return state, {"Cache-Control": "no-store"}


def threshold() -> Threshold:
    """What the front door of this kit knows by heart."""
    return current_app.extensions["portal"]


def _greeting(language: str, first: bool) -> Markup:
    with i18n.speaking(language):
        text = render_template("portal/_greeting.html", spoken=language, first=first, address=house().config.address)
    return Markup(text)  # noqa: S704 - rendered by a template that escapes


def _settings_page(form: Form | None, status: int = 200) -> Any:
    saved = request.args.get("saved") == "yes"
    return page(
        "portal/settings.html", status=status, form=form, mode=threshold().mode, saved=saved, address=house().config.address
    )
