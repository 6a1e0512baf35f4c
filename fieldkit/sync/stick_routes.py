"""The hand-over by stick in the browser: which sticks are there, how far it is, the button."""

from typing import Any

from flask import request

from .. import journal
from .. import kit as identity
from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import format_bytes
from ..i18n import gettext as _
from ..storage import media
from ..storage.media import Medium
from ..web import house, page, read, see
from . import bundle, stick_photos, store
from .routes import blueprint

JOB = "stick"


@blueprint.get("/stick")
@open_to(FACILITATOR)
def stick() -> Any:
    """Which sticks are plugged in; asks again by itself while one is written."""
    return _page(None)


@blueprint.post("/stick")
@open_to(FACILITATOR)
def write_stick() -> Any:
    """Begin to write a stick, in the background."""
    form, home = Form(request.form), house()
    chosen = form.choice("stick", [str(medium.path) for medium in _sticks()], _("Dieser Stick steckt nicht mehr."))
    if not form:
        return _page(form, 422)
    home.jobs.start(JOB, lambda progress: bundle.write(home, progress, chosen))
    return see("sync.stick")


def _sticks() -> list[Medium]:
    """What a form can name: paths in letters that exist."""
    return [medium for medium in media.mounted(house().config.media) if str(medium.path).isprintable()]


def _page(form: Form | None, status: int = 200) -> Any:
    head, confirmed = journal.head(read()), store.confirmed(read())
    return page(
        "sync/stick.html", "sync/_stick.html", status=status, form=form, hub=store.hub(read()), job=house().jobs.last(JOB),
        sticks=_sticks(), ready=bool(identity.recipients(read())), pending=head.seq - confirmed.seq, photos=len(stick_photos.wanted(house())), PHOTOS=stick_photos.WRITING,
        format_bytes=format_bytes,
    )  # fmt: skip
