"""Handing over: everything that may travel goes to the hub, and what the hub answers comes back."""

from ..room import Room
from .client import Failed
from .enrolment import enrol
from .handover import command
from .routes import blueprint

__all__ = ["ROOM", "Failed"]

ROOM = Room("sync", blueprint=blueprint, commands={"sync": command, "enrol": enrol})
