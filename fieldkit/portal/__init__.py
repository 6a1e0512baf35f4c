"""The portal: the front page, and the answer for every host that is not ours."""

from ..room import Room
from .routes import blueprint

ROOM = Room("portal", blueprint=blueprint)
