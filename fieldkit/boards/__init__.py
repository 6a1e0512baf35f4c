"""The registry of kinds of boards, in the order facilitators choose from. A new kind is a line here.

Kit and hub read the results of a board by the same kind; neither a database nor a page is known here.
"""

from . import (
    brainstorm,
    budget,
    canvas,
    chain,
    checkin,
    cluster,
    dotvote,
    leancoffee,
    matrix,
    onetwofour,
    poll,
    questions,
    ranking,
    rings,
    scale,
    timeline,
    worldcafe,
)
from .kind import NOTES, Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        checkin.KIND,
        brainstorm.KIND,
        cluster.KIND,
        dotvote.KIND,
        poll.KIND,
        scale.KIND,
        scale.CONSENSING,
        ranking.KIND,
        budget.KIND,
        questions.KIND,
        matrix.KIND,
        canvas.KIND,
        timeline.KIND,
        rings.KIND,
        chain.KIND,
        onetwofour.KIND,
        leancoffee.KIND,
        worldcafe.KIND,
    )
}
"""Name in the database -> kind."""


def kind_of(board: dict) -> Kind:
    """The kind of a board; one of a newer release is shown as a list of notes."""
    return KINDS.get(board["kind"], brainstorm.KIND)


def gathered(boards: list[dict]) -> list[dict]:
    """The boards of a protocol, in which every note stands once: without the groups' copies whose notes hang on the board for everybody.

    Where groups only voted or chose, both stay: what each group gave, and all of it together.
    """
    mothers = {board["step_id"] for board in boards if not board["group_id"]}
    return [b for b in boards if not (b["group_id"] and b["step_id"] in mothers and NOTES in kind_of(b).takes)]
