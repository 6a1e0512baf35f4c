"""What makes a kind of board: data, one function that reads its results, and two templates of its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...forms import Form

NOTES, DOTS, CHOICES = "notes", "dots", "choices"
"""What a board takes from participants: notes, dots on notes, or a choice that replaces the one before."""

Board = dict[str, Any]
Result = dict[str, Any]


def no_options(form: Form) -> dict[str, Any]:
    """A kind without anything to set."""
    return {}


def plain_note(board: Board, form: Form) -> dict[str, Any]:
    """Nothing but the text; `field`, `x` and `y` come from kinds that have them."""
    return {}


def nothing(board: Board) -> list[dict[str, str]]:
    """A kind whose form offers nothing to choose from."""
    return []


def no_choice(board: Board, form: Form) -> dict[str, int]:
    """A kind that takes no choices."""
    return {}


@dataclass(frozen=True)
class Kind:
    """A kind of board. `templates/workshops/kinds/<name>.html` shows its result, `<name>_form.html` takes what people give."""

    name: str
    label: str
    hint: str
    """One sentence that helps a facilitator to choose it."""
    takes: frozenset[str]
    """Some of NOTES, DOTS, CHOICES."""
    result: Callable[[Board, list[dict[str, Any]], Mapping[str, Any]], Result]
    """The board, the notes that may be seen and the tallies in (target -> votes_store.Tally); what its template shows, out."""
    switches: tuple[str, ...] = ()
    """Which of forms.SWITCHES a facilitator may turn on it."""
    presets: Mapping[str, Any] = field(default_factory=dict)
    """Columns of a new board that differ from the schema's defaults."""
    options: Callable[[Form], dict[str, Any]] = no_options
    """The facilitator's form in, the board's options out; refuses in the form what cannot be."""
    settings: str = ""
    """The partial with the fields of these options, given `form` and `options`."""
    note: Callable[[Board, Form], dict[str, Any]] = plain_note
    """A participant's form in, `field`, `x` and `y` of the note out."""
    choice: Callable[[Board, Form], dict[str, int]] = no_choice
    """A participant's form in, option -> value out."""
    offers: Callable[[Board], list[dict[str, str]]] = nothing
    """What a participant can choose from, as `key` and `label` in the language of the page; `offers` in the form's template."""
    text_required: bool = True
    """Whether a note without words says nothing."""
    works_on_notes: bool = False
    """Whether it can take over the notes of an earlier board."""
