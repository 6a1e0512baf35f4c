"""sync."""

from ..room import Room

ROOM = Room("sync")
