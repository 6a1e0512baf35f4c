"""Ideas: what visitors would like to see in their Kiez, with support and comments.

The pattern room: copy it when you add one.
"""

from sqlite3 import Connection

from ..i18n import N_, ngettext
from ..i18n import gettext as _
from ..room import DAYS, RECEIPT, Contribution, Leaves, Nav, Paper, Room, Waiting
from . import demo, forms, index, moderation_store, store
from .moderation_routes import blueprint
from .schema import migrations


def _hint(conn: Connection) -> str:
    """How many ideas there are at today's stop, for the front page."""
    there = store.count(conn)
    if not there:
        return _("Lies, was anderen wichtig ist")
    return ngettext("%(num)s Idee – unterstütze, was dir wichtig ist", "%(num)s Ideen – unterstütze, was dir wichtig ist", there)


ROOM = Room(
    "ideas",
    migrations=migrations,
    blueprint=blueprint,
    leaves=(
        Leaves(
            "ideas",
            (
                *("id", "stop_id", "title", "body", "category", "place", "name", "channel", "sheet", "receipt"),
                *("state", "hidden_because", "merged_into", "reply", "photo_sha256", "origin", "at"),
            ),
            DAYS,
        ),
        Leaves("supports", ("id", "idea_id", "strokes", "channel", "at"), DAYS),
        Leaves("comments", ("id", "idea_id", "body", "name", "receipt", "state", "hidden_because", "at"), DAYS),
        Leaves("contacts", ("id", "sealed", "at"), RECEIPT),
    ),
    nav=Nav(N_("Ideen"), 1, "bulb", N_("Ideen ansehen"), _hint, N_("Idee aufschreiben")),
    contributions=(
        Contribution(
            "ideas",
            N_("Idee"),
            store.idea_by_receipt,
            "ideas/_mine.html",
            forms.correction_form,
            store.correct,
            store.withdraw,
            "ideas/_correct.html",
            erases=N_(
                "Deine Idee mit allen Angaben, was sie an Unterstützung bekommen hat, die Kommentare dazu "
                "und deine Kontaktangabe, falls du eine dagelassen hast."
            ),
            endpoint="ideas.show",
            key=("idea_id", "id"),
        ),
        Contribution(
            "comments",
            N_("Kommentar"),
            store.comment_by_receipt,
            "ideas/_my_comment.html",
            forms.comment_correction_form,
            store.correct_comment,
            store.withdraw_comment,
            "ideas/_correct_comment.html",
            erases=N_("Dein Kommentar mit deinem Namen, falls er dabeistand."),
            endpoint="ideas.show",
            key=("idea_id", "idea_id"),
        ),
    ),
    paper=Paper(N_("Idee"), "ideas/_paper.html", forms.paper_form, store.enter_paper, forms.CATEGORY_LABELS, photo=True),
    takes_note=store.take_note,
    waiting=(
        Waiting(N_("Meldungen"), moderation_store.open_reports, "ideas.moderation", (("pile", "reports"),)),
        Waiting(N_("Noch nicht auf der Leinwand"), moderation_store.waiting_for_wall, "ideas.moderation", (("pile", "wall"),)),
        Waiting(N_("Noch ohne Antwort"), moderation_store.unanswered, "ideas.moderation", (("pile", "unanswered"),)),
    ),
    rebuild=index.rebuild,
    tidy=index.tidy,
    demo=demo.fill,
    demo_code=demo.DEMO_CODE,
)
