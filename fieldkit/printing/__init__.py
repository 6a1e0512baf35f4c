"""Printing: posters, table cards, slips and cards for a stop, and method cards, as PDF and on the screen."""

from ..room import Room
from .routes import blueprint

ROOM = Room("printing", blueprint=blueprint)
