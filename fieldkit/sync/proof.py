"""What counts as said by our hub, by net and by stick: signed with the key pinned here, for this kit, and true of our own chain."""

from typing import Any

from .. import journal, wire
from ..house import House
from . import store
from .client import Failed


def heard(hub: store.Hub, kind: str, said: Any) -> dict[str, Any]:
    """What our hub signed. Raises Failed for anybody else's words."""
    try:
        return wire.heard(hub.verify_key, kind, said)
    except (wire.Garbage, RecursionError):
        raise Failed(
            "Die Antwort trägt nicht die Unterschrift unseres Hubs. Es wurde nichts bestätigt, alles bleibt auf dem Kit."
        ) from None


def receipt(house: House, hub: store.Hub, said: Any, epoch: str, at_least: int) -> dict[str, Any]:
    """A receipt of our hub, for this kit and epoch, that reaches as far as number `at_least`. Raises Failed."""
    found = heard(hub, "receipt", said)
    good = found.get("kit") == house.kit.id and found.get("epoch") == epoch and type(found.get("seq")) is int
    if not good or found["seq"] < at_least:
        raise Failed("Der Empfangsbeleg des Hubs passt nicht zu dem, was übergeben wurde. Es wurde nichts bestätigt.")
    return found


def believe(house: House, found: dict[str, Any]) -> journal.Head:
    """Check a receipt against our own chain, and only then keep it. Raises Failed."""
    ours = store.digest_at(house.db.read(), found["epoch"], found["seq"])
    if ours is None or ours != found["digest"]:
        raise Failed(
            "Der Hub hat von diesem Kit andere Einträge, als hier stehen. Gibt es eine Kopie dieses Kits? "
            "Hier ist nichts verloren. Bitte im CityLAB klären."
        )
    house.db.write(store.confirm, found)
    return journal.Head(found["epoch"], found["seq"], ours)


def pieces(house: House, hub: store.Hub, signed: Any, after: int) -> list[dict[str, Any]]:
    """What our hub says to this kit behind number `after`, in order. Raises Failed."""
    if not isinstance(signed, list):
        raise Failed("Die Antworten des Hubs sind nicht lesbar.")
    found = [heard(hub, "inbox", piece) for piece in signed]
    for piece in found:
        if piece["kit"] != house.kit.id or piece["seq"] <= after:
            raise Failed("Die Antworten des Hubs sind für ein anderes Kit oder veraltet. Sie wurden nicht übernommen.")
        after = piece["seq"]
    return found
