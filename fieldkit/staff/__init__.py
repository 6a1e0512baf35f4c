"""Staff: who may sign in at the desk, with card and PIN. Nothing of this room ever travels."""

from ..room import Room
from . import commands
from .routes import blueprint
from .schema import migrations

ROOM = Room(
    "staff",
    migrations=migrations,
    blueprint=blueprint,
    commands={"staff add": commands.add, "pin": commands.new_pin},
    at_start=commands.first_sign_in,
)
