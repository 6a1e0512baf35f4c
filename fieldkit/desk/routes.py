"""The desk over HTTP."""

import sqlite3
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from .. import __version__, clock, ids, notices, photos
from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..room import Room
from ..web import everywhere, house, page, person, read, see, write
from . import forms, health, menu, store

blueprint = Blueprint("desk", __name__)

PHOTO_LIMIT = 12 * 1024 * 1024  # bytes of a form; a photo that is somewhat too large still gets a sentence
RECENT = 10  # paper cards to look back on


@blueprint.app_context_processor
def _menu() -> dict[str, Any]:
    return {"desk_menu": menu.entries, "exists": menu.exists}


@blueprint.get("")
@open_to(FACILITATOR)
def index() -> Any:
    """What is open, what waits, how the kit is."""
    conn = read()
    handover = store.handover(conn)
    totals = store.totals(conn, house().rooms)
    return page(
        "desk/index.html", me=_who(), now=clock.now(), time=health.local_time(), totals=totals,
        planned=store.any_record(conn, "stops"), started=any(count for label, today, count in totals),
        piles=[(pile, pile.count(conn)) for room in house().rooms for pile in room.waiting if menu.exists(pile.endpoint)],
        lights=health.glance(house()), shapes=health.SHAPES, handover=handover, notices=notices.standing(conn),
        versions=(__version__, sqlite3.sqlite_version), tolerance=health.TOLERANCE,
    )  # fmt: skip


@blueprint.get("/doctor")
@open_to(FACILITATOR)
def examination() -> Any:
    """Whether the device is ready for the square: every light, and what to do."""
    return page("desk/doctor.html", lights=health.everything(house()), shapes=health.SHAPES, time=health.local_time())


@blueprint.get("/clock")
@open_to(FACILITATOR)
def clock_form() -> Any:
    """The kit's clock beside the phone's."""
    return _clock_page(None)


@blueprint.post("/clock")
@open_to(FACILITATOR)
def set_clock() -> Any:
    """Move the kit's clock forward to what the phone says."""
    form = forms.clock_form(request.form)
    if not form:
        return _clock_page(form, 422)
    moment = form.data["moment"]
    if abs(moment - clock.now()) <= health.TOLERANCE:
        return see("desk.index")
    try:
        clock.move_forward(moment)
    except clock.Backwards:
        form.refuse(
            "time",
            _(
                "Die Uhr dieses Kits geht nur vorwärts, und nicht weiter als ein paar Jahre. Es bleibt bei %(time)s Uhr.",
                time=health.local_time(),
            ),
        )
        return _clock_page(form, 422)
    except clock.NotAllowed:
        write(store.wish_time, _who(), "clock wish", moment)
        form.refuse(
            "time",
            _(
                "Dieses Kit darf seine Uhr nicht selbst stellen. Wir haben es notiert: Bitte stellt sie am Gerät, oder gebt Feldkit das Recht dazu."
            ),
        )
        return _clock_page(form, 422)
    write(store.wish_time, _who(), "clock", moment)
    return see("desk.index")


@blueprint.get("/paper")
@open_to(FACILITATOR)
def paper() -> Any:
    """The form for the next paper card; whoever comes back to a stack goes on where it ended."""
    room = _paper_room()
    last = next(iter(store.cards_today(read(), room)), {})
    return _paper_page(room, Form(request.args if "sheet" in request.args else forms.next_card(last)))


@blueprint.post("/paper")
@open_to(FACILITATOR)
def enter_paper() -> Any:
    """Store one paper card and come back for the next."""
    request.max_content_length = PHOTO_LIMIT
    try:
        room = _paper_room()
    except RequestEntityTooLarge:  # nothing of the form was read
        return _photo_too_large()
    assert room.paper is not None
    form = room.paper.form(request.form)
    if room.paper.photo:
        forms.read_photo(form, request.files)
    card_id = request.form.get("id", "")
    if not ids.is_id(card_id):
        form.refuse("id", _("Das Formular war nicht mehr gültig. Der Text ist noch da: Bitte noch einmal speichern."))
    if not everywhere("stop"):
        return _paper_page(room, form, 409)
    if not form:
        return _paper_page(room, form, 422)
    try:
        write(store.enter, room.paper, {**form.data, "id": card_id}, _who())
    except store.Reused:
        form.refuse(
            "id",
            _(
                "Diese Karte war schon gespeichert, mit anderem Text. Wenn das hier eine neue Karte ist, speichere sie noch einmal."
            ),
        )
        return _paper_page(room, form, 409)
    return see("desk.paper", room=room.name, saved=card_id, **forms.next_card(request.form))


def _photo_too_large() -> Any:
    sentence = _("Ein Foto darf höchstens 8 MB haben. Bitte geh zurück, die Karte steht dort noch, und wähle ein kleineres Foto.")
    return page("error.html", status=413, title=_("Dieses Foto ist zu groß"), sentence=sentence)


def _who() -> str:
    someone = person()
    return someone.name if someone else ""


def _clock_page(form: Form | None, status: int = 200) -> Any:
    now = clock.now()
    return page("desk/clock.html", status=status, form=form, now=now, today=clock.today(), time=health.local_time())


def _paper_rooms() -> list[Room]:
    return [room for room in house().rooms if room.paper]


def _paper_room() -> Room:
    wanted = request.values.get("room", "")
    rooms = _paper_rooms()
    return next((room for room in rooms if room.name == wanted), None) or (rooms[0] if rooms and not wanted else abort(404))


def _paper_page(room: Room, form: Form, status: int = 200) -> Any:
    cards = store.cards_today(read(), room)
    # The id stays with the words until they are stored, so that sending them twice is one card.
    card_id = request.form.get("id", "") if form.errors and "id" not in form.errors else ids.new_id()
    saved = next((card for card in cards if card["rid"] == request.args.get("saved")), None)
    return page(
        "desk/paper.html", status=status, most=photos.LARGEST, room=room, rooms=_paper_rooms(), form=form, card_id=card_id,
        cards=cards[:RECENT], count=len(cards), saved=saved,
    )  # fmt: skip
