"""The notes of a board as a list over HTTP, for the team: approve, sort, group, merge, split, star, take down, edit. A keyboard is enough."""

from typing import Any

from flask import Response, abort, request

from .. import ids
from ..boards import kind_of
from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import N_
from ..web import page, part_wanted, read, see, write
from . import boards_store, forms, groups_store, live, notes_store, tidy_store
from .lead_routes import workshop_or_404
from .routes import blueprint
from .said import Refusal, said

SAID = {
    "done": N_("Erledigt."),
    "merged": N_("Zusammengelegt."),
    "grouped": N_("Gruppiert."),
    "split": N_("Wieder einzeln."),
    "removed": N_("Abgenommen. Unten auf der Seite lässt es sich zurückholen."),
    "approved": N_("Freigegeben."),
    "back": N_("Hängt wieder."),
    "none": Refusal(N_("Es hat sich nichts geändert: Bitte kreuze zuerst Zettel an, zum Zusammenlegen mindestens zwei.")),
    "secret": Refusal(N_("Die Punkte sind noch geheim. Danach ordnen geht, sobald ihr die Tafel schließt oder weitergeht.")),
    "no-heading": Refusal(N_("Bitte gib der Gruppe eine Überschrift.")),
    "gone": Refusal(N_("Diesen Zettel gibt es nicht mehr. Wer ihn geschrieben hat, hat ihn zurückgezogen.")),
}
"""What happened, as the team is told."""

ORDERS = {
    "arrival": N_("nach Ankunft"),
    "words": N_("von A bis Z"),
    "stars": N_("Sterne zuerst"),
    "votes": N_("viele Punkte zuerst"),
}


@blueprint.get("/<code>/boards/<board_id>/notes")
@open_to(FACILITATOR)
def notes(code: str, board_id: str) -> Any:
    """The list."""
    workshop, board = _board_or_404(code, board_id)
    everything = _seen(board)
    groups = {group["id"]: group["name"] for group in groups_store.of(read(), workshop["id"])}
    boards = {one["id"]: groups.get(one["group_id"], "") for one in boards_store.boards(read(), workshop["id"])}
    return page(
        "workshops/notes.html", workshop=workshop, board=board, kind=kind_of(board), said=said(SAID),
        waiting=[note for note in _flat(everything) if note["state"] == "waiting"],
        notes=[note for note in everything if note["state"] != "waiting"],
        removed=tidy_store.removed(read(), board_id), groups=boards, ORDERS=ORDERS,
        version=live.version(board_id, to=live.TEAM),
    )  # fmt: skip


@blueprint.get("/<code>/boards/<board_id>/notes/stand")
@open_to(FACILITATOR)
def notes_stand(code: str, board_id: str) -> Any:
    """Whether something changed since the list was made: 204 when not, else a link. The list itself never moves under a finger."""
    workshop, board = _board_or_404(code, board_id)
    if part_wanted() and request.args.get("version") == live.version(board_id, to=live.TEAM):
        return Response(status=204)
    if not part_wanted():
        return see("workshops.notes", code=code, board_id=board_id)
    return page(
        "workshops/_notes_stand.html", workshop=workshop, board=board, fresh=True, version=request.args.get("version", "")
    )


@blueprint.post("/<code>/boards/<board_id>/notes")
@open_to(FACILITATOR)
def tidy(code: str, board_id: str) -> Any:
    """Do something with the notes that were ticked, or with the one whose own button was pressed."""
    _workshop, board = _board_or_404(code, board_id)
    ticked = request.form.getlist("note")
    act, _colon, one = request.form.get("do", "").partition(":")
    chosen = [one] if one else ticked
    try:
        done, anchor = _do(act, board, chosen, one)
    except tidy_store.Nothing:
        done, anchor = "none", "list"
    except tidy_store.Secret:
        done, anchor = "secret", "list"
    return see("workshops.notes", code=code, board_id=board_id, said=done, _anchor=anchor)


