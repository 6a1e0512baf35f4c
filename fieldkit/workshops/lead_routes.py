"""Workshops over HTTP, for the team: plan, open, lead from step to step, close. Shown at the desk."""

from typing import Any

from flask import Response, abort, request

from ..boards import KINDS, kind_of
from ..boards.kind import NOTES
from ..doors import FACILITATOR, open_to
from ..i18n import N_
from ..web import house, page, part_wanted, read, see, write
from . import agenda, boards_store, history, live, notes_store, seats_store, standing, store
from .board_routes import shown
from .routes import blueprint
from .said import Refusal, said

SAID = {
    "opened": N_("Der Workshop ist offen. Alle können jetzt dazukommen."),
    "closed": N_("Der Workshop ist geschlossen. Lesen geht noch, schreiben nicht mehr."),
    "ended": N_("Der Workshop ist beendet. Wer dabei war, ist jetzt nur noch eine Zahl."),
    "elsewhere": Refusal(N_("Da war schon jemand schneller: Der Workshop ist schon weiter. Es hat sich nichts geändert.")),
    "not-open": Refusal(N_("Der Workshop ist nicht offen. Öffne ihn zuerst.")),
    "step": N_("Der Schritt steht im Ablauf."),
    "step-gone": N_("Der Schritt ist aus dem Ablauf genommen."),
    "in-use": Refusal(N_("Dieser Schritt läuft gerade, oder es hängt schon etwas auf seiner Tafel. Er bleibt im Ablauf.")),
    "changed": N_("Geändert."),
    "follow": N_("Die Handys gehen jetzt von selbst mit."),
    "no-follow": N_("Die Handys bleiben, wo sie sind, und zeigen, dass es weitergeht."),
    "apart": N_("Die Gruppen arbeiten jetzt jede für sich."),
    "together": N_("Alle sind wieder zusammen. Was die Gruppen gemacht haben, hängt jetzt auf der gemeinsamen Tafel."),
    "no-board": Refusal(N_("Geht zuerst zu einem Schritt mit einer Tafel. Dann könnt ihr Gruppen bilden.")),
    "seated": N_("Umgesetzt."),
    "people": N_("Die Zahl ist notiert."),
    "undone": N_("Rückgängig gemacht."),
    "not-undone": Refusal(N_("Inzwischen ist etwas anderes passiert. Es wurde nichts rückgängig gemacht.")),
    "in-the-way": N_(
        "Das lässt sich nicht mehr rückgängig machen: Auf einer Tafel, die dabei entstanden ist, hängt inzwischen etwas. Es ginge sonst verloren. "
        "Überspringe diese Änderung, dann lässt sich rückgängig machen, was davor war."
    ),
    "skipped": N_("Übersprungen: Diese Änderung bleibt. Was davor war, lässt sich jetzt rückgängig machen."),
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


@blueprint.get("/<code>")
@open_to(FACILITATOR)
def lead(code: str) -> Any:
    """The facilitator's view: the agenda, where the group is, the board with its switches, who is here."""
    led = _led(workshop_or_404(code))
    in_the_way = led["last"] and request.args.get("said") == "in-the-way"
    return page("workshops/lead.html", said=said(SAID), in_the_way=in_the_way, address=house().config.address, **led)


@blueprint.get("/<code>/stand")
@open_to(FACILITATOR)
def lead_stand(code: str) -> Any:
    """The moving part of the facilitator's view; 204 when nothing changed."""
    workshop = workshop_or_404(code)
    led = _led(workshop)
    if part_wanted() and request.args.get("version") == led["version"]:
        return Response(status=204)
    return page("workshops/lead_stand.html", "workshops/_lead_stand.html", **led)


@blueprint.post("/<code>/state")
@open_to(FACILITATOR)
def move(code: str) -> Any:
    """Open, close or end."""
    workshop = workshop_or_404(code)
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
    workshop = workshop_or_404(code)
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
    workshop = workshop_or_404(code)
    typed = request.form.get("minutes", "")
    if typed not in ("-5", "-1", "1", "5"):
        abort(400)
    if workshop["step_id"]:
        write(store.stretch, workshop["step_id"], int(typed))
    return see("workshops.lead", code=code)


@blueprint.post("/<code>/focus")
@open_to(FACILITATOR)
def focus(code: str) -> Any:
    """Let the phones follow by themselves, or not."""
    follow = {"1": 1, "0": 0}.get(request.form.get("focus", ""))
    if follow is None:
        abort(400)
    write(store.change, workshop_or_404(code)["id"], {"focus": follow})
    return see("workshops.lead", code=code, said="follow" if follow else "no-follow")


@blueprint.post("/<code>/boards/<board_id>")
@open_to(FACILITATOR)
def turn(code: str, board_id: str) -> Any:
    """Lock or reveal a board, or take it back."""
    board = boards_store.board(read(), board_id)
    values = {name: int(request.form[name]) for name, may in TURNS.items() if request.form.get(name) in may}
    if board is None or board["workshop_id"] != workshop_or_404(code)["id"] or not values:
        abort(404)
    write(store.switch, board_id, values)
    return see("workshops.lead", code=code)


@blueprint.post("/<code>/undoing")
@open_to(FACILITATOR)
def undo(code: str) -> Any:
    """Take the newest act back."""
    try:
        undone = write(history.undo, workshop_or_404(code)["id"], _act())
    except history.InUse:
        return see("workshops.lead", code=code, said="in-the-way")
    if undone and request.form.get("at") == "result":
        return see("workshops.result", code=code, said="undone")
    return see("workshops.lead", code=code, said="undone" if undone else "not-undone")


@blueprint.post("/<code>/skipping")
@open_to(FACILITATOR)
def skip(code: str) -> Any:
    """Let the newest act stand where it cannot be taken back any more."""
    skipped = write(history.skip, workshop_or_404(code)["id"], _act())
    return see("workshops.lead", code=code, said="skipped" if skipped else "not-undone")


def _act() -> int:
    """The act that somebody saw on the button."""
    act = request.form.get("act", "")
    return int(act) if act.isdecimal() and len(act) < 16 else 0


def workshop_or_404(code: str) -> dict[str, Any]:
    """The workshop with this code."""
    return store.by_code(read(), code) or abort(404)


def _led(workshop: dict[str, Any]) -> dict[str, Any]:
    """What the moving part of the facilitator's view shows."""
    now = standing.look(read, workshop["id"], to=live.TEAM) or abort(404)
    conn, here = read(), live.presence.here(workshop["id"])
    people = seats_store.everybody(conn, workshop["id"])
    last = history.last(conn, workshop["id"])
    led = shown(now, standing.TEAM)
    return {
        "workshop": workshop,
        "version": f"{led['now'].version}-{len(here)}-{len(people)}-{last['id'] if last else 0}",
        "plan": agenda.plan(workshop, now.steps),
        "present": here,
        "people": people,
        "last": last,
        "waiting": notes_store.waiting(conn, now.board["id"]) if now.board else 0,
        "has_notes": bool(now.board and (NOTES in kind_of(now.board).takes or now.board["source_id"])),
        "ACTS": history.ACTS,
        "KINDS": KINDS,
        **led,
    }
