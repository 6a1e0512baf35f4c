"""The hub's pages, for its staff: ideas to read and answer, kits, signing in."""

from typing import Any

from flask import Blueprint, abort, current_app, jsonify, redirect, request, url_for

from .. import clock, credentials, doors
from ..answers import STATUSES
from ..doors import HUB_STAFF, VISITOR, Person, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..web import page, person, see
from . import ingest, outbox, reading, staff
from .api import hub
from .forms import answer_form, first_form, sign_in_form

blueprint = Blueprint("hub", __name__)


@blueprint.get("/healthz")
@open_to(VISITOR)
def health() -> Any:
    """For whoever watches over the hub."""
    with hub().db.read() as conn:
        return jsonify(ok=True, kits=len(reading.all_kits(conn)))


@blueprint.get("/")
@open_to(HUB_STAFF)
def index() -> Any:
    """Ideas of all kits: filtered, searched, sorted."""
    question = _question()
    with hub().db.read() as conn:
        ideas, total = reading.listing(conn, question)
        stops, known, (answered, overall) = reading.all_stops(conn), reading.all_kits(conn), reading.progress(conn)
    return page(
        "hub/index.html", ideas=ideas, total=total, question=question, stops=stops, today=clock.today().isoformat(), kits=known,
        districts=sorted({stop["district"] for stop in stops} - {""}),
        answered=answered, overall=overall, pages=-(-total // reading.PER_PAGE),
    )  # fmt: skip


@blueprint.get("/ideas/<kit>/<rid>")
@open_to(HUB_STAFF)
def show(kit: str, rid: str) -> Any:
    """One idea with its comments, and the form to answer it."""
    return _idea_page(kit, rid, None)


@blueprint.post("/ideas/<kit>/<rid>")
@open_to(HUB_STAFF)
def answer(kit: str, rid: str) -> Any:
    """Answer it; the kit takes the answer along at its next hand-over."""
    form = answer_form(request.form)
    if not form:
        return _idea_page(kit, rid, form, 422)
    _idea_or_404(kit, rid)
    hub().db.write(outbox.answer, hub().signing_key, kit, rid, form.data, _me().name)
    return see("hub.show", kit=kit, rid=rid, sent="yes", _anchor="answer")


@blueprint.get("/kits")
@open_to(HUB_STAFF)
def all_kits() -> Any:
    """Which kits have handed over what, and when."""
    with hub().db.read() as conn:
        return page("hub/kits.html", kits=reading.all_kits(conn))


@blueprint.post("/kits/<kit>/revocation")
@open_to(HUB_STAFF)
def revoke(kit: str) -> Any:
    """Take a lost kit's key away: from now on it is refused."""
    with hub().db.read() as conn:
        if ingest.one_kit(conn, kit) is None:
            abort(404)
    hub().db.write(ingest.revoke, kit, _me().name)
    return see("hub.all_kits")


@blueprint.get("/sign-in")
@open_to(VISITOR)
def sign_in() -> Any:
    """Ask for card and PIN."""
    return _sign_in_page(None)


@blueprint.get("/card/<secret>")
@open_to(VISITOR)
def scanned(secret: str) -> Any:
    """Where a card's link leads: only the PIN is missing. The same for every card, real or not."""
    return _sign_in_page(None, card=secret)


@blueprint.post("/sign-in")
@open_to(VISITOR)
def enter() -> Any:
    """Compare card and PIN."""
    form = sign_in_form(request.form)
    card = form.data["card"] if request.form.get("scanned") else ""
    if form:
        try:
            someone = hub().gate.enter(hub().db, form.data["card"], form.data["pin"], doors.device(request.environ))
            return _begin(someone, "hub.index")
        except staff.Wrong:
            form.refuse("pin", _("Karte oder PIN stimmt nicht."))
        except staff.Wait as wait:
            form.refuse("pin", str(wait))
    return _sign_in_page(form, 422, card)


@blueprint.post("/sign-out")
@open_to(HUB_STAFF)
def sign_out() -> Any:
    """End the session on this device."""
    hub().sessions.end(request.cookies.get(current_app.config["COOKIE"]))
    return see("hub.sign_in")


@blueprint.get("/first/<secret>")
@open_to(VISITOR)
def first(secret: str) -> Any:
    """The first member of staff takes over a new hub: name and PIN."""
    _check_first(secret)
    return page("hub/first.html", form=None)


@blueprint.post("/first/<secret>")
@open_to(VISITOR)
def take_over(secret: str) -> Any:
    """Make the first card, and show it."""
    _check_first(secret)
    form = first_form(request.form)
    if not form:
        return page("hub/first.html", status=422, form=form)
    hub().first_link = ""
    name = form.data["name"]
    staff_id, card = hub().db.write(staff.add, name, form.data["pin"], name)
    shown = page("hub/card.html", link=url_for("hub.scanned", secret=card, _external=True), code=credentials.grouped(card))
    return _with_session(Person(staff_id, name, HUB_STAFF), shown)


def _question() -> reading.Question:
    args = request.args
    number = args.get("page", "1")
    return reading.Question(
        kit=args.get("kit", ""),
        stop=args.get("stop", ""),
        district=args.get("district", ""),
        words=args.get("q", "")[:100],
        answered=args.get("answered", "") if args.get("answered") in ("yes", "no") else "",
        sort=args.get("sort", "") if args.get("sort") in reading.SORTS else "newest",
        number=max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
    )


def _idea_or_404(kit: str, rid: str) -> dict[str, Any]:
    with hub().db.read() as conn:
        return reading.one(conn, kit, rid) or abort(404)


def _idea_page(kit: str, rid: str, form: Form | None, status: int = 200) -> Any:
    idea = _idea_or_404(kit, rid)
    with hub().db.read() as conn:
        comments = reading.comments(conn, kit, rid)
    choices = [(key, _(label)) for key, label in STATUSES.items()]
    return page("hub/show.html", status=status, idea=idea, comments=comments, form=form, choices=choices)


def _sign_in_page(form: Form | None, status: int = 200, card: str = "") -> Any:
    return page("hub/sign_in.html", status=status, form=form, card=card)


def _check_first(secret: str) -> None:
    if not hub().first_link or credentials.read_secret(secret) != hub().first_link:
        abort(404)


def _begin(someone: Person, endpoint: str) -> Any:
    return _with_session(someone, redirect(url_for(endpoint), 303))


def _with_session(someone: Person, response: Any) -> Any:
    hub().sessions.end(request.cookies.get(current_app.config["COOKIE"]))
    response.set_cookie(
        current_app.config["COOKIE"], hub().sessions.begin(someone),
        path="/", httponly=True, samesite="Strict", secure=request.is_secure,
    )  # fmt: skip
    return response


def _me() -> Person:
    someone = person()
    assert someone is not None  # the door let nobody else in
    return someone
