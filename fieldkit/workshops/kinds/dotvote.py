"""Dot vote: everybody has a few dots to give to notes, those of an earlier board or some typed in here."""

from collections.abc import Mapping
from typing import Any

from ...i18n import N_
from .kind import DOTS, Board, Kind, Result


def _result(board: Board, notes: list[dict[str, Any]], tallies: Mapping[str, Any]) -> Result:
    rows = [
        {
            "note": note,
            "votes": tallies[note["id"]].votes if note["id"] in tallies else 0,
            "paper": tallies[note["id"]].paper_votes if note["id"] in tallies else 0,
        }
        for note in notes
    ]
    # While people vote nothing jumps about under their finger: sorted by votes only once it is over.
    if board["locked"] or board["over"]:
        rows.sort(key=lambda row: -row["votes"])
    return {"rows": rows, "most": max((row["votes"] for row in rows), default=0), "votes": sum(row["votes"] for row in rows)}


KIND = Kind(
    "dotvote",
    N_("Punkte kleben"),
    N_("Alle verteilen Punkte auf Zettel, zum Beispiel auf die vom Brainstorm davor."),
    frozenset({DOTS}),
    _result,
    switches=("votes_each", "votes_stack", "votes_hidden"),
    works_on_notes=True,
)
