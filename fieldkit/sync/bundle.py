"""The hand-over by stick: what the hub has not confirmed lies there as files only the hub can open, and its answer comes back on it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import journal, segment, stick, wire
from .. import kit as identity
from ..house import House
from ..i18n import N_
from ..jobs import Progress
from ..segment import Contents
from ..stick import Folder
from . import answer, stick_photos, store
from .answer import Taken
from .client import Failed
from .sealed import SealedFolder

ROOT = "FELDKIT"
WRITING, CHECKING = N_("Einträge werden auf den Stick geschrieben und geprüft"), N_("Der Beleg wird geprüft")
README = "LIESMICH.txt"
README_TEXT = """\
Dieser Stick bringt Beiträge von einem Feldkit zum zentralen CityLAB.

Die Dateien auf .age sind verschlüsselt: Nur das CityLAB kann sie lesen. Bitte nichts umbenennen oder löschen.

Am Hub:  fieldkit hub read STICK --key operations.key.age
         (oder auf der Seite „Kits“ unter „Stick einlesen“)
Danach zurück ins Kit stecken: Auf dem Stick liegt dann der Beleg des Hubs, und das Kit holt ihn sich.

Von Hand, ohne Feldkit:  age -d -i operations.key.age DATEI.age | tail -n +2 | zcat
Fotos (photo-...) ebenso, aber ohne zcat:  ... | tail -n +2 > foto.jpg
"""


@dataclass
class Written:
    """What lies on a stick now, checked."""

    entries: int = 0
    fresh: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    photos: int = 0
    notes: list[str] = field(default_factory=list)
    """Sentences on photos that could not go along."""


def write(house: House, progress: Progress, folder: str) -> dict[str, Any]:
    """Take what the hub left on the stick, then write what it has not confirmed, for the command line and the button.

    Returns `entries`, `photos`, `written` and `kept` (files of entries) that lie on the stick, the check `word` of the newest entry, how far the hub has
    `confirmed`, how many `answers` came, and `notes` on what could not be taken. Raises Failed: nothing counts as handed over, and
    the next try goes on behind what is on the stick already.
    """
    root = Path(folder)
    if not root.is_dir():
        raise Failed(f"{root} gibt es nicht. Steckt der Stick?")
    taken = _take_answers(house, root)
    photos = stick_photos.wanted(house)
    written = _write(house, progress, root, photos) if store.pending(house.db.read()) or photos else Written()
    head = journal.head(house.db.read())
    return {
        "entries": written.entries, "written": len(written.fresh), "kept": len(written.kept), "word": wire.check_word(head.digest),
        "photos": written.photos, "confirmed": store.confirmed(house.db.read()).seq, "total": head.seq, "answers": taken.answers,
        "notes": taken.notes + written.notes,
    }  # fmt: skip


def receipt(house: House, progress: Progress, file: str) -> dict[str, Any]:
    """Take a receipt of the hub: `confirmed` of `total` entries, and how many `answers` came with it. Raises Failed."""
    progress(0, 1, CHECKING)
    try:
        taken = answer.take(house, stick.read_file(Path(file), answer.MOST_BYTES))
    except stick.Fault as fault:
        raise Failed(f"{file}: {fault}") from None
    progress(1, 1, "")
    confirmed = store.confirmed(house.db.read())
    return {
        "confirmed": confirmed.seq, "total": journal.head(house.db.read()).seq, "word": wire.check_word(confirmed.digest),
        "answers": taken.answers, "notes": taken.notes,
    }  # fmt: skip


def _take_answers(house: House, root: Path) -> Taken:
    """Take every answer file on the stick, then clear away what is settled. What is wrong with one becomes a note."""
    taken = Taken()
    try:
        with stick.opened(root, ROOT, house.kit.id, make=False) as place:
            for name in [name for name in place.names() if answer.NAME.fullmatch(name)]:
                try:
                    taken += answer.take(house, place.read(name, answer.MOST_BYTES))
                    place.remove(name)
                except (Failed, stick.Fault) as reason:
                    taken.notes.append(f"{name}: {reason}")
            confirmed = store.confirmed(house.db.read())
            _clear_away(place, confirmed.epoch, lambda file: int(file["to_seq"]) <= confirmed.seq)
            stick_photos.clear_away(house, place)
    except stick.Fault:
        pass  # no kit has written here yet; if the stick is broken, writing will say so
    return taken


def _clear_away(place: Folder, epoch: str, settled: Callable[[re.Match[str]], bool]) -> None:
    """Remove files of this epoch that are no longer needed. Those of other epochs stay: they may be the only copy."""
    for name in place.names():
        file = segment.NAME.fullmatch(name)
        if file and file["epoch"] == epoch and settled(file):
            place.remove(name)


def _write(house: House, progress: Progress, root: Path, photos: list[Path]) -> Written:
    hub, recipients = store.hub(house.db.read()), identity.recipients(house.db.read())
    if hub is None:
        raise Failed("Dieses Kit ist noch bei keinem Hub angemeldet.")
    if not recipients:
        raise Failed(
            "Der Hub hat noch keine Schlüssel, also könnte niemand den Stick lesen. Am Hub bitte «fieldkit hub keys ORDNER» "
            "ausführen, dann hier einmal übers Netz übergeben."
        )
    try:
        with stick.opened(root, ROOT) as top:
            _explain(top)
        with stick.opened(root, ROOT, house.kit.id) as place:
            return _Writing(SealedFolder(house, hub, recipients, place), place).run(progress, photos)
    except stick.Fault as fault:
        raise Failed(f"{fault} Es gilt noch nichts als übergeben, auf dem Kit ist alles da.") from None


def _explain(top: Folder) -> None:
    """Leave a note for whoever finds the stick."""
    text = README_TEXT.replace("\n", "\r\n").encode()  # sticks are read on Windows, too
    if README not in top.names() or top.read(README, 10_000) != text:
        top.write(README, text)


class _Writing:
    """One run: what lies on the stick, and what still has to."""

    def __init__(self, folder: SealedFolder, place: Folder) -> None:
        self._house, self._folder, self._place = folder.house, folder, place

    def run(self, progress: Progress, photos: list[Path]) -> Written:
        """Bring the files up to date: the entries, then the photos that they name."""
        written = Written()
        self._write_entries(progress, written)
        written.notes = stick_photos.write(self._folder, photos, progress)
        written.photos = len(photos) - len(written.notes)
        stick_photos.clear_away(self._house, self._place)
        total = written.entries or written.photos
        progress(total, total, "")
        return written

    def _write_entries(self, progress: Progress, written: Written) -> None:
        start = held = store.confirmed(self._house.db.read())
        while held.seq < (total := journal.head(self._house.db.read()).seq):
            progress(held.seq - start.seq, total - start.seq, WRITING)
            held = self._next(held, written)
        written.entries = held.seq - start.seq
        current = {*written.fresh, *written.kept}
        _clear_away(self._place, held.epoch, lambda file: file[0] not in current)

    def _next(self, held: journal.Head, written: Written) -> journal.Head:
        """The file that follows: the one that lies there, when it is just what we would write, or a new one."""
        entries = journal.entries(self._house.db.read(), held.epoch, held.seq, wire.MOST_ENTRIES)
        for last in self._ends(held):
            contents, batch = self._pack(held, entries[: last - held.seq])
            if contents.to_seq == last and self._folder.lies_there(contents.name, batch):
                written.kept.append(contents.name)
                return journal.Head(held.epoch, last, contents.digest)
        contents, batch = self._pack(held, entries)
        key, to = self._house.kit.signing_key, self._folder.hub.verify_key
        self._folder.write(contents.name, batch, segment.seal(contents, batch, key, to, self._folder.recipients))
        self._folder.save()  # after every file: what was written before the stick was pulled need not be written again
        written.fresh.append(contents.name)
        return journal.Head(held.epoch, contents.to_seq, contents.digest)

    def _ends(self, held: journal.Head) -> list[int]:
        """The last numbers of the files that begin behind `held`."""
        found = [match for name in self._folder.listed() if (match := segment.NAME.fullmatch(name))]
        starts = [match for match in found if match["epoch"] == held.epoch and int(match["from_seq"]) == held.seq + 1]
        return [int(match["to_seq"]) for match in starts if int(match["to_seq"]) > held.seq]

    def _pack(self, held: journal.Head, entries: list[dict[str, Any]]) -> tuple[Contents, bytes]:
        batch, count = wire.pack(self._house.kit.id, held.epoch, held.digest, entries)
        last = entries[count - 1]
        contents = Contents(self._house.kit.id, held.epoch, held.seq + 1, last["seq"], last["digest"], self._folder.hub.inbox)
        return contents, batch
