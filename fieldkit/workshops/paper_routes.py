"""«Für andere eingeben» over HTTP: notes and votes of people without a phone, quickly and with the keyboard alone."""

from typing import Any

from flask import abort, request

from .. import ids
from ..boards import kind_of
from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from ..web import page, person, read, see, write
from . import boards_store, groups_store, live, notes_store, paper, paper_store, votes_store
from .forms import new_or_posted
from .lead_routes import workshop_or_404
from .routes import blueprint
from .said import Refusal, said

SAID = {
    "notes": N_("Die Zettel hängen, als «auf Papier» gekennzeichnet. Weiter mit den nächsten."),
    "votes": N_("Die Stimmen sind gezählt. Weiter mit den nächsten."),
    "nothing": Refusal(N_("Das Feld war leer. Es hat sich nichts geändert.")),
}


@blueprint.get("/<code>/boards/<board_id>/paper")
@open_to(FACILITATOR)
def paper_entry(code: str, board_id: str) -> Any:
    """The fields for a board: notes one a line, votes as numbers."""
    return _paper_page(*_board_or_404(code, board_id), None)


@blueprint.post("/<code>/boards/<board_id>/paper")
@open_to(FACILITATOR)
def enter_on_paper(code: str, board_id: str) -> Any:
    """Store what was typed in, and come back for the next."""
    workshop, board = _board_or_404(code, board_id)
    form = Form(request.form)
    notes = paper.notes_form(board, form) if paper.takes_notes(board) else []
    votes = paper.votes_form(board, notes_store.seen(read(), board, live.TEAM), form)
    if not form:
        return _paper_page(workshop, board, form, 422)
    try:
        form_id = new_or_posted(form, "id")
        if notes:
            write(paper_store.enter_notes, board_id, form_id, notes, _who())
        if votes:
            write(paper_store.enter_votes, board_id, form_id, votes, _who())
    except (notes_store.Closed, votes_store.Closed):
        form.refuse("notes", _("Der Workshop ist beendet. Es ist nichts gespeichert."))
        return _paper_page(workshop, board, form, 409)
    except (notes_store.Passed, votes_store.NotHere):
        form.refuse(
            "votes",
            _("Inzwischen ist ein Zettel abgenommen worden. Seine Stimmen sind nicht gezählt; bitte sieh noch einmal nach."),
        )
        return _paper_page(workshop, board, form, 409)
    done = "notes" if notes else "votes" if votes else "nothing"
    field = {"field": request.form["field"]} if request.form.get("field") else {}
    return see("workshops.paper_entry", code=code, board_id=board_id, said=done, **field)


@blueprint.post("/<code>/people")
@open_to(FACILITATOR)
def count_people(code: str) -> Any:
    """Write down how many take part without a phone."""
    workshop, form = workshop_or_404(code), Form(request.form)
    number = form.number("paper_people", 0, 500)
    if not form:
        abort(400)
    write(paper_store.count_people, workshop["id"], number)
    return see("workshops.groups", code=code, said="people")


def _who() -> str:
    someone = person()
    return someone.name if someone else ""


def _board_or_404(code: str, board_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    workshop, board = workshop_or_404(code), boards_store.board(read(), board_id)
    if board is None or board["workshop_id"] != workshop["id"]:
        abort(404)
    return workshop, board


def _tables(board: dict[str, Any]) -> list[tuple[str, str]]:
    """Where paper may come from while groups work by themselves: the id of a board and whose it is, the one for everybody first."""
    groups = groups_store.apart(read(), board["step_id"])
    mother = boards_store.board_for(read(), board["step_id"], None)
    if not groups or mother is None:
        return []
    return [(mother["id"], _("Alle zusammen")), *((group["board_id"], group["name"]) for group in groups)]


def _paper_page(workshop: dict[str, Any], board: dict[str, Any], form: Form | None, status: int = 200) -> Any:
    notes = notes_store.seen(read(), board, live.TEAM)
    on_paper = [note for note in notes if note["channel"] == "paper"]
    places = kind_of(board).places(board) if paper.takes_notes(board) else []
    return page(
        "workshops/paper.html", status=status, workshop=workshop, board=board, kind=kind_of(board), form=form, entry_id=ids.new_id(),
        sheet=paper.sheet(board, notes), takes_notes=paper.takes_notes(board), places=places,
        tables=_tables(board), last=on_paper[-8:][::-1], count=len(on_paper), said=said(SAID), chosen_field=request.args.get("field", ""),
    )  # fmt: skip
