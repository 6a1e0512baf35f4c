"""Chain: a note answers the one before. Five times "Warum?", or sheets that are passed on (6-3-5)."""

from collections.abc import Mapping
from typing import Any

from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from . import tables
from .brainstorm import NOTE_SWITCHES
from .kind import NOTES, Board, Kind, Notes, Offer, Result, Setting

WHY, PASS = "why", "pass"
MODES = {WHY: N_("Fünf Warum: jede Antwort wird weiter gefragt"), PASS: N_("Weitergeben (6-3-5): jeder Zettel wird ergänzt")}


def links(note: dict[str, Any]) -> Notes:
    """A chain from its first note on."""
    return [note, *(link for child in note["children"] for link in links(child))]


def _offers(board: Board, notes: Notes) -> list[Offer]:
    """The ends that can be continued, shortest chain first."""
    chains = sorted(map(links, notes), key=len)
    return [
        {"key": chain[-1]["id"], "label": chain[-1]["text"]} for chain in chains if len(chain) < board["options"].get("steps", 5)
    ]


def _note(board: Board, form: Form) -> dict[str, Any]:
    return {"parent_id": form.posted.get("parent_id") or None}


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    steps = board["options"].get("steps", 5)
    chains = [{"links": links(note), "open": len(links(note)) < steps} for note in notes]
    rows = [
        [number, step, tables.signed(link)]
        for number, chain in enumerate(chains, 1)
        for step, link in enumerate(chain["links"], 1)
    ]
    table = {"heads": [_("Kette"), _("Schritt"), _("Zettel")], "rows": rows}
    return {"chains": chains, "steps": steps, "why": board["options"].get("mode") != PASS, "table": table}


KIND = Kind(
    "chain",
    N_("Kette"),
    N_("Ein Zettel führt den anderen weiter: Fünf Warum oder Weitergeben (6-3-5)."),
    frozenset({NOTES}),
    _result,
    switches=NOTE_SWITCHES,
    settings=(
        Setting("mode", N_("Wie geht es weiter?"), type="pick", default=WHY, among=MODES),
        Setting("steps", N_("Glieder einer Kette, höchstens"), type="number", least=2, most=12, default=6),
    ),
    note=_note,
    passes_on=True,
    offers=_offers,
)
