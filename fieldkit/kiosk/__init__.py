"""The kiosk: the visitors' pages on a screen at the van that goes back to the start when somebody leaves."""

from ..room import Room
from .routes import blueprint

ROOM = Room("kiosk", blueprint=blueprint)
