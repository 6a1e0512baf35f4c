"""Stops over HTTP: visitors read where the lab stood, facilitators plan, open and close."""

from typing import Any

from flask import Blueprint, abort, request

from .. import ids
from ..districts import localities_by_district
from ..doors import FACILITATOR, VISITOR, open_to
from ..web import page, read, see, write
from . import store
from .forms import stop_form

blueprint = Blueprint("stops", __name__)


@blueprint.get("")
@open_to(VISITOR)
def index() -> Any:
    """Where the lab stands and stood."""
    return page("stops/index.html", keep=True, stops=store.all_stops(read()))


@blueprint.get("/<stop_id>")
@open_to(VISITOR)
def show(stop_id: str) -> Any:
    """One stop: place, question, hours, what happens with the results."""
    return page("stops/show.html", keep=True, stop=_or_404(stop_id))


@blueprint.get("/new")
@open_to(FACILITATOR)
def new() -> Any:
    """The form for a new stop."""
    return _form_page(None, {"id": ids.new_id()})


@blueprint.get("/<stop_id>/edit")
@open_to(FACILITATOR)
def edit(stop_id: str) -> Any:
    """The form for a stop that is there."""
    return _form_page(None, _or_404(stop_id))


@blueprint.post("/<stop_id>")
@open_to(FACILITATOR)
def save(stop_id: str) -> Any:
    """Keep what was typed in."""
    form = stop_form(request.form, request.form.getlist("languages"))
    if not ids.is_id(stop_id):
        abort(404)
    old = store.one(read(), stop_id)
    if old and old["state"] == "open" and not (form.data["results"] and form.data["answer_by"]):
        form.refuse("answer_by", store.missing_promise())
    if not form:
        return _form_page(form, {"id": stop_id}, 422)
    write(store.plan, {"id": stop_id, **form.data})
    return see("stops.show", stop_id=stop_id)


@blueprint.post("/<stop_id>/opening")
@open_to(FACILITATOR)
def opening(stop_id: str) -> Any:
    """Open the stop to visitors."""
    try:
        write(store.open_stop, _or_404(stop_id)["id"])
    except store.NotReady as missing:
        return page("stops/show.html", status=422, stop=_or_404(stop_id), missing=str(missing))
    return see("stops.show", stop_id=stop_id)


@blueprint.post("/<stop_id>/closing")
@open_to(FACILITATOR)
def closing(stop_id: str) -> Any:
    """Close the stop."""
    write(store.close, _or_404(stop_id)["id"])
    return see("stops.show", stop_id=stop_id)


def _or_404(stop_id: str) -> dict[str, Any]:
    return store.one(read(), stop_id) or abort(404)


def _form_page(form: Any, stop: dict[str, Any], status: int = 200) -> Any:
    return page("stops/edit.html", status=status, form=form, stop=stop, districts=localities_by_district())
