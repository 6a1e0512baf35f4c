"""What the projector shows, over HTTP: the same as the phones, large, with the way in beside it. It only looks.

Open to whoever knows the code: what stands there hangs on the wall of the room, and what is hidden is withheld here as on every phone.
"""

from typing import Any

from flask import Response, abort, request

from .. import doors
from ..boards import kind_of
from ..doors import VISITOR, open_to
from ..i18n import gettext as _
from ..web import house, page, part_wanted, read
from . import cloud, live, notes_store, standing, store
from .board_routes import shown
from .routes import blueprint, guessing
from .standing import Standing


@blueprint.get("/<code>/beamer")
@open_to(VISITOR)
def beamer(code: str) -> Any:
    """The projector: question, time, board, and how to join; 204 when nothing changed, without touching the database."""
    workshop_id = live.memory.ask(("code", code), "", lambda: (store.by_code(read(), code) or {}).get("id"))
    if workshop_id is None:
        abort(404 if guessing.admit(doors.device(request.environ)) else 429)
    now = standing.look(read, workshop_id) or abort(404)
    here = len(live.presence.here(workshop_id)) if request.args.get("count") == "1" else None
    asked = request.args.get("version") if part_wanted() else None
    if asked == _version(now, here):
        return Response(status=204)
    found = shown(now, standing.BEAMER)
    version = _version(found["now"], here)
    if asked == version:
        return Response(status=204)
    return page(
        "workshops/beamer.html", "workshops/_beamer.html", workshop=now.workshop, version=version, here=here, every=live.BEAMER,
        heading=_heading(now), address=house().config.address, cloud=_cloud(now), moved=False, **found,
    )  # fmt: skip


def _version(now: Standing, here: int | None) -> str:
    """What the wall shows, which may be a moment older than what there is: it must ask with that to learn of the rest."""
    return now.version if here is None else f"{now.version}-{here}"


def _heading(now: Standing) -> str:
    """What stands largest: the question, as long as there is one to answer."""
    if now.workshop["state"] in ("closed", "ended"):
        return _("Danke fürs Mitmachen!")
    if now.board and now.board["question"]:
        return now.board["question"]
    return (now.step or now.workshop)["title"]


def _cloud(now: Standing) -> list[cloud.Word]:
    """Words that several people used, where notes lie as they came and everybody may see them."""
    if now.board is None or now.board["hidden"] or kind_of(now.board).name not in cloud.KINDS:
        return []
    notes = notes_store.seen(read(), now.board, live.ROOM)
    return cloud.words(note["text"] for one in notes for note in (one, *one["children"]))