@blueprint.get("/<code>/boards/<board_id>/notes/<note_id>")
@open_to(FACILITATOR)
def note(code: str, board_id: str, note_id: str) -> Any:
    """The form for one note."""
    workshop, board = _board_or_404(code, board_id)
    found = tidy_store.here(read(), board_id, [note_id])
    if not found:
        return see("workshops.notes", code=code, board_id=board_id, said="gone")
    values = {name: str(found[0][name] if found[0][name] is not None else "") for name in ("text", "field", "x", "y")}
    return _note_page(workshop, board, note_id, Form(values))


@blueprint.post("/<code>/boards/<board_id>/notes/<note_id>")
@open_to(FACILITATOR)
def change_note(code: str, board_id: str, note_id: str) -> Any:
    """Keep its new words and place."""
    workshop, board = _board_or_404(code, board_id)
    form = forms.note_form(board, request.form)
    if not form:
        return _note_page(workshop, board, note_id, form, 422)
    values = {name: value for name, value in form.data.items() if name in ("text", "field", "x", "y")}
    try:
        write(tidy_store.change, board_id, [note_id], values)
    except tidy_store.Nothing:
        return see("workshops.notes", code=code, board_id=board_id, said="gone")
    return see("workshops.notes", code=code, board_id=board_id, said="done", _anchor=f"note-{note_id}")


def _do(act: str, board: dict[str, Any], chosen: list[str], one: str) -> tuple[str, str]:
    """What was done, and where on the page to go on. Raises tidy_store.Nothing."""
    board_id, anchor = board["id"], f"note-{one}" if one else "list"
    if act in ("up", "down"):
        order = [note["id"] for note in _seen(board) if note["state"] != "waiting"]
        write(tidy_store.move, board_id, one, -1 if act == "up" else 1, order)
    elif act == "sort":
        write(tidy_store.sort, board_id, _seen(board), request.form.get("by", ""))
    elif act in ("star", "unstar"):
        write(tidy_store.change, board_id, chosen, {"star": int(act == "star")})
    elif act == "merge":
        return "merged", f"note-{write(tidy_store.merge, board_id, chosen)}"
    elif act == "group":
        return _group(board, chosen)
    elif act == "split":
        write(tidy_store.split, board_id, chosen)
        return "split", anchor
    elif act in ("remove", "reject"):
        write(tidy_store.change, board_id, chosen, {"state": "removed"}, "moderation")
        return "removed", "list"
    elif act == "approve":
        write(tidy_store.change, board_id, chosen, {"state": "shown"}, "moderation")
        return "approved", "list"
    elif act == "back":
        write(tidy_store.restore, board_id, one)
        return "back", anchor
    else:
        abort(400)
    return "done", anchor


def _group(board: dict[str, Any], chosen: list[str]) -> tuple[str, str]:
    form = Form(request.form)
    heading = form.text("heading", board["max_length"], required="?")
    if not form:
        return "no-heading", "heading"
    write(tidy_store.group, board["id"], chosen, {"id": forms.new_or_posted(form, "id"), "text": heading})
    return "grouped", "list"


def _seen(board: dict[str, Any]) -> list[dict[str, Any]]:
    return notes_store.seen(read(), board, live.TEAM)


def _flat(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for note in found for one in (note, *note["children"])]


def _board_or_404(code: str, board_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    workshop, board = workshop_or_404(code), boards_store.board(read(), board_id)
    if board is None or board["workshop_id"] != workshop["id"]:
        abort(404)
    return workshop, board


def _note_page(workshop: dict[str, Any], board: dict[str, Any], note_id: str, form: Form, status: int = 200) -> Any:
    places = kind_of(board).places(board)
    return page("workshops/note.html", status=status, workshop=workshop, board=board, note_id=note_id, form=form, places=places)


@blueprint.app_context_processor
def _new_id() -> dict[str, Any]:
    return {"new_id": ids.new_id}
