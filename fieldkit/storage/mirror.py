"""Photos and files on a second medium: the same names and the same bytes as on the kit (blobs.py)."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .. import blobs
from . import snapshots

FOLDER = "blobs"


def named(entries: Iterable[dict[str, Any]]) -> set[str]:
    """The blobs that journal entries name."""
    bodies = (entry["body"] for entry in entries)
    return {name for body in bodies if body and blobs.SUFFIX in body for name in blobs.named_in(json.loads(body))}


def carry(source: Path, target: Path, names: Iterable[str]) -> None:
    """Bring those of these blobs that `source` has and `target` lacks, durably. Raises OSError."""
    for name in names:
        there, here = blobs.file(source / FOLDER, name), blobs.file(target / FOLDER, name)
        if there.is_file() and not here.exists():
            for place in (target / FOLDER, here.parent):  # not `target` itself: a stick may be gone, and its place with it
                place.mkdir(exist_ok=True)
            part = here.with_suffix(".part")
            shutil.copyfile(there, part)
            snapshots.sync(part)
            part.rename(here)
            snapshots.sync(here.parent)


def match(source: Path, target: Path) -> None:
    """Have `target` hold what `source` holds, and nothing else. Raises OSError."""
    wanted = _held(source)
    carry(source, target, wanted)
    for name in _held(target) - wanted:
        blobs.file(target / FOLDER, name).unlink(missing_ok=True)


def _held(place: Path) -> set[str]:
    return {path.name for path in (place / FOLDER).glob("*/*") if blobs.is_name(path.name)}
