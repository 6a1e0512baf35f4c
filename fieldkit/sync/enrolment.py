"""Enrolling at a hub, with the line that `fieldkit hub enrol` printed."""

import json
from contextlib import closing
from typing import Any

from .. import invitation, wire
from ..house import House
from ..jobs import Progress
from . import handover, store
from .client import Caller, Failed


def enrol(house: House, progress: Progress, string: str) -> dict[str, Any]:
    """Introduce this kit to the hub and remember the hub's keys: `{"hub": its name, "name": what it calls us}`. Raises Failed."""
    progress(0, 1, "Der Hub wird gefragt")
    try:
        invited = invitation.read(string)
    except invitation.Unreadable as reason:
        raise Failed(str(reason)) from None
    kit = house.kit
    asked = {"kit": kit.id, "secret": invited.secret.hex(), "verify_key": bytes(kit.signing_key.verify_key).hex()}
    with closing(Caller(invited.url, invited.verify_key, kit.signing_key)) as caller:
        answer = caller.post("/api/v1/enrolment", json.dumps(asked).encode(), {"Content-Type": "application/json"})
    try:
        said = wire.heard(invited.verify_key, "enrolment", answer)
    except wire.Garbage:
        raise Failed("Das ist nicht der Hub, der diese Anmelde-Zeile ausgegeben hat.") from None
    if said.get("kit") != kit.id:
        raise Failed("Der Hub hat ein anderes Kit gemeint. Bitte noch einmal versuchen.")
    house.db.write(store.adopt, invited, said["hub"])
    house.jobs.forget(handover.JOB)  # what another hub said, or this one before, no longer counts
    progress(1, 1, "")
    return {"hub": said["hub"], "name": said["name"]}
