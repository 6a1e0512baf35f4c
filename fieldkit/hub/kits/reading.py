"""Reading sticks on the command line: here the files are opened with the private key, the hub only gets what was in them.

So the key never enters the process that serves, and nobody but who typed the command needs to be able to read the stick.
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ... import segment, stick, wire
from ...jobs import Progress
from ..central import Central
from . import bundles
from .bundles import Taken

ROOT = "FELDKIT"

Ask = Callable[..., Any]
"""`ask(command, **arguments)`: have the hub do something, serving or not."""


@dataclass
class Returned:
    """The answer file for one kit."""

    kit_name: str
    seq: int
    word: str
    path: Path
    missing: int = 0
    """Photos and files that have not arrived."""
    fault: str = ""
    """Why it could not be written."""


def take_command(hub: Central, progress: Progress, name: str, content: str) -> dict[str, Any]:
    """Take in an unsealed file, in base64."""
    return asdict(bundles.take(hub, name, base64.b64decode(content), "fieldkit"))


def answer_command(hub: Central, progress: Progress, kit: str, epoch: str, heard: int) -> dict[str, Any] | None:
    """The answer file for a kit, or nothing for one we do not talk to."""
    made = bundles.answer(hub, kit, epoch, heard)
    return asdict(made) if made else None


def find(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """The files to read, in the order in which they continue one another, and the folders of kits on sticks."""
    files, folders = [], []
    for path in paths:
        if path.is_symlink() or not path.is_dir():
            files.append(path)
            continue
        for folder in _kit_folders(path):
            folders.append(folder)
            files += sorted(file for file in folder.glob("*.age") if not file.name.startswith("."))  # ._name is a Mac's
    return files, folders


def take_all(files: list[Path], identity: str, ask: Ask, progress: Progress) -> Iterator[tuple[Path, Taken]]:
    """Open every file with a private key and have the hub take it in."""
    for done, file in enumerate(files):
        progress(done, len(files), file.name)
        try:
            plain = segment.unseal(stick.read_file(file, segment.MOST_BYTES), identity)
        except (stick.Fault, wire.Garbage) as reason:
            yield file, Taken(file.name, str(reason))
            continue
        yield file, Taken(**ask("take bundle", name=file.name, content=base64.b64encode(plain).decode()))
    progress(len(files), len(files), "")


def sentence(taken: Taken) -> str:
    """What came of a file, for the terminal."""
    if taken.refused:
        return f"Nicht übernommen. {taken.refused}"
    if taken.photo:
        return f"{taken.kit_name}, {'ein Foto ist ganz da.' if taken.whole else 'ein Stück von einem Foto.'}"
    said = f"{taken.kit_name}, Einträge {taken.from_seq} bis {taken.to_seq}: "
    said += f"{taken.fresh} neu." if taken.fresh else "schon da."
    return said + (" Achtung, das Kit hat seither neu begonnen." if taken.older else "")


def give_back(taken: list[tuple[Path, Taken]], folders: list[Path], ask: Ask) -> Iterator[Returned]:
    """Leave an answer file for every kit: beside its files, or in its folder on a stick that has none any more."""
    places = {folder.name: folder for folder in folders} | {one.kit: file.parent for file, one in taken if one.kit}
    found = bundles.per_kit(one for _, one in taken)
    for kit, folder in places.items():
        epoch, heard = found.get(kit, ("", 0))
        made = ask("answer bundle", kit=kit, epoch=epoch, heard=heard)
        if made:
            yield _leave(folder.absolute(), made)


def _leave(folder: Path, made: dict[str, Any]) -> Returned:
    """Write an answer file; it replaces earlier ones."""
    returned = Returned(made["kit_name"], made["seq"], made["word"], folder / made["name"], made["missing"])
    try:
        with stick.opened(folder.parent, folder.name, make=False) as place:
            place.write(made["name"], made["content"].encode())
            for name in place.names():
                if name.startswith(f"{made['kit']}-") and name.endswith(".receipt.json") and name != made["name"]:
                    place.remove(name)
    except stick.Fault as fault:
        returned.fault = str(fault)
    return returned


def _kit_folders(path: Path) -> list[Path]:
    """The folders with files of kits: on a stick, in its folder FELDKIT, or the given one itself. A link is not followed."""
    root = path / ROOT if (path / ROOT).is_dir() else path
    if root.is_symlink():
        return []
    if root.name != ROOT:
        return [root]
    return [folder for folder in sorted(root.iterdir()) if folder.is_dir() and not folder.is_symlink()]
