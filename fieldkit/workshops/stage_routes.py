"""What the team does on a board that goes through stages, over HTTP."""

from typing import Any

from flask import abort, request

from ..doors import FACILITATOR, open_to
from ..web import read, see, write
from . import boards_store, stages_store, store
from .routes import blueprint


@blueprint.post("/<code>/boards/<board_id>/stage")
@open_to(FACILITATOR)
def go_on(code: str, board_id: str) -> Any:
    """Move a board to another stage, unless somebody else was quicker."""
    workshop = store.by_code(read(), code) or abort(404)
    board = boards_store.board(read(), board_id)
    if board is None or board["workshop_id"] != workshop["id"]:
        abort(404)
    try:
        write(stages_store.move, board_id, request.form.get("expected", ""), request.form.get("stage", ""))
    except store.Elsewhere:
        return see("workshops.lead", code=code, said="elsewhere")
    return see("workshops.lead", code=code)
