"""What comes of a workshop, over HTTP: look at it, write down decisions and tasks, take it away as a file, make ideas of notes."""

import json
from typing import Any

from flask import Response, abort, render_template, request

from .. import ids
from .. import sheet as spreadsheet
from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from ..web import house, page, person, read, see, write
from . import history, outcomes_store, protocol, store
from .routes import blueprint
from .said import Refusal, said

SAID = {
    "written": N_("Steht im Protokoll."),
    "struck": N_("Steht nicht mehr im Protokoll."),
    "gone": Refusal(N_("Das steht schon nicht mehr im Protokoll.")),
    "undone": N_("Rückgängig gemacht."),
    "idea": N_("Der Zettel ist jetzt eine Idee der Station."),
    "no-stop": Refusal(N_("Gerade ist keine Station offen. Öffne eine, dann wird der Zettel zur Idee.")),
    "empty": Refusal(N_("Auf diesem Zettel steht nichts, was eine Idee sein könnte.")),
}
"""What happened, as the team is told."""

MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|"} | {"\n": " ", "\r": ""})


@blueprint.get("/<code>/result")
@open_to(FACILITATOR)
def result(code: str) -> Any:
    """Everything on one page."""
    return _result_page(_workshop(code), None)


@blueprint.post("/<code>/outcomes")
@open_to(FACILITATOR)
def write_down(code: str) -> Any:
    """Keep a decision or a task."""
    workshop, form = _workshop(code), _outcome_form()
    if not form:
        return _result_page(workshop, form, 422)
    posted = request.form.get("id", "")
    write(outcomes_store.write_down, workshop["id"], {"id": posted if ids.is_id(posted) else ids.new_id(), **form.data})
    return see("workshops.result", code=code, said="written")


@blueprint.get("/<code>/outcomes/<outcome_id>")
@open_to(FACILITATOR)
def outcome(code: str, outcome_id: str) -> Any:
    """The form for a decision or task that is written down."""
    workshop = _workshop(code)
    known = outcomes_store.one(read(), workshop["id"], outcome_id)
    if known is None:
        return see("workshops.result", code=code, said="gone")
    return page("workshops/outcome.html", workshop=workshop, outcome_id=outcome_id, form=Form(known))


@blueprint.post("/<code>/outcomes/<outcome_id>")
@open_to(FACILITATOR)
def change_outcome(code: str, outcome_id: str) -> Any:
    """Keep what was changed."""
    workshop, form = _workshop(code), _outcome_form()
    if not form:
        return page("workshops/outcome.html", status=422, workshop=workshop, outcome_id=outcome_id, form=form)
    try:
        write(outcomes_store.change, workshop["id"], outcome_id, form.data)
    except outcomes_store.Gone:
        return see("workshops.result", code=code, said="gone")
    return see("workshops.result", code=code, said="written")


@blueprint.post("/<code>/outcomes/<outcome_id>/removal")
@open_to(FACILITATOR)
def strike_outcome(code: str, outcome_id: str) -> Any:
    """Take it out of the protocol."""
    try:
        write(outcomes_store.strike, _workshop(code)["id"], outcome_id)
    except outcomes_store.Gone:
        return see("workshops.result", code=code, said="gone")
    return see("workshops.result", code=code, said="struck")


@blueprint.post("/<code>/result/notes/<note_id>/idea")
@open_to(FACILITATOR)
def make_idea(code: str, note_id: str) -> Any:
    """Make an idea of the stop of a note. Twice is once: the idea has the note's id, and says which workshop it comes from."""
    workshop = _workshop(code)
    takes = next((room.takes_note for room in house().rooms if room.takes_note), None) or abort(404)
    someone = person()
    try:
        write(outcomes_store.make_idea, workshop, note_id, takes, someone.name if someone else "")
    except outcomes_store.Gone:
        abort(404)
    except outcomes_store.Wordless:
        return see("workshops.result", code=code, said="empty")
    except outcomes_store.NoStop:
        return see("workshops.result", code=code, said="no-stop")
    return see("workshops.result", code=code, said="idea", _anchor=f"note-{note_id}")


@blueprint.get("/<code>/result.<any(md, csv, json):form>")
@open_to(FACILITATOR)
def download(code: str, form: str) -> Any:
    """The result as a file."""
    workshop = _workshop(code)
    data = protocol.of(read(), workshop)
    body, kind = FILES[form](data)
    name = f"workshop-{workshop['join_code']}.{form}"
    return Response(
        body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    )


def _as_markdown(data: dict[str, Any]) -> tuple[Any, str]:
    text = render_template(
        "workshops/protocol.md", data=data, sheet=protocol.sheet(data), md=lambda value: str(value).translate(MARKDOWN)
    )
    return text, "text/markdown; charset=utf-8"


def _as_csv(data: dict[str, Any]) -> tuple[Any, str]:
    return spreadsheet.as_csv(*protocol.lines(data)), "text/csv; charset=utf-8"


def _as_json(data: dict[str, Any]) -> tuple[Any, str]:
    return json.dumps(protocol.plain(data), ensure_ascii=False, indent=1), "application/json"


FILES = {"md": _as_markdown, "csv": _as_csv, "json": _as_json}


def load(conn: Any, code: str) -> dict[str, Any] | None:
    """The protocol for the press, with the pictures of its boards drawn."""
    workshop = store.by_code(conn, code)
    if workshop is None:
        return None
    data = protocol.of(conn, workshop)
    for step in data["steps"]:
        for board in step["boards"]:
            drawn = board["picture"] and board["notes"]
            board["drawing"] = render_template(board["picture"], board=board, result=board["result"]) if drawn else ""
            board["rows"] = [[str(cell) for cell in row] for row in board["rows"]]
            board |= {"result": None, "notes": []}
    return data | {"words": protocol.sheet(data)}


def _outcome_form() -> Form:
    form = Form(request.form)
    form.choice("kind", (outcomes_store.DECISION, outcomes_store.TASK), required=_("Bitte wähle: Beschluss oder Aufgabe."))
    form.text("text", 500, required=_("Bitte schreib auf, was beschlossen ist oder zu tun bleibt."))
    form.text("assignee", 80)
    form.text("due", 40)
    return form


def _workshop(code: str) -> dict[str, Any]:
    return store.by_code(read(), code) or abort(404)


def _result_page(workshop: dict[str, Any], form: Form | None, status: int = 200) -> Any:
    data, last = protocol.of(read(), workshop), history.last(read(), workshop["id"])
    return page(
        "workshops/result.html", status=status, workshop=workshop, data=data, form=form, said=said(SAID), outcome_id=ids.new_id(),
        outcomes=outcomes_store.of(read(), workshop["id"]), undo=last["id"] if last and last["act"] == "outcome" else 0,
        can_make_ideas=any(room.takes_note for room in house().rooms), words=protocol.sheet(data),
    )  # fmt: skip
