"""The door plate: what a room stores, what may leave the device, what halls may show of it."""

from collections.abc import Callable
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from flask import Blueprint
from sqlite_utils import Migrations


@dataclass(frozen=True)
class Leaves:
    """A table whose rows travel to the hub, and exactly which columns of it. `id` is always one of them."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Nav:
    """An entry in the visitors' menu."""

    label: str
    order: int


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


@dataclass(frozen=True)
class Waiting:
    """A pile on the desk: how many wait, and where to see to them."""

    label: str
    count: Callable[[Connection], int]
    endpoint: str
    query: tuple[tuple[str, str], ...] = ()


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
    waiting: tuple[Waiting, ...] = ()
    demo: Callable[[Connection], None] | None = None
    """Fills the room with examples; rooms are called in the order of the floor plan."""
