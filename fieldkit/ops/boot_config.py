"""The `kit.toml` on the boot partition, which any laptop can write: taken over once, and its secrets blanked there."""

import contextlib
import json
import os
import re
import tempfile
import tomllib
from itertools import count
from pathlib import Path
from typing import Any

from .. import config
from ..storage.snapshots import sync

FOLDERS = (Path("/boot/firmware"), Path("/boot"))
NAMES = ("kit.toml", "kit.toml.txt")
"""Windows hides endings it knows, and then people save `kit.toml.txt`."""
TAKEN, TROUBLE = "kit-uebernommen.toml", "kit-fehler.txt"
SECRET = "passphrase"  # noqa: S105 - the name of the entry
HEAD = "# Dieses Kit. Nach einer Änderung bitte neu starten.\n"


class NotApplied(Exception):
    """The file stays where it is and the kit as it was; the text says what to change."""


def apply(home: Path, folders: tuple[Path, ...] = FOLDERS) -> list[str]:
    """Take over what the `kit.toml` in `folders` says into that of `home`; sentences about it, none where there is none.

    What it does not name stays. Then it is renamed, so that it counts only once. Where the file of `home` is broken, it is set aside, and what is
    right in it stays. Raises NotApplied. Whatever went wrong also lies beside the file on the card.
    """
    places = dict.fromkeys(folder.resolve() for folder in folders)
    found = [place / name for place in places for name in NAMES if (place / name).is_file()]
    if not found:
        return []
    source = found[0]
    try:
        wanted = _wanted(home, found)
    except config.ConfigError as fault:
        _tell(source, [str(fault)])
        raise NotApplied(str(fault)) from None
    troubles = _take_over(home, wanted)
    _blank(source, str(wanted.get(SECRET, "")))
    source.replace(source.with_name(TAKEN))
    _tell(source, troubles)
    sync(source.parent)
    return [f"Von der Boot-Partition übernommen: {', '.join(sorted(wanted))}.", *troubles]


def _wanted(home: Path, found: list[Path]) -> dict[str, Any]:
    """What the card asks for. Raises ConfigError where that is nonsense, or not clear, or would stay on the card."""
    if len(found) > 1:
        raise config.ConfigError(
            f"Hier liegen {' und '.join(map(str, found))}. Welche zählt? Bitte nur eine davon liegen lassen."
        )
    source = found[0]
    wanted = config.read_toml(source)
    try:
        config.made_of(home, wanted)
        source.open("r+b").close()
    except config.ConfigError as fault:
        raise config.ConfigError(str(fault).replace(str(home / "kit.toml"), str(source))) from None
    except OSError as error:
        raise config.ConfigError(
            f"{source} lässt sich nicht ändern ({error.strerror}): Ein Passwort bliebe dort, und sie zählte bei jedem Start von Neuem. "
            "Deshalb wurde nichts übernommen. Bitte die Karte am Laptop prüfen und den Schreibschutz lösen."
        ) from None
    return wanted


def _take_over(home: Path, wanted: dict[str, Any]) -> list[str]:
    """Change the kit's own file; what was wrong with it, in sentences."""
    own = home / "kit.toml"
    fresh, troubles = not own.exists(), []
    try:
        kept = config.read_toml(own)
        config.made_of(home, kept)
    except config.ConfigError as fault:
        kept, fresh, aside = _what_is_right(own), True, _set_aside(own)
        stays = ", ".join(sorted(kept.keys() - wanted.keys())) or "nichts"
        troubles.append(
            f"Die kit.toml im Kit war kaputt und liegt jetzt als {aside}. Daraus bleibt: {stays}. Was falsch war: {fault}"
        )
    entries = {**kept, **wanted}
    if fresh and SECRET not in entries:  # without one the hotspot would be open
        entries[SECRET] = config.new_passphrase()
        troubles.append("Das Kit hatte kein Passwort für sein WLAN und hat jetzt ein neues: „sudo fieldkit net qr“ zeigt es.")
    write(home, entries)
    return troubles


def _what_is_right(broken: Path) -> dict[str, Any]:
    """The entries of a broken file that can be read line by line, and work."""
    right: dict[str, Any] = {}
    with contextlib.suppress(OSError):
        for line in broken.read_bytes().splitlines():
            with contextlib.suppress(ValueError, config.ConfigError):
                entry = tomllib.loads(line.decode("utf-8-sig"))
                config.made_of(broken.parent, entry)
                right |= entry
    return right


def _set_aside(broken: Path) -> Path:
    """Give the file a further name, under which nothing lies yet; it keeps its own until another takes that place."""
    aside = next(place for number in count(1) if not (place := broken.with_name(f"kit-kaputt-{number}.toml")).exists())
    if broken.is_dir():
        return broken.rename(aside)
    os.link(broken, aside, follow_symlinks=False)
    return aside


def _tell(source: Path, sentences: list[str]) -> None:
    """Leave word on the card for whoever has only a laptop, or nothing where there is nothing to say."""
    trouble = source.with_name(TROUBLE)
    with contextlib.suppress(OSError):  # a card that cannot be written
        if sentences:
            trouble.write_text("\n".join(sentences) + "\n", encoding="utf-8")
        else:
            trouble.unlink(missing_ok=True)


def write(home: Path, entries: dict[str, Any]) -> None:
    """Write the `kit.toml` of `home` in the place of the old one, for nobody to read but who owns the home."""
    owner = home.stat()
    handle, draft = tempfile.mkstemp(dir=home, prefix=".kit.toml.")  # never through a link that somebody laid there; 0600
    with open(handle, "w", encoding="utf-8") as out:
        # Text, numbers and lists of text look the same in JSON and TOML, but for one character.
        lines = (f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in sorted(entries.items()))
        out.write(HEAD + "".join(lines).replace("\x7f", "\\u007f"))
        os.fchown(out.fileno(), owner.st_uid, owner.st_gid)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, home / "kit.toml")
    sync(home)


def _blank(source: Path, secret: str) -> None:
    """Overwrite the secret in its place: a file written anew would leave the old blocks for whoever finds the card."""
    before = source.read_bytes()
    # Also where it is no entry any more, but a comment: it may be that of the kit all the same.
    text = re.sub(
        rf"(?m)^[#\t ]*[\"']?{SECRET}[\"']?[\t ]*=.*$", f"# {SECRET}: übernommen und hier gelöscht", before.decode("utf-8-sig")
    )
    after = text.encode()
    if secret and secret in text:  # written in some other way, or in a comment
        after = "# Übernommen und hier gelöscht, weil das Passwort darin stand.\n".encode()
    with source.open("r+b") as file:
        file.write(after.ljust(len(before)))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(len(after))
        os.fsync(file.fileno())
