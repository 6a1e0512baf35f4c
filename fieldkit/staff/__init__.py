"""Staff: who may sign in at the desk, with card and PIN."""

from ..room import Room
from .routes import blueprint

ROOM = Room("staff", blueprint=blueprint)
