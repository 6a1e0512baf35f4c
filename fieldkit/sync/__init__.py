"""Handing over: everything that may travel goes to the hub, and what the hub answers comes back."""

from ..room import Room
from . import bundle
from .client import Failed
from .enrolment import enrol
from .handover import command
from .stick_routes import blueprint  # with the pages of both files
from .watch import begin

__all__ = ["ROOM", "Failed"]

ROOM = Room("sync", blueprint=blueprint, commands={
    "sync": command, "enrol": enrol, "bundle write": bundle.write, "bundle receipt": bundle.receipt,
}, serving=begin)  # fmt: skip
