"""The portal: the front page, and the answer for every host that is not ours."""

from ..room import Room
from .routes import blueprint
from .schema import migrations

ROOM = Room("portal", migrations=migrations, blueprint=blueprint)
