"""Workshops: a facilitator runs a whole session on the square, everyone takes part from their own phone or on paper.

What is where:

- `schema.py` the tables; `store.py` workshops and agenda, `boards_store.py` boards as they are right now, `notes_store.py`, `votes_store.py`,
  `seats_store.py` (who takes part), `history.py` (undo), `timer.py` (time that survives a clock that is set).
- `live.py` versions, presence and rendered boards in memory; `standing.py` puts together what somebody may see at this moment.
- the kinds of boards are `fieldkit/boards`, with `templates/workshops/kinds/`.
- `routes.py` joining, `board_routes.py` participants, `lead_routes.py` the team; `forms.py` what they type in.

How a kind, a view or a switch is added: docs/workshops.md.
"""

from sqlite3 import Connection
from typing import Any

from ..house import House
from ..i18n import N_
from ..i18n import gettext as _
from ..jobs import Progress
from ..room import DAYS, Leaves, Nav, Printable, Room
from . import agenda_routes as agenda_routes  # its views join the blueprint, as those below do
from . import beamer_routes as beamer_routes
from . import board_routes as board_routes
from . import demo, store
from . import groups_routes as groups_routes
from . import lead_routes as lead_routes
from . import notes_routes as notes_routes
from . import paper_routes as paper_routes
from . import result_routes as result_routes
from . import stage_routes as stage_routes
from .routes import blueprint
from .schema import migrations


def _list(house: House, progress: Progress) -> list[dict[str, Any]]:
    """All workshops, for the command line."""
    return [{"code": w["join_code"], "title": w["title"], "state": w["state"]} for w in store.listing(house.db.read())]


def _codes(conn: Connection) -> str:
    """What people need to join, for the front page."""
    return _("Mit dem Code von der Leinwand")


ROOM = Room(
    "workshops",
    migrations=migrations,
    blueprint=blueprint,
    nav=Nav(
        N_("Mitmachen"), 3, "people", N_("Bei einem Workshop mitmachen"), _codes, endpoint="workshops.join", when=store.any_open
    ),
    everywhere=lambda conn: {"open_workshops": store.opened(conn)},
    leaves=(
        Leaves(
            "workshops",
            (
                *("id", "stop_id", "join_code", "title", "partner", "goal", "state", "focus", "step_id"),
                *("attendance", "paper_people", "at"),
            ),
            DAYS,
        ),
        Leaves(
            "workshop_steps",
            (
                *("id", "workshop_id", "place", "title", "method", "minutes", "extra", "note"),
                *("started_at", "ended_at"),
            ),
            DAYS,
        ),
        Leaves("workshop_groups", ("id", "workshop_id", "name", "place", "apart"), DAYS),
        Leaves(
            "boards",
            (
                *("id", "step_id", "group_id", "source_id", "kind", "question", "options", "named", "show_others", "reveal"),
                *("revealed", "votes_each", "votes_stack", "votes_hidden", "locked", "moderated", "max_length", "max_notes"),
            ),
            DAYS,
        ),
        Leaves(
            "notes",
            (
                *("id", "board_id", "text", "name", "field", "x", "y", "parent_id", "place", "star", "state", "channel"),
                *("idea_id", "at"),
            ),
            DAYS,
        ),
        Leaves("tallies", ("id", "board_id", "target", "value", "votes", "paper_votes"), DAYS),
        Leaves("outcomes", ("id", "workshop_id", "kind", "text", "assignee", "due", "place"), DAYS),
    ),
    printables=(Printable("workshops", result_routes.load, "workshop.typ"),),
    commands={"workshops list": _list},
    demo=demo.fill,
)
