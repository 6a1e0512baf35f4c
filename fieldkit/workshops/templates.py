"""Workshops to begin with: ten and more in data/workshops, in our own words, and any method card.

A template says what a facilitator would type into the forms, field by field, and is read by the same forms: what they refuse cannot be in one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .. import config, ids
from ..boards import KINDS, kind_of
from ..boards.kind import NOTES
from . import forms

FOLDER = config.folder("data") / "workshops"

BOARDS_OF_CARDS = {
    "columns": "brainstorm", "matrix2x2": "matrix", "persona": "canvas", "sheet": "canvas", "tables": "worldcafe", "tree": "cluster",
    "map": "brainstorm",
}  # fmt: skip
"""What a method card calls a board, where the kind is called otherwise; one without a kind is a step without a board."""

Steps = list[tuple[dict[str, Any], dict[str, Any] | None]]


@dataclass(frozen=True)
class Template:
    """A workshop to begin with."""

    slug: str
    title: str
    short: str
    goal: str
    steps: tuple[Mapping[str, Any], ...]
    """What would be typed in for each: `title`, `minutes`, `note`, `kind`, `question`, `method`, `from` (the number of the step whose notes are
    worked on) and the fields of the kind."""

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(int(step["minutes"]) for step in self.steps)


@cache
def shelf() -> dict[str, Template]:
    """All templates that came with this release, by slug, in the order of their files' names."""
    return {path.stem.partition("-")[2]: read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def read(path: Path) -> Template:
    """One template from its file, such as `03-ideen-finden.yaml`."""
    text = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Template(path.stem.partition("-")[2], text["title"], text["short"], text["goal"], tuple(text["steps"]))


def from_card(card: Mapping[str, Any]) -> Template:
    """A method card, as it is printed, as a workshop: its steps with their minutes, what to say as notes for the facilitator."""
    steps: list[dict[str, Any]] = []
    for step in card["steps"]:
        note = "\n".join(f"„{piece['text']}“" if piece["said"] else piece["text"] for piece in step["pieces"])
        board = BOARDS_OF_CARDS.get(step["board"], step["board"])
        one = {"title": step["title"], "minutes": step["minutes"], "note": note[: forms.GUIDE], "method": card["id"]}
        one["kind"] = board if board in KINDS else forms.NO_BOARD
        if one["kind"] != forms.NO_BOARD and KINDS[one["kind"]].works_on_notes:
            one["from"] = next((n for n, before in reversed(list(enumerate(steps, 1))) if _has_notes(before)), 0)
        steps.append(one)
    return Template(card["id"], card["title"], card["short"], "", tuple(steps))


def made(template: Template) -> Steps:
    """The steps of a template with their boards, with ids of their own, as store.create takes them. Raises ValueError for what cannot be."""
    boards = {number: ids.new_id() for number in range(1, len(template.steps) + 1)}
    sources = {board: number for number, board in boards.items()}
    found: Steps = []
    for number, given in enumerate(template.steps, 1):
        kind = KINDS.get(given["kind"])
        typed = {name: _typed(value) for name, value in given.items()} | {"source_id": boards.get(given.get("from", 0), "")}
        form = forms.step_form(kind, {**_preset(kind), **typed}, sources)
        if not form:
            raise ValueError(f"{template.slug}, {given['title']}: {form.errors}")
        board = form.data["board"]
        found.append((form.data["step"], board and {**board, "id": boards[number]}))
    return found


def _preset(kind: Any) -> dict[str, str]:
    """What the fields of a new board hold before anybody typed."""
    if kind is None:
        return {}
    return {name: _typed(value) for name, value in (forms.preset(kind) | kind.typed({})).items()}


def _typed(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(int(value)) if isinstance(value, bool) else str(value)


def _has_notes(step: Mapping[str, Any]) -> bool:
    return step["kind"] in KINDS and NOTES in kind_of({"kind": step["kind"]}).takes
