"""Running a kit: setting up, examples, checks, backups, and what the terminal says."""

from ..room import Room
from . import backup, check, examples

ROOM = Room("ops", commands={"backup": backup.command, "check": check.command, "demo": examples.command})
