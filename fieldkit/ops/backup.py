"""Backups: a copy counts only when it has been opened and checked. Restoring begins a new epoch."""

import contextlib
from pathlib import Path
from typing import Any

from .. import journal
from ..house import House
from ..jobs import Progress
from ..storage import media, snapshots

FOLDER = "FELDKIT-SICHERUNG"
"""On a medium; in it a folder for each kit."""


def command(house: House, progress: Progress, folder: str) -> dict[str, Any]:
    """Write a verified copy of the open kit into `folder`. Raises snapshots.Failed."""
    progress(0, 1, "Kopie wird geschrieben und geprüft")
    head = journal.head(house.db.read())
    target = Path(folder).expanduser()
    with contextlib.suppress(OSError):  # writing there says why
        target.mkdir(parents=True, exist_ok=True)
    made = snapshots.write(house.db.path, target, snapshots.verified)
    if made.head.seq < head.seq and made.head.epoch == head.epoch:
        raise snapshots.Failed("Die Kopie ist unvollständig. Bitte einen anderen Datenträger nehmen.")
    progress(1, 1, "")
    return {"file": str(made.path), "entries": made.head.seq, "epoch": made.head.epoch}


def everywhere(house: House, progress: Progress) -> list[dict[str, Any]]:
    """Write a verified copy onto every medium that is plugged in, in the place of the one before. Raises snapshots.Failed.

    Only the newest stays: what people withdraw must not live on in older ones.
    """
    made, trouble = [], []
    for medium in media.mounted(house.config.media):
        if not medium.writable or media.same_disk(medium.path, house.config.home):
            continue
        folder = medium.path / FOLDER / house.kit.id
        try:
            done = command(house, progress, str(folder))
        except snapshots.Failed as reason:
            trouble.append(str(reason))
        else:
            snapshots.keep(folder, Path(done["file"]), 1)
            made.append({**done, "label": medium.label})
    if trouble:
        raise snapshots.Failed(" ".join(trouble))
    return made


def copy(house: House, progress: Progress, folder: str) -> dict[str, Any]:
    """Make the medium at `folder` the one that holds a second copy of everything. Raises second_copy.NotPossible."""
    progress(0, 1, "Zweite Kopie wird angelegt")
    house.copies.second.make(Path(folder).expanduser())
    progress(1, 1, "")
    return {"label": house.copies.second.standing().label}
