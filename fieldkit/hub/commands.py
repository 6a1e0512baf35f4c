"""What the command line may ask of the hub, whether it is serving or not."""

import secrets
from collections.abc import Callable
from typing import Any

from .. import credentials
from ..doors import HUB_READ
from ..invitation import Invitation
from ..jobs import Progress
from . import ingest
from .central import Central
from .kits import reading
from .team import store as team


def enrol(hub: Central, progress: Progress, name: str, url: str = "") -> dict[str, Any]:
    """Make an enrolment string for a kit, to be used once."""
    invitation = Invitation(url or hub.address, secrets.token_bytes(16), hub.verify_key, hub.recipients)
    hub.db.write(ingest.invite, invitation.secret, name)
    return {"string": str(invitation), "url": invitation.url}


def staff_add(hub: Central, progress: Progress, name: str, role: str = HUB_READ) -> dict[str, Any]:
    """Make a card for a member of staff: its link and PIN. Raises Refused."""
    form = credentials.name_form({"name": name})
    if not form:
        raise team.Refused(form.errors["name"])
    pin = credentials.new_pin()
    _, secret = hub.db.write(team.add, form.data["name"], pin, "fieldkit", role)
    return {"link": f"{hub.address}/card/{secret}", "pin": pin}


COMMANDS: dict[str, Callable[..., Any]] = {
    "enrol": enrol, "staff add": staff_add, "take bundle": reading.take_command, "answer bundle": reading.answer_command,
}  # fmt: skip
