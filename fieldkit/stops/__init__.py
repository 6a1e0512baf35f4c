"""Stops: where and when the lab stood, and the question it asked there."""

from ..room import Leaves, Room
from . import store
from .routes import blueprint
from .schema import migrations

ROOM = Room(
    "stops",
    migrations=migrations,
    blueprint=blueprint,
    leaves=(
        Leaves(
            "stops",
            (
                *("id", "place", "district", "locality", "partner", "theme", "question", "languages", "results"),
                *("answer_by", "starts_on", "ends_on", "hours", "state"),
            ),
        ),
    ),
    everywhere=store.for_every_page,
    demo=store.demo,
)
