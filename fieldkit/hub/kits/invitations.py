"""Enrolment lines: what a new kit needs to know of the hub, and the secret that lets it in once."""

import secrets

from ...invitation import Invitation
from ..central import Central
from . import store


def issue(hub: Central, name: str, url: str, who: str) -> Invitation:
    """An enrolment line for a kit that reaches the hub at `url`. Its secret is known only now."""
    invitation = Invitation(url, secrets.token_bytes(16), hub.verify_key, hub.recipients)
    hub.db.write(store.invite, invitation.secret, name, who)
    return invitation
