"""Running a kit: setting up, examples, checks, backups, and what the terminal says."""

from ..room import Room
from . import backup, caretaker, check, doctor, examples, purge

ROOM = Room(
    "ops",
    commands={
        "backup": backup.command,
        "backup everywhere": backup.everywhere,
        "copy": backup.copy,
        "check": check.command,
        "doctor": doctor.command,
        "demo": examples.command,
        "purge": purge.command,
    },
    serving=caretaker.begin,
)
