"""What kits hand over by stick: files taken in like what comes by net, and the answer file that goes back."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ... import journal, piece, segment, wire
from ...piece import Piece
from ...segment import Contents
from .. import blobs, ingest, intake, outbox
from ..central import Central

ANSWER_BYTES = 6_000_000  # of an answer file: the rest comes with the next one
PIECES = 5000  # that an answer file has at most
PHOTOS = 10_000  # an answer file names the missing ones if they are fewer


@dataclass
class Taken:
    """What came of one file."""

    name: str
    refused: str = ""
    """Why nothing of it was taken, as a sentence; empty when all of it is here."""
    kit: str = ""
    """The kit whose signature it carries; empty when it carries none that counts."""
    kit_name: str = ""
    epoch: str = ""
    from_seq: int = 0
    to_seq: int = 0
    heard: int = 0
    fresh: int = 0
    """How many of its entries are new here."""
    older: bool = False
    """Whether the kit has begun anew since."""
    photo: str = ""
    """The name of the photo or file that it is a piece of; empty for entries."""
    whole: bool = False
    """Whether that is here as a whole now."""


@dataclass
class Answer:
    """The file that goes back to a kit."""

    kit: str
    kit_name: str
    seq: int
    word: str
    name: str
    content: str = field(repr=False)
    missing: int = 0
    """Photos and files of this kit that have not arrived."""


def take(hub: Central, name: str, plain: bytes, who: str) -> Taken:
    """Take in an unsealed file called `name`, whole or not at all; that `who` did so is written down."""
    try:
        with hub.db.read() as conn:
            contents, carried = verified(plain, hub.verify_key, lambda kit: (ingest.one_kit(conn, kit) or {}).get("verify_key"))
            known = ingest.one_kit(conn, contents.kit)
    except wire.Garbage as garbage:
        return Taken(name, str(garbage))
    assert known is not None
    if known["revoked"]:
        hub.db.write(ingest.note, contents.kit, "revoked", known["epoch"], known["seq"])
        return Taken(name, "Dieses Kit ist gesperrt. Von ihm wird nichts mehr angenommen.")
    taken = _described(name, contents, known)
    if name != contents.name:
        taken.refused = f"Der Name passt nicht zum Inhalt: Die Datei müsste {contents.name} heißen. Wurde sie vertauscht?"
    elif isinstance(contents, Piece):
        _take_piece(hub, contents, carried, taken)
    else:
        _take_batch(hub, contents, carried, taken)
    if not taken.refused:
        hub.db.write(outbox.log, who, "stick", contents.kit, "", "", name)
    return taken


def verified(plain: bytes, hub_key: bytes, key_of: Callable[[str], bytes | None]) -> tuple[Contents | Piece, Any]:
    """What an unsealed file carries, entries or a piece of a photo, after every check that needs no database. Raises Garbage."""
    kind = piece if piece.HEADER.match(plain) else segment
    return kind.verify(plain, hub_key, key_of)


def per_kit(taken: Iterable[Taken]) -> dict[str, tuple[str, int]]:
    """For each kit that some of the files are from: its newest epoch among them, and the last number of ours it had heard."""
    kits: dict[str, tuple[str, int]] = {}
    for one in taken:
        if one.kit:
            epoch, heard = kits.get(one.kit, ("", 0))
            kits[one.kit] = (max(epoch, one.epoch), max(heard, one.heard))
    return kits


def answer(hub: Central, kit: str, epoch: str, heard: int) -> Answer | None:
    """What goes back to a kit that has heard number `heard`: a receipt for `epoch` (the newest, if empty) and our words.

    None for a kit that is unknown or revoked.
    """
    with hub.db.read() as conn:
        known = ingest.one_kit(conn, kit)
        if known is None or known["revoked"]:
            return None
        epoch = epoch or known["epoch"]
        held = ingest.head(conn, kit, epoch)
        anew = ingest.begin_anew(conn, kit, epoch)
        missing = [blob["sha256"] for blob in blobs.missing(conn, kit, PHOTOS)]
    receipt = intake.receipt(hub, kit, held, begin_anew=anew)
    photos = {name: receipt[name] for name in ("kit", "epoch", "seq", "digest", "hub_time")} | {
        "missing": missing if len(missing) < PHOTOS else None
    }
    said = {"kit": kit, "after": heard, "entries": _what_fits(intake.inbox(hub, kit, heard, PIECES))}
    content = {
        "receipt": receipt,
        "photos": wire.sign(hub.signing_key, "photos", photos),
        "answers": wire.sign(hub.signing_key, "answers", said),
    }
    name = f"{kit}-{epoch}-{held.seq}.receipt.json"
    word = wire.check_word(held.digest)
    return Answer(kit, known["name"], held.seq, word, name, journal.canonical(content) + "\n", len(missing))


def _take_batch(hub: Central, contents: Contents, batch: wire.Batch, taken: Taken) -> None:
    with hub.db.read() as conn:
        held = ingest.head(conn, contents.kit, contents.epoch)
    try:
        new = intake.take(hub, batch, contents.heard)
    except ingest.Mismatch as mismatch:
        taken.refused = str(mismatch)
        return
    taken.fresh = max(0, new.seq - max(held.seq, contents.from_seq - 1))


def _take_piece(hub: Central, found: Piece, content: bytes, taken: Taken) -> None:
    try:
        came = hub.db.write(blobs.take_piece, found.kit, found.blob, found.start, found.size, content)
    except blobs.NotWanted:
        taken.refused = "Hier gibt es keinen Eintrag (mehr), zu dem dieses Foto gehört."
        return
    if came.spoilt:
        taken.refused = "Aus den Stücken wurde nicht das Foto, das sie versprechen. Bitte den Stick noch einmal einlesen."
    elif came.held < found.start + len(content):
        taken.refused = "Von diesem Foto fehlt hier das Stück davor. Bitte den Stick noch einmal einlesen."
    taken.whole = came.held == found.size


def _described(name: str, contents: Contents | Piece, known: dict[str, Any]) -> Taken:
    if isinstance(contents, Piece):
        return Taken(name, "", contents.kit, known["name"], heard=contents.heard, photo=contents.blob)
    return Taken(
        name, "", contents.kit, known["name"], contents.epoch, contents.from_seq, contents.to_seq, contents.heard,
        older=contents.epoch < known["epoch"],
    )  # fmt: skip


def _what_fits(pieces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many pieces as an answer file may have."""
    size, fitting = 0, []
    for one in pieces:
        size += len(json.dumps(one))
        if size > ANSWER_BYTES:
            break
        fitting.append(one)
    return fitting
