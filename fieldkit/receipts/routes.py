"""Receipts over HTTP. The code is the key: every form carries it, nothing is remembered between two requests.

Whoever holds a code may read, correct and withdraw; which rooms take contributions is on their door plates.
"""

from typing import Any

from flask import Blueprint, abort, request

from .. import doors, kit, purged, tickets
from ..doors import VISITOR, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..room import Contribution
from ..web import house, page, read, see, write
from . import forms

blueprint = Blueprint("receipts", __name__)

# Guessing 54 random bits is hopeless anyway; this keeps the slow hashes from filling the processor.
trying = doors.Throttle(each=10, overall=60, seconds=60)

Found = tuple[Contribution, dict[str, Any]]


@blueprint.get("")
@open_to(VISITOR)
def index() -> Any:
    """The form for a code; a QR code brings it along."""
    typed = request.args.get("code", "")[:60]
    return page("receipts/index.html", keep=not typed, form=None, typed=typed)


@blueprint.post("")
@open_to(VISITOR)
def look_up() -> Any:
    """What became of a contribution."""
    code, found, problem = _open()
    if found is None:
        return problem
    return _show(code, found)


@blueprint.post("/correction")
@open_to(VISITOR)
def correct() -> Any:
    """Replace the words of a contribution with better ones."""
    code, found, problem = _open()
    if found is None:
        return problem
    plate, mine = found
    form = plate.form(request.form)
    if not form:
        return _show(code, found, form)
    write(plate.correct, mine["id"], form.data)
    return see("receipts.index", code=code, done="corrected")


@blueprint.post("/withdrawal")
@open_to(VISITOR)
def withdraw() -> Any:
    """Ask once, then erase."""
    code, found, problem = _open()
    if found is None:
        return problem
    plate, mine = found
    if request.form.get("confirm") != "yes":
        return page("receipts/withdraw.html", code=code, plate=plate, mine=mine)
    write(plate.withdraw, mine["id"])
    return see("receipts.withdrawn")


@blueprint.get("/withdrawn")
@open_to(VISITOR)
def withdrawn() -> Any:
    """It is gone."""
    return page("receipts/withdrawn.html", keep=True)


@blueprint.get("/issued")
@open_to(VISITOR)
def issued() -> Any:
    """«Danke»: the contribution is stored, this is its code."""
    try:
        ticket = house().office.read(request.args.get("ticket", ""))
    except tickets.Unreadable:
        abort(404)
    found = _find(ticket.receipt)
    if found is None:  # a ticket alone proves nothing: "Danke" is only said for what lies in the database
        return page("receipts/index.html", status=404, form=_refused({}, _not_there()), typed="")
    address = f"{house().config.address}/receipts"
    return page(
        "receipts/issued.html", code=ticket.code, address=address, plate=found[0], mine=found[1],
        at_home=kit.address_at_home(read()),
    )  # fmt: skip


def _open() -> tuple[str, Found | None, Any]:
    """The posted code and what it opens, or the page that says why it opens nothing."""
    form = forms.code_form(request.form)
    if not form:
        return "", None, page("receipts/index.html", status=422, form=form, typed="")
    if not trying.admit(doors.device(request.environ)):
        return "", None, _too_many()
    receipt = tickets.receipt_of(form.data["code"])
    found = _find(receipt)
    if found is None and purged.by_receipt(read(), receipt):
        return "", None, page("receipts/handed_over.html", code=form.data["code"], at_home=kit.address_at_home(read()))
    if found is None:
        return "", None, page("receipts/index.html", status=404, form=_refused(request.form, _not_there()), typed="")
    return form.data["code"], found, None


def _find(receipt: str) -> Found | None:
    for room in house().rooms:
        for plate in room.contributions:
            mine = plate.by_receipt(read(), receipt)
            if mine:
                return plate, mine
    return None


def _show(code: str, found: Found, form: Form | None = None) -> Any:
    plate, mine = found
    return page("receipts/show.html", status=200 if form is None else 422, code=code, plate=plate, mine=mine, form=form)


def _too_many() -> Any:
    """Nothing typed may be lost: the code stays in the form, a correction can be copied."""
    sentence = _("Das waren gerade viele Versuche. Bitte warte eine Minute und drück dann noch einmal.")
    words = [words for field, words in request.form.items() if field not in ("code", "confirm") and words.strip()]
    return page("receipts/index.html", status=429, form=_refused(request.form, sentence), typed="", words=words)


def _refused(posted: Any, sentence: str) -> Form:
    form = Form(posted)
    form.refuse("code", sentence)
    return form


def _not_there() -> str:
    return _("Unter diesem Code liegt hier nichts. Vielleicht ist es von einem anderen Kit, oder es wurde schon gelöscht.")
