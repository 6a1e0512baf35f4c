"""printing."""

from ..room import Room

ROOM = Room("printing")
