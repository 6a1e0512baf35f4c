"""What participants see and do on a board, over HTTP. Everything works without JavaScript; htmx fetches the same pages in parts."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import Response, abort, render_template, request
from markupsafe import Markup

from .. import doors, ids
from ..boards import kind_of
from ..boards.kind import DOTS, NOTES, nothing
from ..doors import VISITOR, open_to
from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from ..web import page, part_wanted, read, ready_part, see, write
from . import boards_store, forms, groups_store, notes_store, standing, votes_store
from .routes import blueprint, enter
from .said import Refusal, said, told
from .standing import Standing

writing = doors.Throttle(each=120, overall=30_000, seconds=300)

SAID = {
    "note": N_("Danke, dein Zettel ist da."),
    "withdrawn": N_("Dein Zettel ist weg, für immer."),
    "gone": Refusal(N_("Dieser Zettel war schon weg.")),
    "dotted": N_("Dein Punkt ist da."),
    "undotted": N_("Deine Punkte sind wieder frei."),
    "none-left": Refusal(N_("Du hast alle Punkte vergeben. Nimm zuerst einen zurück.")),
    "not-here": Refusal(N_("Diesen Zettel gibt es nicht mehr. Dein Punkt ist noch frei.")),
    "chosen": N_("Danke, deine Antwort ist da. Du kannst sie noch ändern."),
    "changed": Refusal(N_("Inzwischen hat sich die Auswahl geändert. Bitte sieh sie dir noch einmal an.")),
    "too-much": Refusal(N_("Das ist mehr, als hier möglich ist. Es gilt weiter, was du vorher gewählt hast.")),
    "late": Refusal(N_("Die Gruppe ist schon weiter, hier ist ausgezählt. Es bleibt, was du vorher gewählt hast.")),
    "closed": Refusal(N_("Diese Tafel ist geschlossen, es hat sich nichts geändert.")),
}
"""What happened, as participants are told."""


@blueprint.get("/<code>/p/<token>/")
@open_to(VISITOR)
def take_part(code: str, token: str) -> Any:
    """Where the group is, the board, and what this participant can do there."""
    workshop, who = enter(code, token)
    return _board_page(workshop, who, token, said=said(SAID))


@blueprint.get("/<code>/p/<token>/stand")
@open_to(VISITOR)
def stand(code: str, token: str) -> Any:
    """What everybody sees, asked again every few seconds: 204 when nothing changed, without touching the database."""
    workshop, who = enter(code, token)
    now = standing.look(read, workshop["id"], who["group_id"]) or abort(404)
    if not part_wanted():
        return page("workshops/stand.html", token=token, **shown(now))
    asked, shape = request.args.get("version"), request.args.get("shape", now.shape)
    moved = request.args.get("mine", shape) != now.shape
    known = shape == now.shape and moved == ("moved" in request.args)
    if known and asked == now.version:
        return Response(status=204)
    found = shown(now)
    if known and asked == found["now"].version:
        return Response(status=204)
    part = standing.wrap(found["now"], moved, found["whole"], partial(render_template, "workshops/_stand.html", **found))
    return ready_part(part.html, part.gzipped)


@blueprint.post("/<code>/p/<token>/boards/<board_id>/notes")
@open_to(VISITOR)
def leave_note(code: str, token: str, board_id: str) -> Any:
    """Store a note; the same form sent again is the same note."""
    workshop, who = enter(code, token)
    board = _board_or_404(workshop, board_id)
    form = forms.note_form(board, request.form)
    _limit(form)
    if not form:
        return _board_page(workshop, who, token, form, 422, at=board_id)
    try:
        write(notes_store.leave, board_id, who, form.data)
    except notes_store.Closed:
        form.refuse("text", _("Diese Tafel nimmt nichts mehr auf. Dein Text ist nicht gespeichert; sprich die Leitung an."))
        return _board_page(workshop, who, token, form, 409, at=board_id)
    except notes_store.Enough:
        form.refuse("text", _("Du hast schon so viele Zettel abgegeben, wie hier möglich sind. Zieh zuerst einen zurück."))
        return _board_page(workshop, who, token, form, 409, at=board_id)
    except notes_store.Passed:
        form.refuse(
            "text",
            _("Hier hat gerade jemand anders weitergeschrieben. Dein Text ist noch da: Lies nach, und schreib dann weiter."),
        )
        return _board_page(workshop, who, token, form, 409, at=board_id)
    return _done(workshop, who, token, "note", board_id)


@blueprint.post("/<code>/p/<token>/notes/<note_id>/withdrawal")
@open_to(VISITOR)
def withdraw_note(code: str, token: str, note_id: str) -> Any:
    """Erase an own note for good."""
    workshop, who = enter(code, token)
    board_id = request.form.get("board", "")
    try:
        write(notes_store.withdraw, note_id, who)
    except notes_store.Gone:
        return _done(workshop, who, token, "gone", board_id)
    except notes_store.Closed:
        return _done(workshop, who, token, "closed", board_id)
    return _done(workshop, who, token, "withdrawn", board_id)


@blueprint.post("/<code>/p/<token>/boards/<board_id>/dots")
@open_to(VISITOR)
def dot(code: str, token: str, board_id: str) -> Any:
    """Give a dot to the note `note`, or take those on `back` back."""
    workshop, who = enter(code, token)
    _board_or_404(workshop, board_id)
    have = request.form.get("have", "0")
    try:
        if "back" in request.form:
            write(votes_store.undot, board_id, who, request.form["back"])
            return _done(workshop, who, token, "undotted", board_id)
        write(
            votes_store.dot, board_id, who, request.form.get("note", ""), int(have) if have.isdecimal() and len(have) < 4 else 0
        )
    except votes_store.Late:
        return _done(workshop, who, token, "late", board_id)
    except votes_store.Closed:
        return _done(workshop, who, token, "closed", board_id)
    except votes_store.NoneLeft:
        return _done(workshop, who, token, "none-left", board_id)
    except votes_store.NotHere:
        return _done(workshop, who, token, "not-here", board_id)
    return _done(workshop, who, token, "dotted", board_id)


@blueprint.post("/<code>/p/<token>/boards/<board_id>/choice")
@open_to(VISITOR)
def choose(code: str, token: str, board_id: str) -> Any:
    """Store what somebody chose, in place of what they chose before, and the words to it where the board takes some."""
    workshop, who = enter(code, token)
    board = _board_or_404(workshop, board_id)
    form = forms.choice_form(board, request.form, kind_of(board).offers(board, notes_store.seen(read(), board)))
    note = forms.note_form(board, request.form) if NOTES in board["accepts"] else None
    if note is not None and not note:
        form.errors |= note.errors
    _limit(form)
    if not form:
        return _board_page(workshop, who, token, form, 422, at=board_id)
    try:
        write(notes_store.choose_with_words, board_id, who, form.data, note.data if note else None)
    except votes_store.Late:
        return _done(workshop, who, token, "late", board_id)
    except votes_store.Closed:
        return _done(workshop, who, token, "closed", board_id)
    except votes_store.NotHere:
        return _done(workshop, who, token, "changed", board_id)
    except votes_store.TooMuch:
        return _done(workshop, who, token, "too-much", board_id)
    return _done(workshop, who, token, "chosen", board_id)


def shown(now: Standing, view: str = standing.PHONE) -> dict[str, Any]:
    """What the moving part of a page is rendered from; the board in it is rendered once for everybody, and whole where `?all` asks for it."""
    whole = "all" in request.args
    piece = standing.show(read, now, view, render_template, whole)
    return {"now": replace(now, version=piece.version), "piece": Markup(piece.html), "whole": whole}  # noqa: S704 - our own template


def _board_page(
    workshop: dict[str, Any],
    who: dict[str, Any],
    token: str,
    form: Form | None = None,
    status: int = 200,
    said: str = "",
    at: str = "",
) -> Any:
    """The whole page, or only the participant's own part of it: of the board where the group is, or of the one with the id `at`."""
    now = standing.look(read, workshop["id"], who["group_id"]) or abort(404)
    now = _at(now, who, at) if at else now
    return page(
        "workshops/board.html", "workshops/_mine.html", status=status,
        who=who, token=token, form=form, said=said, note_id=ids.new_id(), **({"now": now} if part_wanted() else shown(now)), **_mine(now, who),
    )  # fmt: skip


