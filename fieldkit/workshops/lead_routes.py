"""Workshops over HTTP, for the team: plan, open, lead from step to step, close. Shown at the desk."""

from typing import Any

from flask import Response, abort, request

from .. import ids
from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from ..web import house, page, part_wanted, read, see, write
from . import boards_store, forms, history, live, seats_store, standing, store
from .board_routes import shown
from .kinds import KINDS, kind_of
from .routes import blueprint

SAID = {
    "opened": N_("Der Workshop ist offen. Alle können jetzt dazukommen."),
    "closed": N_("Der Workshop ist geschlossen. Lesen geht noch, schreiben nicht mehr."),
    "ended": N_("Der Workshop ist beendet. Wer dabei war, ist jetzt nur noch eine Zahl."),
    "elsewhere": N_("Da war schon jemand schneller: Der Workshop ist schon weiter. Es hat sich nichts geändert."),
    "not-open": N_("Der Workshop ist nicht offen. Öffne ihn zuerst."),
    "step": N_("Der Schritt steht im Ablauf."),
    "undone": N_("Rückgängig gemacht."),
    "not-undone": N_("Inzwischen ist etwas anderes passiert. Es wurde nichts rückgängig gemacht."),
}
"""What happened, as the team is told."""

TURNS = {"locked": ("0", "1"), "revealed": ("0", "1")}
"""Switches with a button of their own."""

STATES = {"prepared": N_("geplant"), "open": N_("offen"), "closed": N_("geschlossen"), "ended": N_("beendet")}

MOVES = {"open": (store.open_workshop, "opened"), "closed": (store.close, "closed"), "ended": (store.end, "ended")}


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"STATES": STATES}


@blueprint.get("")
@open_to(FACILITATOR)
def index() -> Any:
    """All workshops."""
    return page("workshops/index.html", workshops=store.listing(read()))


@blueprint.get("/new")
@open_to(FACILITATOR)
def new() -> Any:
    """The form for a workshop from scratch."""
    return page("workshops/new.html", form=None, workshop_id=ids.new_id())


@blueprint.post("/new")
@open_to(FACILITATOR)
def create() -> Any:
    """Keep it and go on to its agenda."""
    form = forms.workshop_form(request.form)
    workshop_id = forms.new_or_posted(form, "id")
    if not form:
        return page("workshops/new.html", status=422, form=form, workshop_id=workshop_id)
    code = write(store.create, {"id": workshop_id, **form.data})
    return see("workshops.lead", code=code)


@blueprint.get("/<code>")
@open_to(FACILITATOR)
def lead(code: str) -> Any:
    """The facilitator's view: the agenda, where the group is, the board with its switches, who is here."""
    workshop = _workshop(code)
    conn = read()
    return page(
        "workshops/lead.html", workshop=workshop, said=_said(),
        last=history.last(conn, workshop["id"]), ACTS=history.ACTS, KINDS=KINDS, address=house().config.address, **_led(workshop),
    )  # fmt: skip


@blueprint.get("/<code>/stand")
@open_to(FACILITATOR)
def lead_stand(code: str) -> Any:
    """The moving part of the facilitator's view; 204 when nothing changed."""
    workshop = _workshop(code)
    led = _led(workshop)
    if part_wanted() and request.args.get("version") == led["version"]:
        return Response(status=204)
    return page("workshops/lead_stand.html", "workshops/_lead_stand.html", workshop=workshop, moved=False, **led)


@blueprint.post("/<code>/state")
@open_to(FACILITATOR)
def move(code: str) -> Any:
    """Open, close or end."""
    workshop = _workshop(code)
    verb, said = MOVES.get(request.form.get("state", "")) or abort(400)
    try:
        write(verb, workshop["id"])
    except store.NotOpen:
        said = "ended"
    return see("workshops.lead", code=code, said=said)


