"""The copies over HTTP: the stick that stays in the kit, what was purged, what lies set aside, and what staff must hear."""

from typing import Any

from flask import abort, request

from .. import notices
from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import format_bytes
from ..i18n import gettext as _
from ..ops import purge
from ..storage import media, rescue, snapshots
from ..storage.media import Medium
from ..storage.second_copy import NotPossible
from ..web import house, page, person, read, see, write
from .routes import blueprint


@blueprint.get("/copies")
@open_to(FACILITATOR)
def copies() -> Any:
    """How many copies there are, and which medium could hold the second."""
    return _page(None)


@blueprint.post("/copies")
@open_to(FACILITATOR)
def take_medium() -> Any:
    """Make a stick the one with the second copy."""
    form = Form(request.form)
    chosen = form.choice("medium", [str(medium.path) for medium in _media()], _("Dieser Stick steckt nicht mehr."))
    if form:
        try:
            house().copies.second.make(next(medium.path for medium in _media() if str(medium.path) == chosen))
            return see("desk.copies")
        except NotPossible as reason:
            form.refuse("medium", str(reason))
    return _page(form, 422)


@blueprint.post("/copies/aside")
@open_to(FACILITATOR)
def remove_aside() -> Any:
    """Delete for good what a rescue or a restore had set aside."""
    try:
        rescue.remove_aside(house().config.home, request.form.get("folder", ""))
    except KeyError:
        abort(404)
    return see("desk.copies")


@blueprint.post("/notices/<int:notice_id>")
@open_to(FACILITATOR)
def settle(notice_id: int) -> Any:
    """Somebody has seen to it."""
    someone = person()
    write(notices.settle, notice_id, someone.name if someone else "")
    return see("desk.index")


def _media() -> list[Medium]:
    """What could hold a second copy: not the kit's own disk, and only what a form can name."""
    home = house().config.home
    found = [medium for medium in media.mounted(house().config.media) if medium.writable and str(medium.path).isprintable()]
    return [medium for medium in found if not media.same_disk(medium.path, home)]


def _page(form: Form | None, status: int = 200) -> Any:
    home = house()
    backups = snapshots.newest_first(home.config.home / "backups")
    return page(
        "desk/copies.html", status=status, form=form, standing=home.copies.second.standing(), media=_media(),
        backed_up=snapshots.made_at(backups[0]) if backups else None, trouble=home.copies.backups().trouble,
        aside=rescue.aside(home.config.home), purges=purge.report(read()), days=home.config.purge_days,
        names=purge.NAMES, format_bytes=format_bytes,
    )  # fmt: skip
