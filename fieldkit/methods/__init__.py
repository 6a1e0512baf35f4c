"""methods."""

from ..room import Room

ROOM = Room("methods")
