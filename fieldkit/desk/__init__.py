"""The desk: the facilitator's overview, built from door plates."""

from ..room import Room
from .routes import blueprint

ROOM = Room("desk", blueprint=blueprint)