@blueprint.post("/<code>/going")
@open_to(FACILITATOR)
def going(code: str) -> Any:
    """Move the group to another step, unless somebody else was quicker."""
    workshop = _workshop(code)
    try:
        write(store.go, workshop["id"], request.form.get("expected", ""), request.form.get("to", ""))
    except store.Elsewhere:
        return see("workshops.lead", code=code, said="elsewhere")
    except store.NotOpen:
        return see("workshops.lead", code=code, said="not-open")
    return see("workshops.lead", code=code)


@blueprint.post("/<code>/minutes")
@open_to(FACILITATOR)
def minutes(code: str) -> Any:
    """Give the present step more minutes, or take some."""
    workshop = _workshop(code)
    typed = request.form.get("minutes", "")
    if typed not in ("-5", "-1", "1", "5"):
        abort(400)
    if workshop["step_id"]:
        write(store.stretch, workshop["step_id"], int(typed))
    return see("workshops.lead", code=code)


@blueprint.post("/<code>/boards/<board_id>")
@open_to(FACILITATOR)
def turn(code: str, board_id: str) -> Any:
    """Lock or reveal a board, or take it back."""
    board = boards_store.board(read(), board_id)
    values = {name: int(request.form[name]) for name, may in TURNS.items() if request.form.get(name) in may}
    if board is None or board["workshop_id"] != _workshop(code)["id"] or not values:
        abort(404)
    write(store.switch, board_id, values)
    return see("workshops.lead", code=code)


@blueprint.post("/<code>/undoing")
@open_to(FACILITATOR)
def undo(code: str) -> Any:
    """Take the newest act back."""
    act = request.form.get("act", "")
    undone = act.isdecimal() and len(act) < 16 and write(history.undo, _workshop(code)["id"], int(act))
    return see("workshops.lead", code=code, said="undone" if undone else "not-undone")


@blueprint.get("/<code>/steps/new")
@open_to(FACILITATOR)
def new_step(code: str) -> Any:
    """The form for a step: first the kind of board, then what it needs."""
    return _step_page(_workshop(code), None)


@blueprint.post("/<code>/steps/new")
@open_to(FACILITATOR)
def add_step(code: str) -> Any:
    """Add the step to the agenda."""
    workshop = _workshop(code)
    kind = forms.kind_or_first(request.form.get("kind", ""))
    form = forms.step_form(kind, request.form, dict(_sources(workshop)))
    if not form:
        return _step_page(workshop, form, 422)
    write(store.add_step, workshop["id"], form.data["step"], form.data["board"])
    return see("workshops.lead", code=code, said="step")


def _workshop(code: str) -> dict[str, Any]:
    return store.by_code(read(), code) or abort(404)


def _said() -> str:
    said = SAID.get(request.args.get("said", ""))
    return _(said) if said else ""


def _led(workshop: dict[str, Any]) -> dict[str, Any]:
    """What the moving part of the facilitator's view shows."""
    now = standing.look(read, workshop["id"], to=live.TEAM) or abort(404)
    here = live.presence.here(workshop["id"])
    people = seats_store.everybody(read(), workshop["id"])
    led = shown(now, standing.TEAM)
    version = f"{led['now'].version}-{len(here)}-{len(people)}"
    return {"version": version, "present": here, "people": people, **led}


def _step_page(workshop: dict[str, Any], form: Form | None, status: int = 200) -> Any:
    kind = KINDS.get(request.values.get("kind", ""))
    return page(
        "workshops/step.html", status=status, form=form, workshop=workshop, kind=kind, KINDS=KINDS, step_id=ids.new_id(),
        preset=forms.preset(kind) if kind else {}, sources=_sources(workshop), TICKS=forms.TICKS, NUMBERS=forms.NUMBERS,
        reveals=[(key, _(label)) for key, label in forms.REVEALS.items()],
    )  # fmt: skip


def _sources(workshop: dict[str, Any]) -> list[tuple[str, str]]:
    """The boards with notes that a board may work on, as (id, label)."""
    boards = boards_store.boards(read(), workshop["id"])
    return [(board["id"], board["question"] or _(kind_of(board).label)) for board in boards if "notes" in kind_of(board).takes]
