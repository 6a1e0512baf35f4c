"""What kits hand over by stick: files taken in like what comes by net, and the answer file that goes back."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ... import journal, segment, wire
from ...segment import Contents
from .. import ingest, intake, outbox
from ..central import Central

ANSWER_BYTES = 6_000_000  # of an answer file: the rest comes with the next one
PIECES = 5000  # that an answer file has at most


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


@dataclass
class Answer:
    """The file that goes back to a kit."""

    kit: str
    kit_name: str
    seq: int
    word: str
    name: str
    content: str = field(repr=False)


def take(hub: Central, name: str, plain: bytes, who: str) -> Taken:
    """Take in an unsealed file called `name`, whole or not at all; that `who` did so is written down."""
    try:
        with hub.db.read() as conn:
            contents, batch = segment.verify(
                plain, hub.verify_key, lambda kit: (ingest.one_kit(conn, kit) or {}).get("verify_key")
            )
            known = ingest.one_kit(conn, contents.kit)
            held = ingest.head(conn, contents.kit, contents.epoch)
    except wire.Garbage as garbage:
        return Taken(name, str(garbage))
    assert known is not None
    taken = _described(name, contents, known)
    if known["revoked"]:
        hub.db.write(ingest.note, contents.kit, "revoked", known["epoch"], known["seq"])
        return Taken(name, "Dieses Kit ist gesperrt. Von ihm wird nichts mehr angenommen.")
    if name != contents.name:
        taken.refused = f"Der Name passt nicht zum Inhalt: Die Datei müsste {contents.name} heißen. Wurde sie vertauscht?"
        return taken
    try:
        new = intake.take(hub, batch)
    except ingest.Mismatch as mismatch:
        taken.refused = str(mismatch)
        return taken
    taken.fresh = max(0, new.seq - max(held.seq, contents.from_seq - 1))
    hub.db.write(outbox.log, who, "stick", contents.kit, "", "", name)
    return taken


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
    said = {"kit": kit, "after": heard, "entries": _what_fits(intake.inbox(hub, kit, heard, PIECES))}
    content = {
        "receipt": intake.receipt(hub, kit, held, begin_anew=anew),
        "answers": wire.sign(hub.signing_key, "answers", said),
    }
    name = f"{kit}-{epoch}-{held.seq}.receipt.json"
    return Answer(kit, known["name"], held.seq, wire.check_word(held.digest), name, journal.canonical(content) + "\n")


def _described(name: str, contents: Contents, known: dict[str, Any]) -> Taken:
    return Taken(
        name, "", contents.kit, known["name"], contents.epoch, contents.from_seq, contents.to_seq, contents.heard,
        older=contents.epoch < known["epoch"],
    )  # fmt: skip


def _what_fits(pieces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many pieces as an answer file may have."""
    size, fitting = 0, []
    for piece in pieces:
        size += len(json.dumps(piece))
        if size > ANSWER_BYTES:
            break
        fitting.append(piece)
    return fitting
