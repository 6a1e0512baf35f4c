"""The `kit.toml` on the boot partition, which any laptop can write: taken over once, and its secrets blanked there."""

import json
import os
import re
import tempfile
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
    """Take over what the first `kit.toml` in `folders` says into that of `home`; the names of the entries, none where there is none.

    What it does not name stays. Then it is renamed, so that it counts only once. Raises NotApplied; the same lies beside the file.
    """
    source = next((folder / name for folder in folders for name in NAMES if (folder / name).is_file()), None)
    if source is None:
        return []
    trouble = source.with_name(TROUBLE)
    try:
        wanted = config.read_toml(source)
        entries = {**config.read_toml(home / "kit.toml"), **wanted}
        config.made_of(home, entries)
    except config.ConfigError as fault:
        sentence = str(fault).replace(str(home / "kit.toml"), str(source))
        trouble.write_text(sentence + "\n", encoding="utf-8")
        raise NotApplied(sentence) from None
    write(home, entries)
    _blank(source, str(wanted.get(SECRET, "")))
    source.replace(source.with_name(TAKEN))
    trouble.unlink(missing_ok=True)
    sync(source.parent)
    return sorted(wanted)


def write(home: Path, entries: dict[str, Any]) -> None:
    """Write the `kit.toml` of `home` in the place of the old one, for nobody to read but who owns the home."""
    owner = home.stat()
    handle, draft = tempfile.mkstemp(dir=home, prefix=".kit.toml.")  # never through a link that somebody laid there; 0600
    with open(handle, "w", encoding="utf-8") as out:
        # Text, numbers and lists of text look the same in JSON and TOML.
        out.write(
            HEAD + "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in sorted(entries.items()))
        )
        os.fchown(out.fileno(), owner.st_uid, owner.st_gid)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, home / "kit.toml")
    sync(home)


def _blank(source: Path, secret: str) -> None:
    """Overwrite the secret in its place: a file written anew would leave the old blocks for whoever finds the card."""
    before = source.read_bytes()
    text = re.sub(rf"(?m)^\s*{SECRET}\s*=.*$", f"# {SECRET}: übernommen und hier gelöscht", before.decode("utf-8-sig"))
    after = text.encode()
    if secret and secret in text:  # written in some other way, or in a comment
        after = "# Übernommen und hier gelöscht, weil das Passwort darin stand.\n".encode()
    with source.open("r+b") as file:
        file.write(after.ljust(len(before)))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(len(after))
        os.fsync(file.fileno())
