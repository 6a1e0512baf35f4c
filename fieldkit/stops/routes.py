"""Stops over HTTP: visitors read where the lab stood, facilitators plan, open and close.

What visitors read is kept and the same for everybody, so the facilitators' buttons have pages of their own.
"""

from typing import Any

from flask import Blueprint, abort, request

from .. import ids
from ..districts import localities_by_district
from ..doors import FACILITATOR, VISITOR, open_to
from ..forms import Form
from ..i18n import format_date
from ..web import page, read, see, write
from . import forms, store

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


@blueprint.get("/planning")
@open_to(FACILITATOR)
def planning() -> Any:
    """All stops with what can be done about them."""
    return page("stops/planning.html", stops=store.all_stops(read()))


@blueprint.get("/new")
@open_to(FACILITATOR)
def new() -> Any:
    """The form for a new stop."""
    return _form_page(None, {"id": ids.new_id()})


@blueprint.get("/<stop_id>/edit")
@open_to(FACILITATOR)
def edit(stop_id: str) -> Any:
    """The form for a stop that is there, and the buttons to open and close it."""
    return _form_page(None, _or_404(stop_id))


@blueprint.post("/<stop_id>")
@open_to(FACILITATOR)
def save(stop_id: str) -> Any:
    """Keep what was typed in."""
    if not ids.is_id(stop_id):
        abort(404)
    old = store.one(read(), stop_id) or {"id": stop_id}
    form = forms.stop_form(request.form, request.form.getlist("languages"), is_open=old.get("state") == "open")
    if not form:
        return _form_page(form, old, 422)
    write(store.plan, {"id": stop_id, **form.data})
    return see("stops.edit", stop_id=stop_id, done="saved")


@blueprint.post("/<stop_id>/opening")
@open_to(FACILITATOR)
def opening(stop_id: str) -> Any:
    """Open the stop to visitors."""
    stop = _or_404(stop_id)
    try:
        write(store.open_stop, stop_id)
    except store.NotReady:
        form = Form({})
        forms.refuse_missing_promise(form, stop)
        return _form_page(form, stop, 422)
    return see("stops.edit", stop_id=stop_id, done="opened")


@blueprint.post("/<stop_id>/closing")
@open_to(FACILITATOR)
def closing(stop_id: str) -> Any:
    """Close the stop."""
    write(store.close, _or_404(stop_id)["id"])
    return see("stops.edit", stop_id=stop_id, done="closed")


def _or_404(stop_id: str) -> dict[str, Any]:
    return store.one(read(), stop_id) or abort(404)


def _form_page(form: Form | None, stop: dict[str, Any], status: int = 200) -> Any:
    """The form; the days to be asked about one by one are those of the stop as it was stored last."""
    stored = "state" in stop
    days = forms.days(stop["starts_on"], stop["ends_on"]) if stored else []
    return page(
        "stops/edit.html", status=status, form=form, stop=stop, stored=stored,
        districts=[(name, name) for name in localities_by_district()], localities=localities_by_district(),
        hours=forms.hours_as_typed(stop) if stored else {},
        single_days={f"hours-{day}": format_date(day, "full") for day in days},
    )  # fmt: skip
