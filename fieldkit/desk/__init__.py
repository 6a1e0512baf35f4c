"""The desk: the facilitator's overview and the entry of paper cards, built from door plates."""

from ..room import Room
from .power_routes import blueprint

ROOM = Room("desk", blueprint=blueprint)
