"""The door plate: what a room stores, what may leave the device, what halls may show of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Any

from flask import Blueprint
from sqlite_utils import Migrations

STAYS, RECEIPT, DAYS = "stays", "receipt", "days"
"""How long rows are kept on the kit: for good, until the hub's receipt, or the days in kit.toml longer."""


@dataclass(frozen=True)
class Leaves:
    """A table whose rows travel to the hub, and exactly which columns of it. `id` is always one of them."""

    table: str
    columns: tuple[str, ...]
    until: str = STAYS
    """STAYS, RECEIPT or DAYS. What hangs together by references goes together or not at all."""

    @property
    def blobs(self) -> tuple[str, ...]:
        """Those of the columns that name a photo or file (blobs.py), which travels after the rows."""
        return tuple(column for column in self.columns if column.endswith("_sha256"))


@dataclass(frozen=True)
class Nav:
    """An entry in the visitors' menu."""

    label: str
    order: int
    icon: str = ""
    """Its sign on the front page: a name from templates/ui/icons.html."""
    sign: str = ""
    """What that sign says: "Ideen ansehen". Without it the room is only in the menu."""
    hint: Callable[[Connection], str] | None = None
    """The small print under it, such as how many ideas there are."""
    contribute: str = ""
    """Label of the button on the front page that leads to the room's form at `<room>.new`; none without it."""
    endpoint: str = ""
    """The visitors' page it leads to; the room's index without it."""
    when: Callable[[Connection], bool] | None = None
    """Whether it is there just now; always without it."""


@dataclass(frozen=True)
class Contribution:
    """Something a visitor left and holds a receipt code for: what the receipts hall needs to show it and give it back."""

    table: str
    label: str
    """What it is called on the receipt: "Idee", "Kommentar"."""
    by_receipt: Callable[[Connection, str], dict[str, Any] | None]
    """Receipt hash in, the contribution with its `id`, `title`, `body`, `state`, `answer`, ... or None."""
    template: str
    """The partial that shows it on the receipt page, given `mine`."""
    form: Callable[[Any], Any]
    """The posted correction in, a Form with clean data or all errors out."""
    correct: Callable[[Connection, str, dict[str, Any]], None]
    withdraw: Callable[[Connection, str], None]
    correction: str
    """The partial with the fields of a correction, given `form` (None at first) and `mine`."""
    erases: str
    """What withdrawing takes away, as a sentence."""
    endpoint: str
    """Its public page, and which of its columns says which one: `"ideas.show"`, `("idea_id", "id")`."""
    key: tuple[str, str]


@dataclass(frozen=True)
class Paper:
    """What a facilitator can type in from paper cards."""

    label: str
    template: str
    """The partial with the fields of one card."""
    form: Callable[[Any], Any]
    """The posted card in, a Form with clean data or all errors out."""
    enter: Callable[[Connection, dict[str, Any], str], str]
    """Clean data and the name of who typed it in; the id of the new record out. Repeating an id changes nothing."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """What can be ticked on a blank card: value -> label."""
    photo: bool = False
    """Whether a photo of the card may come along: the clean data then has `photo`, a JPEG, for `enter` to keep (blobs.py)."""


@dataclass(frozen=True)
class Waiting:
    """A pile on the desk: how many wait, and where to see to them."""

    label: str
    count: Callable[[Connection], int]
    endpoint: str
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Printable:
    """A kind of thing that can be printed, such as method cards."""

    kind: str
    """Its word in the URL: `methods`."""
    load: Callable[[Connection, str], dict[str, Any] | None]
    """Id in, what the sheet says in the language of the page out (see `speaking`), or None where there is no such thing."""
    template: str
    """The typst file in templates/print/."""


@dataclass(frozen=True)
class Room:
    """A room's first file makes one of these: reading it tells what the room is for."""

    name: str
    migrations: Migrations | None = None
    blueprint: Blueprint | None = None
    leaves: tuple[Leaves, ...] = ()
    nav: Nav | None = None
    everywhere: Callable[[Connection], dict[str, Any]] | None = None
    """What every page may show of this room, such as the open stop."""
    contributions: tuple[Contribution, ...] = ()
    paper: Paper | None = None
    takes_note: Callable[[Connection, dict[str, Any], str], bool] | None = None
    """Makes something of its own of a note from a workshop: `id`, `text`, `origin` (where it comes from) and who did it; whether it could.
    Repeating an id changes nothing."""
    waiting: tuple[Waiting, ...] = ()
    printables: tuple[Printable, ...] = ()
    hears: Mapping[str, Callable[[Connection, dict[str, Any]], bool]] = field(default_factory=dict)
    """What the hub may say to this room: kind -> verb(conn, piece) with the piece's `tbl`, `rid` and `payload`; whether it mattered here."""
    commands: dict[str, Callable[..., Any]] = field(default_factory=dict)
    """What the command line may ask of a running kit: name -> `command(house, progress, **arguments)`, its result JSON."""
    serving: Callable[[Any], None] | None = None
    """Work of its own while the kit serves: called once with the opened house, must return at once."""
    at_start: Callable[[Connection], tuple[str, str] | None] | None = None
    """A verb run at every start of the server: a label and a path for the terminal, or nothing."""
    rebuild: Callable[[Connection], None] | None = None
    """Brings up to date what the room makes from its rows, such as a search index, when rows came or went without its own verbs."""
    tidy: Callable[[Connection], None] | None = None
    """Takes out for good what deleting left behind in what the room makes from its rows; run soon after, when the kit is quiet."""
    demo: Callable[[Connection], None] | None = None
    """Fills the room with examples; rooms are called in the order of the floor plan."""
    demo_code: str = ""
    """A receipt code that opens one of these examples, for a newcomer to try."""
