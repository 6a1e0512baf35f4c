"""The kiosk over HTTP: a frame around the visitors' pages."""

from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup

from .. import entrance, i18n
from ..doors import VISITOR, open_to
from ..web import HEADERS, page, person, see

blueprint = Blueprint("kiosk", __name__)

WARNING, RESET = 30, 60  # seconds of silence until we ask, and until everything is cleared


@blueprint.get("")
@open_to(VISITOR)
def index() -> Any:
    """The screen for one visitor after the other; whoever is signed in is asked to sign out first."""
    warnings = {language: _warning(language) for language in i18n.offered()}
    response = page("kiosk/signed_in.html" if person() else "kiosk/index.html", warnings=warnings, seconds=(WARNING, RESET))
    # Whatever is linked or posted in the frame: it cannot leave this kit. The kiosk itself may not be framed.
    response.headers["Content-Security-Policy"] = f"{HEADERS['Content-Security-Policy']}; frame-src 'self'"
    return response


@blueprint.post("")
@open_to(VISITOR)
def begin() -> Any:
    """Sign out on this device, then show the kiosk."""
    return entrance.end(see("kiosk.index"))


def _warning(language: str) -> Markup:
    """The question whether somebody is still there, in the language they were reading."""
    with i18n.speaking(language):
        return Markup(render_template("kiosk/_warning.html", left=RESET - WARNING))  # noqa: S704 - rendered by a template that escapes
