"""What the hub sends back on a stick: its receipt, and what it has to say to this kit, each with the hub's signature."""

import re
from dataclasses import dataclass, field
from typing import Any

from .. import journal, wire
from ..house import House
from . import hearing, proof, store
from .client import Failed

NAME = re.compile(r"[0-9A-Za-z_-]{1,200}\.receipt\.json")
MOST_BYTES = 8_000_000  # of a file


@dataclass
class Taken:
    """What came of one or more answer files."""

    answers: int = 0
    notes: list[str] = field(default_factory=list)
    """Sentences on what could not be taken, or what has to be done now."""

    def __add__(self, other: "Taken") -> "Taken":
        """Both."""
        return Taken(self.answers + other.answers, self.notes + other.notes)


def take(house: House, content: bytes) -> Taken:
    """Believe a receipt and take in the answers that came with it. Raises Failed; what was confirmed before stays confirmed."""
    hub = store.hub(house.db.read())
    if hub is None:
        raise Failed("Dieses Kit ist noch bei keinem Hub angemeldet.")
    try:
        said = wire.load(content)
    except wire.Garbage:
        raise Failed("Das ist kein lesbarer Beleg. Bitte die Datei am Hub noch einmal ausgeben lassen.") from None
    if not isinstance(said, dict):
        raise Failed("Das ist kein Beleg eines Hubs.")
    taken = _take_receipt(house, hub, said.get("receipt"))
    if not taken.notes and "photos" in said:
        taken += _take_photos(house, hub, said["receipt"], said["photos"])
    taken.answers = _take_answers(house, hub, said.get("answers"))
    return taken


def _take_receipt(house: House, hub: store.Hub, said: Any) -> Taken:
    """Believe a receipt that is not older than the last one: by stick, an old one can come again."""
    receipt = proof.heard(hub, "receipt", said)
    if receipt["kit"] != house.kit.id:
        raise Failed("Dieser Beleg ist für ein anderes Kit. Es wurde nichts bestätigt.")
    present = journal.head(house.db.read())
    if receipt["epoch"] != present.epoch:
        return Taken(
            notes=["Der Beleg ist aus der Zeit vor dem Neubeginn dieses Kits. Bitte den Stick noch einmal zum Hub bringen."]
        )
    if receipt["hub_time"] < hub.confirmed_at:
        return Taken(notes=["Der Beleg ist älter als der letzte und ändert nichts mehr."])
    if receipt["seq"] > present.seq or receipt.get("begin_anew"):
        house.db.write(journal.new_epoch, receipt.get("begin_anew") or "")
        return Taken(notes=["Dieses Kit beginnt neu zu zählen und übergibt alles noch einmal."])
    proof.believe(house, receipt)
    return Taken()


def _take_photos(house: House, hub: store.Hub, receipt: dict[str, Any], said: Any) -> Taken:
    """Remember which photos the hub misses, as of this receipt and no other."""
    found = proof.heard(hub, "photos", said)
    if any(found[name] != receipt[name] for name in ("kit", "epoch", "seq", "digest", "hub_time")):
        return Taken(notes=["Die Liste der Fotos gehört nicht zu diesem Beleg. Bitte ihn am Hub noch einmal ausgeben lassen."])
    if found["missing"] is not None:
        house.db.write(store.note_missing, journal.Head(found["epoch"], found["seq"], found["digest"]), found["missing"])
    return Taken()


def _take_answers(house: House, hub: store.Hub, said: Any) -> int:
    """Take in what is new; a file that begins behind what we have heard would leave a gap."""
    answers = proof.heard(hub, "answers", said)
    if answers["kit"] != house.kit.id:
        raise Failed("Diese Antworten sind für ein anderes Kit. Sie wurden nicht übernommen.")
    if answers["after"] > hub.inbox:
        raise Failed("Vor diesen Antworten fehlen welche. Bitte den Stick noch einmal zum Hub bringen oder übers Netz übergeben.")
    pieces = [piece for piece in proof.pieces(house, hub, answers["entries"], answers["after"]) if piece["seq"] > hub.inbox]
    return house.db.write(hearing.take_in, house.rooms, pieces)
