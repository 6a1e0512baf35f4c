"""What the command line may ask of the hub, whether it is serving or not."""

from collections.abc import Callable
from typing import Any

from .. import credentials, seal
from ..doors import HUB_READ
from ..jobs import Progress
from . import keys
from .central import Central
from .contacts import export
from .kits import invitations, reading
from .team import store as team


def enrol(hub: Central, progress: Progress, name: str, url: str = "") -> dict[str, Any]:
    """Make an enrolment string for a kit, to be used once."""
    invitation = invitations.issue(hub, name, url or hub.address, "fieldkit")
    return {"string": str(invitation), "url": invitation.url}


def staff_add(hub: Central, progress: Progress, name: str, role: str = HUB_READ) -> dict[str, Any]:
    """Make a card for a member of staff: its link and PIN. Raises Refused."""
    form = credentials.name_form({"name": name})
    if not form:
        raise team.Refused(form.errors["name"])
    pin = credentials.new_pin()
    _, secret = hub.db.write(team.add, form.data["name"], pin, "fieldkit", role)
    return {"link": f"{hub.address}/card/{secret}", "pin": pin}


def fingerprint(hub: Central, progress: Progress) -> dict[str, Any]:
    """The digits that stand for the present recipients; empty when there are none."""
    return {"fingerprint": seal.fingerprint(hub.recipients)}


def new_keys(hub: Central, progress: Progress, public: dict[str, str]) -> dict[str, Any]:
    """Seal to these from now on: role -> public half."""
    hub.db.write(keys.publish, hub.signing_key, public, "fieldkit")
    return fingerprint(hub, progress)


COMMANDS: dict[str, Callable[..., Any]] = {
    "enrol": enrol, "staff add": staff_add, "keys": new_keys, "fingerprint": fingerprint, "contacts": export.command,
    "take bundle": reading.take_command, "answer bundle": reading.answer_command,
}  # fmt: skip
