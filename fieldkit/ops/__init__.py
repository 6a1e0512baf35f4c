"""Running a kit: setting up, examples, checks, backups, and what the terminal says."""

from ..room import Room
from . import backup, caretaker, check, examples

ROOM = Room(
    "ops",
    commands={"backup": backup.command, "copy": backup.copy, "check": check.command, "demo": examples.command},
    serving=caretaker.begin,
)
