"""What makes a kind of board: data, one function that reads its results, and two templates, its own or those of a kind like it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..forms import Form
from ..i18n import gettext as _
from . import options

NOTES, DOTS, CHOICES = "notes", "dots", "choices"
"""What a board takes from participants: notes, dots on notes, or a choice that replaces the one before."""

Board = dict[str, Any]
Notes = list[dict[str, Any]]
Offer = dict[str, str]
Result = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """Something a facilitator sets on a kind: `options[name]` of the board."""

    name: str
    label: str
    hint: str = ""
    type: str = "text"
    """`text`, `lines` (entries one a line), `number`, or `pick` (one of `among`)."""
    least: int = 0
    most: int = 40
    """Bounds of a number or of how many lines; the longest text."""
    default: Any = ""
    among: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where on a board a note goes: `name` is the note's `field` (a key of `entries`), or `x` or `y` (its entries' keys are numbers).

    Without entries it is a value from 0 to 100 between `low` and `high`.
    """

    name: str
    label: str
    entries: tuple[Mapping[str, str], ...] = ()
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Stage:
    """A part of what happens on a board, which the team moves on: its key, what it is called, its minutes (0: those of the step)."""

    key: str
    label: str
    minutes: int = 0


def no_places(board: Board) -> list[Place]:
    """A kind whose notes lie all together."""
    return []


def no_note(board: Board, form: Form) -> dict[str, Any]:
    """Nothing but the text and its place."""
    return {}


def nothing(board: Board, notes: Notes) -> list[Offer]:
    """A kind whose form offers nothing to choose from."""
    return []


def no_choice(board: Board, form: Form, offers: list[Offer]) -> dict[str, int]:
    """A kind that takes no choices."""
    return {}


def any_choice(board: Board, values: Mapping[str, int]) -> bool:
    """A kind whose choices need no other limit than their form."""
    return True


def no_check(form: Form, values: dict[str, Any]) -> None:
    """A kind whose options need no second look."""


def no_stages(board: Board, notes: Notes) -> list[Stage]:
    """A kind on which everything happens at once."""
    return []


def no_seat(board: Board, who: Mapping[str, Any]) -> str:
    """A kind on which everybody may go where they like."""
    return ""


@dataclass(frozen=True)
class Kind:
    """A kind of board."""

    name: str
    label: str
    hint: str
    """One sentence that helps a facilitator to choose it."""
    takes: frozenset[str]
    """Some of NOTES, DOTS, CHOICES."""
    result: Callable[[Board, Notes, Mapping[str, Any]], Result]
    """The board, the notes that may be seen and the tallies in (target -> tally.Tally); what its template shows, out.

    `result["table"]` is the same as plain rows, with `heads` and `rows`, for protocol and exports.
    """
    page: str = ""
    """The template in templates/workshops/kinds/ that shows the result; empty: the one with the kind's name."""
    form: str = ""
    """The template that takes what people give; empty: the one with the kind's name and `_form`."""
    picture: str = ""
    """The template of its picture, a whole SVG that needs no style sheet, given `board` and `result`."""
    switches: tuple[str, ...] = ()
    """Which of forms.SWITCHES a facilitator may turn on it."""
    presets: Mapping[str, Any] = field(default_factory=dict)
    """Columns of a new board that differ from the schema's defaults."""
    settings: tuple[Setting, ...] = ()
    check: Callable[[Form, dict[str, Any]], None] = no_check
    """The facilitator's form and the options read from it in; refuses in the form what cannot be, or adds what follows from them."""
    places: Callable[[Board], list[Place]] = no_places
    """Where a note can go."""
    note: Callable[[Board, Form], dict[str, Any]] = no_note
    """A participant's form in, what else of the note follows from it out: `x`, `field`, `parent_id`."""
    passes_on: bool = False
    """Whether a note continues another one (`parent_id`), which then takes no second one."""
    offers: Callable[[Board, Notes], list[Offer]] = nothing
    """What a participant can choose from, as `key` and `label` in the language of the page; `offers` in the form's template."""
    choice: Callable[[Board, Form, list[Offer]], dict[str, int]] = no_choice
    """A participant's form and what was offered in, option -> value out."""
    fits: Callable[[Board, Mapping[str, int]], bool] = any_choice
    """Whether a choice keeps the limits of the board; asked inside the write."""
    stages: Callable[[Board, Notes], list[Stage]] = no_stages
    """What the team can move the board on to, given the notes the team sees; the first one is where it begins."""
    accepts: Callable[[Board], frozenset[str]] | None = None
    """What of `takes` it takes at its present stage, where that is not all."""
    seat: Callable[[Board, Mapping[str, Any]], str] = no_seat
    """Where a participant (with `group_place`, if they are in a group) goes first: an entry's key of the first place."""
    text_required: bool = True
    """Whether a note without words says nothing."""
    works_on_notes: bool = False
    """Whether it can take over the notes of an earlier board."""

    @property
    def template(self) -> str:
        """The page piece everybody sees."""
        return f"workshops/kinds/{self.page or self.name}.html"

    @property
    def form_template(self) -> str:
        """The participant's own part."""
        return f"workshops/kinds/{self.form or self.name + '_form'}.html"

    def options(self, form: Form) -> dict[str, Any]:
        """The facilitator's form in, the board's options out; all errors are in the form."""
        values = {setting.name: _read(form, setting) for setting in self.settings}
        self.check(form, values)
        return values

    def typed(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Options as they stand in the form again."""
        values = {one.name: given.get(one.name, one.default) for one in self.settings}
        return {name: options.typed(value) if isinstance(value, list) else str(value) for name, value in values.items()}

    def placed(self, board: Board, form: Form) -> dict[str, Any]:
        """Where a participant put their note: `field`, `x`, `y`, `parent_id` of the note."""
        found: dict[str, Any] = {}
        for place in self.places(board):
            if not place.entries:
                found[place.name] = form.number(place.name, 0, 100, 50)
                continue
            key = form.choice(place.name, options.keys(place.entries), required=_("Bitte wähle, wohin dein Zettel gehört."))
            found[place.name] = key if place.name == "field" else int(key or 0)
        return found | self.note(board, form)

    def accepted(self, board: Board) -> frozenset[str]:
        """What the board takes at its present stage."""
        return self.accepts(board) if self.accepts else self.takes


def stage(board: Board) -> str:
    """The key of the stage the team moved a board to; empty at the beginning."""
    return str(board["options"].get("stage", ""))


def _read(form: Form, setting: Setting) -> Any:
    if setting.type == "lines":
        return options.lines(form, setting.name, setting.least, setting.most)
    if setting.type == "number":
        return form.number(setting.name, setting.least, setting.most, setting.default)
    if setting.type == "pick":
        return form.choice(setting.name, setting.among) or setting.default
    return form.text(setting.name, setting.most) or setting.default
