"""The team's menu, on every page that extends desk/base.html."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from ..i18n import N_
from ..i18n import gettext as _

ENTRIES = (
    ("desk.index", N_("Übersicht")),
    ("desk.paper", N_("Papier eingeben")),
    ("ideas.moderation", N_("Ideen ordnen")),
    ("workshops.index", N_("Workshops")),
    ("stops.planning", N_("Stationen")),
    ("printing.index", N_("Drucken")),
    ("sync.index", N_("Übergabe")),
    ("ideas.wall", N_("Leinwand")),
    ("staff.index", N_("Team")),
)


@dataclass(frozen=True)
class Entry:
    """One link of the menu."""

    label: str
    url: str
    here: bool


def entries() -> list[Entry]:
    """What this kit's rooms offer the team, and where we are."""
    here = request.endpoint or ""
    rooms = [name.partition(".")[0] for name, label in ENTRIES]
    return [
        # A page deep in a room marks the room's only entry; a room with several marks the exact one.
        Entry(_(label), url_for(name), name == here or (rooms.count(room) == 1 and room == here.partition(".")[0]))
        for (name, label), room in zip(ENTRIES, rooms, strict=True)
        if exists(name)
    ]


def exists(endpoint: str) -> bool:
    """Whether some room of this kit answers there."""
    return endpoint in current_app.view_functions
