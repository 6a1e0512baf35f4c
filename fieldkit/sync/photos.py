"""Photos and files go over after the rows that name them: the hub says what it misses, we send pieces, it checks the whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import blobs, journal
from ..house import House
from . import proof, store
from .client import Failed, Refused
from .tally import Tally

PIECE = 256 * 1024  # bytes; what a cut repeats at most
PIECE_HEADERS = {"Content-Type": "application/octet-stream"}
GONE, SPOILT = 404, 422  # what the hub answers when it no longer wants a blob, or when what arrived is not what the name says


def sizes(house: House) -> list[int]:
    """How many bytes each photo here has that the hub may not have yet."""
    conn = house.db.read()
    if store.complete(conn):
        return []
    found = [blobs.file(_folder(house), name) for name in blobs.used(conn, _plates(house))]
    return [path.stat().st_size for path in found if path.is_file()]


class Sending:
    """Sends what the hub misses."""

    def __init__(
        self,
        house: House,
        hub: store.Hub,
        tally: Tally,
        get: Callable[[str], Any],
        post: Callable[[str, bytes, dict[str, str]], Any],
    ) -> None:
        """Over the line of a hand-over: signed calls that have patience."""
        self._house, self._hub, self._tally, self._get, self._post = house, hub, tally, get, post
        self._path = f"/api/v1/kits/{house.kit.id}/blobs"
        self._arrived = self._left = 0

    def run(self, held: journal.Head) -> tuple[int, int]:
        """Send until nothing is missing that is here: how many blobs went over, and how many are still missing. Raises Failed."""
        conn = self._house.db.read()
        if store.complete(conn):
            return 0, 0
        if not blobs.used(conn, _plates(self._house)):
            self._house.db.write(store.note_complete, held)
            return 0, 0
        while missing := self._missing(held):
            here = [(path, piece) for piece in missing if (path := blobs.file(_folder(self._house), piece["sha256"])).is_file()]
            self._left = sum(path.stat().st_size - piece["held"] for path, piece in here)
            self._tally.expect([path.stat().st_size for path, _ in here])
            before = self._arrived
            for path, piece in here:
                self._arrived += self._send(path, piece["held"])
            if self._arrived == before:
                return self._arrived, len(missing)
        self._house.db.write(store.note_complete, held)
        return self._arrived, 0

    def _missing(self, held: journal.Head) -> list[dict[str, Any]]:
        """What the hub misses of all that our entries up to `held` name. Only an answer about exactly that head counts."""
        said = proof.heard(self._hub, "blobs", self._get(f"{self._path}?epoch={held.epoch}&seq={held.seq}"))
        about = tuple(said.get(name) for name in ("kit", "epoch", "seq", "digest"))
        if about != (self._house.kit.id, held.epoch, held.seq, held.digest):
            raise Failed("Der Hub hat auf die Frage nach fehlenden Fotos etwas anderes geantwortet. Bitte noch einmal versuchen.")
        return [piece for piece in said["missing"] if blobs.is_name(piece["sha256"])]

    def _send(self, path: Path, held: int) -> bool:
        """Send one blob from byte `held` on; whether it has arrived whole."""
        if not blobs.intact(path):
            raise Failed(f"Ein Foto auf diesem Kit ist beschädigt ({path.name}). Alle Texte sind übergeben.")
        size, began_anew = path.stat().st_size, False
        while True:
            try:
                after = self._send_piece(path, held, size)
            except Refused as refusal:
                if refusal.status == GONE:
                    return False
                if refusal.status != SPOILT or began_anew:
                    raise
                held, began_anew = 0, True  # somebody else's pieces spoilt it; the hub threw them away
                continue
            if after == size:
                return True
            if after == held:
                raise Failed("Der Hub nimmt ein Foto nicht an. Alle Texte sind übergeben. Bitte später noch einmal versuchen.")
            held = after

    def _send_piece(self, path: Path, start: int, size: int) -> int:
        with path.open("rb") as stream:
            stream.seek(start)
            content = stream.read(PIECE)
        self._tally.photos(self._arrived, self._left, len(content))
        answer = self._post(f"{self._path}/{path.name}?start={start}&size={size}", content, PIECE_HEADERS)
        said = proof.heard(self._hub, "piece", answer)
        held = said.get("held")
        if (
            (said.get("kit"), said.get("sha256")) != (self._house.kit.id, path.name)
            or type(held) is not int
            or not 0 <= held <= size
        ):
            raise Failed("Der Hub hat ein anderes Foto bestätigt. Bitte noch einmal versuchen.")
        self._left -= max(0, held - start)
        return held


def _plates(house: House) -> list[Any]:
    return [plate for room in house.rooms for plate in room.leaves]


def _folder(house: House) -> Path:
    return house.config.home / "blobs"
