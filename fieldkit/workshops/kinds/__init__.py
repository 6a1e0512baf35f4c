"""The registry of kinds of boards: one module, one template and one form each. A new kind is a line here."""

from . import brainstorm, checkin, dotvote, poll
from .kind import Kind

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        checkin,
        brainstorm,
        dotvote,
        poll,
    )
}
"""Name in the database -> kind, in the order facilitators choose from."""


def kind_of(board: dict) -> Kind:
    """The kind of a board; one of a newer release is shown as a list of notes."""
    return KINDS.get(board["kind"], brainstorm.KIND)
