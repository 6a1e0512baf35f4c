"""Workshops over HTTP, for the team: begin one from scratch, a template or a method card; change its agenda and the boards in it."""

from typing import Any

from flask import abort, request

from .. import ids
from ..boards import KINDS, kind_of
from ..boards.kind import Kind
from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..web import house, page, read, see, write
from . import agenda_store, boards_store, forms, store, templates
from .lead_routes import workshop_or_404
from .routes import blueprint
from .templates import Template


@blueprint.get("/new")
@open_to(FACILITATOR)
def new() -> Any:
    """The form for a workshop: from scratch, or with the agenda of `?template=` or of the method card `?method=`."""
    template = _wanted()
    form = Form({"title": template.title, "goal": template.goal}) if template else None
    return _new_page(form, ids.new_id(), template)


@blueprint.post("/new")
@open_to(FACILITATOR)
def create() -> Any:
    """Keep it with its agenda, and go on to it."""
    form = forms.workshop_form(request.form)
    workshop_id, template = forms.new_or_posted(form, "id"), _wanted()
    if not form:
        return _new_page(form, workshop_id, template, 422)
    code = write(store.create, {"id": workshop_id, **form.data}, templates.made(template) if template else [])
    return see("workshops.lead", code=code)


@blueprint.get("/<code>/facts")
@open_to(FACILITATOR)
def facts(code: str) -> Any:
    """The form for title, partner and goal."""
    workshop = workshop_or_404(code)
    return page(
        "workshops/facts.html", workshop=workshop, form=Form({name: workshop[name] for name in ("title", "partner", "goal")})
    )


@blueprint.post("/<code>/facts")
@open_to(FACILITATOR)
def change_facts(code: str) -> Any:
    """Keep them."""
    workshop, form = workshop_or_404(code), forms.workshop_form(request.form)
    if not form:
        return page("workshops/facts.html", status=422, workshop=workshop, form=form)
    write(store.change, workshop["id"], form.data)
    return see("workshops.lead", code=code, said="changed")


@blueprint.get("/<code>/steps")
@open_to(FACILITATOR)
def agenda(code: str) -> Any:
    """The agenda as a list to change."""
    workshop = workshop_or_404(code)
    steps = store.agenda(read(), workshop["id"])
    return page("workshops/agenda.html", workshop=workshop, steps=steps, KINDS=KINDS)


@blueprint.get("/<code>/steps/new")
@open_to(FACILITATOR)
def new_step(code: str) -> Any:
    """The form for a step: first the kind of board, then what it needs."""
    return _step_page(workshop_or_404(code), None, request.args.get("kind", ""))


@blueprint.post("/<code>/steps/new")
@open_to(FACILITATOR)
def add_step(code: str) -> Any:
    """Add the step to the agenda."""
    workshop = workshop_or_404(code)
    kind = request.form.get("kind", "")
    if kind not in KINDS and kind != forms.NO_BOARD:
        abort(400)
    form = forms.step_form(KINDS.get(kind), request.form, dict(_sources(workshop)))
    if not form:
        return _step_page(workshop, form, kind, status=422)
    write(store.add_step, workshop["id"], form.data["step"], form.data["board"])
    return see("workshops.lead", code=code, said="step")


@blueprint.get("/<code>/steps/<step_id>")
@open_to(FACILITATOR)
def step(code: str, step_id: str) -> Any:
    """The form for a step that is there, with all switches of its board."""
    workshop = workshop_or_404(code)
    one, board = _step_or_404(workshop, step_id)
    return _step_page(workshop, Form(forms.typed(one, board)), board["kind"] if board else forms.NO_BOARD, one)


@blueprint.post("/<code>/steps/<step_id>")
@open_to(FACILITATOR)
def change_step(code: str, step_id: str) -> Any:
    """Keep what was changed."""
    workshop = workshop_or_404(code)
    one, board = _step_or_404(workshop, step_id)
    sources = dict(_sources(workshop, but=board["id"] if board else ""))
    form = forms.step_form(kind_of(board) if board else None, request.form, sources)
    if form:
        values = {name: value for name, value in form.data["step"].items() if name != "id"}
        try:
            write(agenda_store.change_step, step_id, values, form.data["board"])
            return see("workshops.lead", code=code, said="changed")
        except agenda_store.TooFew:
            form.refuse(
                "votes_each", _("Jemand hat schon mehr Punkte vergeben, als dann erlaubt wären. Weniger geht jetzt nicht mehr.")
            )
        except agenda_store.Voted:
            form.refuse(
                "answers",
                _(
                    "Es wurde schon abgestimmt. Was zur Wahl steht, lässt sich jetzt nicht mehr ändern; füge dafür einen Schritt hinzu."
                ),
            )
    return _step_page(workshop, form, board["kind"] if board else forms.NO_BOARD, one, 422)


