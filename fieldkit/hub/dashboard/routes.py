"""The hub's first page, its numbers as files, and its pulse."""

from functools import partial
from typing import Any

from babel.numbers import format_decimal
from flask import Blueprint, Response, abort, current_app, jsonify, request, url_for

from ... import clock, i18n
from ...districts import localities_by_district
from ...doors import HUB_STAFF, VISITOR, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...web import page
from ..ideas.question import CHANNELS
from ..web import hub
from . import charts, lights, overview, sheet, store
from .forms import PERIODS, WHAT, Filters, filter_form

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/healthz")
@open_to(VISITOR)
def health() -> Any:
    """For whoever watches over the hub."""
    with hub().db.read() as conn:
        return jsonify(ok=True, kits=len(store.all_kits(conn)))


@blueprint.get("/")
@open_to(HUB_STAFF)
def index() -> Any:
    """How the kits are, what came in, and what waits for an answer."""
    with hub().db.read() as conn:
        kits = store.all_kits(conn)
        form, filters = filter_form(request.args, [kit["id"] for kit in kits])
        seen = overview.look(conn, filters, _themes(), clock.today())
    if not seen.ideas and not seen.stops and not filters.narrow:
        return page(
            "hub/dashboard/empty.html", kits=kits, keys=bool(hub().recipients), now=clock.now(), lights=lights, number=_number
        )
    return _dashboard_page(kits, form, filters, seen)


@blueprint.get("/dashboard/<name>.csv")
@open_to(HUB_STAFF)
def figures(name: str) -> Any:
    """The numbers of one chart, filtered as the page is."""
    with hub().db.read() as conn:
        form, filters = filter_form(request.args, [kit["id"] for kit in store.all_kits(conn)])
        if not form:
            return index()
        found = overview.look(conn, filters, _themes(), clock.today()).figures.get(name) or abort(404)
    headers = {"Content-Disposition": f'attachment; filename="feldkit-{name}.csv"', "Cache-Control": "no-store"}
    return Response(sheet.written(found), mimetype="text/csv", headers=headers)


def _dashboard_page(kits: list[dict[str, Any]], form: Form, filters: Filters, seen: overview.Overview) -> Any:
    now, choices = clock.now(), _choices(kits)
    return page(
        "hub/dashboard/index.html", status=200 if form else 422,
        form=form, filters=filters, seen=seen, kits=kits, now=now, today=clock.today(), lights=lights, charts=charts, number=_number,
        tasks=sum(sum(kit["tasks"].values()) for kit in kits), silent=sum(lights.silent(kit, now) for kit in kits),
        WHAT=WHAT, PERIODS=PERIODS, choices=choices, chosen=_chosen(filters, choices), at_office=partial(_at_office, filters),
    )  # fmt: skip


def _choices(kits: list[dict[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer, as keys and words."""
    labels = {"theme": _themes(), "channel": CHANNELS}
    return {
        "kit": [(kit["id"], kit["name"]) for kit in kits],
        "district": [(name, name) for name in localities_by_district()],
        **{name: [(key, _(label)) for key, label in known.items()] for name, known in labels.items()},
    }


def _chosen(filters: Filters, choices: dict[str, list[tuple[str, str]]]) -> list[tuple[str, dict[str, str]]]:
    """What is filtered by, in words, and the change that takes it away. A number of days is seen at its switch."""
    words = {name: dict(known).get(getattr(filters, name), getattr(filters, name)) for name, known in choices.items()}
    found = [(word, {name: ""}) for name, word in words.items() if word]
    since, until = (i18n.format_date(day, "d. MMM y") if day else "" for day in (filters.since, filters.until))
    if since and until:
        found.append((f"{since} – {until}", {"days": ""}))
    elif since or until:
        found.append((_("ab %(day)s", day=since) if since else _("bis %(day)s", day=until), {"days": ""}))
    return found


def _at_office(filters: Filters, office: str) -> str:
    """The list of the ideas an office looks at, or of those without an answer."""
    wanted = {"status": "checking", "office": office} if office else {"answered": "no"}
    return url_for("ideas.index", **filters.for_ideas(**wanted))


def _themes() -> dict[str, str]:
    """What contributions can be about, as the floor plan names it."""
    return current_app.jinja_env.globals["CATEGORIES"]  # type: ignore[return-value]


def _number(number: int) -> str:
    """As people write it: 1.240."""
    return format_decimal(number, locale=i18n.tag())
