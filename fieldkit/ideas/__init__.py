"""Ideas: what visitors would like to see in their Kiez, with support and comments.

The pattern room: copy it when you add one.
"""

from ..i18n import N_
from ..room import Contribution, Leaves, Nav, Paper, Room, Waiting
from . import demo, forms, store
from .routes import blueprint
from .schema import migrations

ROOM = Room(
    "ideas",
    migrations=migrations,
    blueprint=blueprint,
    leaves=(
        Leaves(
            "ideas",
            (
                *("id", "stop_id", "title", "body", "category", "place", "name", "channel", "sheet", "receipt"),
                *("state", "hidden_because", "merged_into", "reply", "at"),
            ),
        ),
        Leaves("supports", ("id", "idea_id", "strokes", "channel", "at")),
        Leaves("comments", ("id", "idea_id", "body", "name", "receipt", "state", "hidden_because", "at")),
        Leaves("contacts", ("id", "sealed", "at")),
    ),
    nav=Nav(N_("Ideen"), order=1),
    contributions=(
        Contribution(
            "ideas", N_("Idee"), store.idea_by_receipt, "ideas/_mine.html", forms.correction_form,
            store.correct, store.withdraw,
        ),
        Contribution(
            "comments", N_("Kommentar"), store.comment_by_receipt, "ideas/_my_comment.html", forms.comment_correction_form,
            store.correct_comment, store.withdraw_comment,
        ),
    ),
    paper=Paper(N_("Idee"), "ideas/_paper.html", forms.paper_form, store.enter_paper),
    waiting=(
        Waiting(N_("Meldungen"), store.open_reports, "ideas.moderation", (("pile", "reports"),)),
        Waiting(N_("Noch nicht auf der Leinwand"), store.waiting_for_wall, "ideas.moderation", (("pile", "wall"),)),
        Waiting(N_("Noch ohne Antwort"), store.unanswered, "ideas.moderation", (("pile", "unanswered"),)),
    ),
    demo=demo.fill,
)