@blueprint.post("/<code>/steps/<step_id>/place")
@open_to(FACILITATOR)
def move_step(code: str, step_id: str) -> Any:
    """Move a step up or down."""
    _step_or_404(workshop_or_404(code), step_id)
    by = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    write(agenda_store.move_step, step_id, by)
    return see("workshops.agenda", code=code, _anchor=f"step-{step_id}")


@blueprint.post("/<code>/steps/<step_id>/removal")
@open_to(FACILITATOR)
def remove_step(code: str, step_id: str) -> Any:
    """Take a step out of the agenda."""
    _step_or_404(workshop_or_404(code), step_id)
    try:
        write(agenda_store.remove_step, step_id)
    except agenda_store.InUse:
        return see("workshops.lead", code=code, said="in-use")
    return see("workshops.lead", code=code, said="step-gone")


def _wanted() -> Template | None:
    """The template or method card that was asked for in the address or in the form."""
    if slug := request.values.get("template", ""):
        return templates.shelf().get(slug) or abort(404)
    if method := request.values.get("method", ""):
        plates = [plate for room in house().rooms for plate in room.printables if plate.kind == "methods"]
        card = plates[0].load(read(), method) if plates else None
        return templates.from_card(card) if card else abort(404)
    return None


def _new_page(form: Form | None, workshop_id: str, template: Template | None, status: int = 200) -> Any:
    return page(
        "workshops/new.html", status=status, form=form, workshop_id=workshop_id, template=template, shelf=templates.shelf(),
        method=request.values.get("method", ""), KINDS=KINDS,
    )  # fmt: skip


def _step_page(
    workshop: dict[str, Any], form: Form | None, kind: str, one: dict[str, Any] | None = None, status: int = 200
) -> Any:
    found = KINDS.get(kind)
    board = next((b for b in boards_store.boards(read(), workshop["id"]) if one and b["step_id"] == one["id"]), None)
    return page(
        "workshops/step.html", status=status, form=form, workshop=workshop, kind=found, name=kind, KINDS=KINDS, step_id=ids.new_id(),
        step=one, board=board, preset=forms.preset(found) if found else {}, sources=_sources(workshop, board["id"] if board else ""),
        TICKS=forms.TICKS, NUMBERS=forms.NUMBERS, NO_BOARD=forms.NO_BOARD, GUIDE=forms.GUIDE,
        labels=_labels(found), reveals=[(key, _(label)) for key, label in forms.REVEALS.items()],
    )  # fmt: skip


def _labels(kind: Kind | None) -> dict[str, str]:
    """What the fields of the form are called, for the list of errors."""
    labels = {"title": _("Titel"), "minutes": _("Minuten"), "question": _("Frage an alle"), "note": _("Notiz für die Leitung")}
    labels |= {"reveal": _("Zettel sind"), "source_id": _("Zettel übernehmen von")}
    labels |= {name: _(number[0]) for name, number in forms.NUMBERS.items()}
    return labels | {one.name: _(one.label) for one in kind.settings} if kind else labels


def _step_or_404(workshop: dict[str, Any], step_id: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    one = store.step(read(), step_id)
    if one is None or one["workshop_id"] != workshop["id"]:
        abort(404)
    return one, boards_store.board_for(read(), step_id, None)


def _sources(workshop: dict[str, Any], but: str = "") -> list[tuple[str, str]]:
    """The boards with notes that a board may work on, as (id, label)."""
    boards = boards_store.boards(read(), workshop["id"])
    return [
        (board["id"], board["question"] or _(kind_of(board).label))
        for board in boards
        if "notes" in kind_of(board).takes and board["id"] != but and board["group_id"] is None
    ]
