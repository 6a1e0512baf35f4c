"""Dot vote: everybody has a few dots to give to notes, those of an earlier board or some typed in here."""

from collections.abc import Mapping
from typing import Any

from ..i18n import N_
from ..i18n import gettext as _
from . import tables
from .kind import DOTS, Board, Kind, Notes, Result


def dotted(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    """Notes with what they got."""
    rows = [
        {
            "note": note,
            "votes": tallies[note["id"]].votes if note["id"] in tallies else 0,
            "paper": tallies[note["id"]].paper_votes if note["id"] in tallies else 0,
        }
        for note in notes
    ]
    # While people vote nothing jumps about under their finger: sorted by votes only once it is over.
    if tables.is_over(board):
        rows.sort(key=lambda row: -row["votes"])
    heads = [_("Zettel"), _("Punkte"), _("davon auf Papier")]
    table = {"heads": heads, "rows": [[tables.words(row["note"]), row["votes"], row["paper"]] for row in rows]}
    most = max((row["votes"] for row in rows), default=0)
    return {"rows": rows, "most": most, "votes": sum(row["votes"] for row in rows), "table": table}


KIND = Kind(
    "dotvote",
    N_("Punkte kleben"),
    N_("Alle verteilen Punkte auf Zettel, zum Beispiel auf die vom Brainstorm davor."),
    frozenset({DOTS}),
    dotted,
    switches=("votes_each", "votes_stack", "votes_hidden"),
    works_on_notes=True,
)
