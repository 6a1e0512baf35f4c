"""Matrix: every note has two values; both axes are named by the facilitator."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..i18n import N_
from ..i18n import gettext as _
from . import tables
from .brainstorm import NOTE_SWITCHES
from .kind import NOTES, Board, Kind, Notes, Place, Result, Setting

AXES = {
    "x_label": N_("Aufwand"),
    "x_low": N_("wenig"),
    "x_high": N_("viel"),
    "y_label": N_("Wirkung"),
    "y_low": N_("gering"),
    "y_high": N_("groß"),
}
SIZE, SPOT, BESIDE = 400, 22, 46
"""Of the field in the picture, the radius of a number in it, and how far apart notes of the same place are."""


def axes(board: Board) -> dict[str, str]:
    """What the axes and their ends are called; ours in the language of the page."""
    return {name: board["options"].get(name) or _(label) for name, label in AXES.items()}


def _places(board: Board) -> list[Place]:
    named = axes(board)
    return [Place(a, named[f"{a}_label"], low=named[f"{a}_low"], high=named[f"{a}_high"]) for a in ("x", "y")]


def _result(board: Board, notes: Notes, tallies: Mapping[str, Any]) -> Result:
    named = axes(board)
    taken: Counter[tuple[int, int]] = Counter()
    rows = []
    for number, note in enumerate(notes, 1):
        x, y = (50 if note[axis] is None else note[axis] for axis in ("x", "y"))
        across, down = _beside(taken[x, y], x, y)
        taken[x, y] += 1
        spot = {"number": number, "cx": _within(x * SIZE / 100 + across), "cy": _within(SIZE - y * SIZE / 100 + down)}
        rows.append({"note": note, "x": x, "y": y, **spot, "where": _where(named, x, y)})
    heads = ["", _("Zettel"), named["x_label"], named["y_label"], _("Feld")]
    table = {"heads": heads, "rows": [[r["number"], tables.words(r["note"]), r["x"], r["y"], r["where"]] for r in rows]}
    return {"axes": named, "rows": rows, "size": SIZE, "spot": SPOT, "table": table}


def _where(named: Mapping[str, str], x: int, y: int) -> str:
    """The quarter a note lies in, in words."""
    return _(
        "%(x)s: %(across)s, %(y)s: %(up)s",
        x=named["x_label"],
        across=named["x_high"] if x > 50 else named["x_low"] if x < 50 else _("mittel"),
        y=named["y_label"],
        up=named["y_high"] if y > 50 else named["y_low"] if y < 50 else _("mittel"),
    )


def _beside(nth: int, x: int, y: int) -> tuple[int, int]:
    """The nth note at the same place lies beside the first, towards the middle: in rows of four."""
    across, down = (nth % 4) * BESIDE, (nth // 4) * BESIDE
    return -across if x > 50 else across, -down if y < 50 else down


def _within(at: float) -> int:
    return round(max(SPOT + 1, min(SIZE - SPOT - 1, at)))


KIND = Kind(
    "matrix",
    N_("Matrix"),
    N_("Jeder Zettel bekommt zwei Werte, zum Beispiel Aufwand und Wirkung."),
    frozenset({NOTES}),
    _result,
    form="note_form",
    picture="workshops/kinds/matrix.svg",
    switches=NOTE_SWITCHES,
    presets={"max_length": 80},
    settings=tuple(
        Setting(name, label, hint, most=24)
        for name, label, hint in (
            ("x_label", N_("Waagerechte Achse"), N_("Leer: Aufwand, von wenig bis viel.")),
            ("x_low", N_("Ganz links heißt"), ""),
            ("x_high", N_("Ganz rechts heißt"), ""),
            ("y_label", N_("Senkrechte Achse"), N_("Leer: Wirkung, von gering bis groß.")),
            ("y_low", N_("Ganz unten heißt"), ""),
            ("y_high", N_("Ganz oben heißt"), ""),
        )
    ),
    places=_places,
)
