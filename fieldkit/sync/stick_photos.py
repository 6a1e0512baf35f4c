"""Photos and files on the stick: those the hub may not have yet, in pieces beside the entries that name them."""

from pathlib import Path

from .. import blobs, piece
from ..house import House
from ..i18n import N_
from ..jobs import Progress
from ..piece import Piece
from ..stick import Folder
from . import store
from .sealed import SealedFolder

WRITING = N_("Fotos werden auf den Stick geschrieben und geprüft")
DAMAGED = "Ein Foto auf diesem Kit ist beschädigt und geht nicht mit ({name}). Bitte «fieldkit check» ausführen."


def wanted(house: House) -> list[Path]:
    """The files of all photos that the hub may not have, in the order of their entries."""
    return [path for name in _missing(house) if (path := blobs.file(house.config.home / "blobs", name)).is_file()]


def write(folder: SealedFolder, photos: list[Path], progress: Progress) -> list[str]:
    """Bring them onto the stick; a note on each that is damaged here. Raises stick.Fault."""
    notes = []
    for done, photo in enumerate(photos):
        progress(done, len(photos), WRITING)
        if blobs.intact(photo):
            for start in range(0, photo.stat().st_size, piece.LENGTH):
                _write_piece(folder, photo, start)
        else:
            notes.append(DAMAGED.format(name=photo.name[:12]))
    if photos:
        folder.save()
    return notes


def clear_away(house: House, place: Folder) -> None:
    """Remove the files of photos that have arrived, or that nobody names any more."""
    still = set(_missing(house))
    for name in place.names():
        file = piece.NAME.fullmatch(name)
        if file and file["blob"] not in still:
            place.remove(name)


def _missing(house: House) -> list[str]:
    return store.missing(house.db.read(), [plate for room in house.rooms for plate in room.leaves])


def _write_piece(folder: SealedFolder, photo: Path, start: int) -> None:
    said = Piece(folder.house.kit.id, photo.name, photo.stat().st_size, start, folder.hub.inbox)
    with photo.open("rb") as stream:
        stream.seek(start)
        content = stream.read(piece.LENGTH)
    if not folder.lies_there(said.name, content):
        sealed = piece.seal(said, content, folder.house.kit.signing_key, folder.hub.verify_key, folder.recipients)
        folder.write(said.name, content, sealed)