def _at(now: Standing, who: dict[str, Any], board_id: str) -> Standing:
    """Where somebody is who sent a form of this board: what they read and write stays about the same question until they go on."""
    board = None if now.board and now.board["id"] == board_id else boards_store.board(read(), board_id)
    theirs = board and board["workshop_id"] == now.workshop["id"] and board["group_id"] in (None, who["group_id"])
    return now.still_at(board) if board and theirs and board["started_at"] else now


def _mine(now: Standing, who: dict[str, Any]) -> dict[str, Any]:
    """What this participant wrote, gave and chose on the present board."""
    if now.board is None:
        return {}
    kind, conn, board_id = kind_of(now.board), read(), now.board["id"]
    dots = votes_store.dots(conn, board_id, who["id"]) if DOTS in kind.takes else {}
    offers = kind.offers(now.board, notes_store.seen(conn, now.board)) if kind.offers is not nothing else []
    places = {group["id"]: group["place"] - 1 for group in groups_store.of(conn, who["workshop_id"])} if who["group_id"] else {}
    return {
        "board": now.board,
        "kind": kind,
        "offers": offers,
        "places": kind.places(now.board),
        "seat": kind.seat(now.board, who | {"group_place": places.get(who["group_id"])}),
        "own": notes_store.own(conn, board_id, who["id"]),
        "dots": [(notes_store.text_of(conn, note), note, number) for note, number in dots.items()],
        "have": sum(dots.values()),
        "chosen": votes_store.chosen(conn, board_id, who["id"]),
    }


def _done(workshop: dict[str, Any], who: dict[str, Any], token: str, said: str, board_id: str) -> Any:
    """Say what happened: on the page after this one, or at once in the part that was asked for, which stays with its board."""
    if part_wanted():
        return _board_page(workshop, who, token, said=told(SAID, said), at=board_id)
    return see("workshops.take_part", code=workshop["join_code"], token=token, said=said, _anchor="mine")


def _board_or_404(workshop: dict[str, Any], board_id: str) -> dict[str, Any]:
    board = boards_store.board(read(), board_id)
    return board if board and board["workshop_id"] == workshop["id"] else abort(404)


def _limit(form: Form) -> None:
    """One phone may not fill a board alone."""
    if not doors.on_the_kit(request.environ) and not writing.admit(doors.device(request.environ)):
        form.refuse(
            "text", _("Das war gerade sehr viel auf einmal. Dein Text ist noch da: Bitte warte eine Minute und sende ihn dann.")
        )
