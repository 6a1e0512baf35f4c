"""Receipts: the code a visitor takes along, and what it opens."""

from ..room import Room
from .routes import blueprint

ROOM = Room("receipts", blueprint=blueprint)
