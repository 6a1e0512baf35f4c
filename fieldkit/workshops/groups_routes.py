"""Who is here and in which group, over HTTP; and the slip for the wall that says how to join."""

from typing import Any

from flask import abort, request

from .. import ids
from ..boards.options import lines
from ..doors import FACILITATOR, VISITOR, open_to
from ..forms import Form
from ..i18n import N_
from ..i18n import gettext as _
from ..web import house, page, read, see, write
from ..wifi import wifi_qr
from . import forms, groups_store, live, seats_store
from .lead_routes import SAID, workshop_or_404
from .routes import blueprint, enter
from .said import said

MOST = 12  # groups
HOWS = {"draw": N_("Auslosen"), "choose": N_("Alle wählen selbst")}


@blueprint.get("/<code>/people")
@open_to(FACILITATOR)
def groups(code: str) -> Any:
    """Who is here, in which group, and the form to make groups."""
    return _groups_page(workshop_or_404(code), None)


@blueprint.post("/<code>/groups")
@open_to(FACILITATOR)
def break_out(code: str) -> Any:
    """Make groups for the present step, each with a copy of its board."""
    workshop, form = workshop_or_404(code), Form(request.form)
    number = form.number("number", 2, MOST, 3)
    how = form.choice("how", HOWS, required=_("Bitte wähle: auslosen oder selbst wählen."))
    typed = [entry["label"][: forms.NAME] for entry in lines(form, "names", most=MOST)]
    if not form:
        return _groups_page(workshop, form, 422)
    names = [*typed, *(_("Gruppe %(n)s", n=n) for n in range(len(typed) + 1, number + 1))]
    try:
        write(groups_store.break_out, workshop["id"], forms.new_or_posted(form, "id"), names, how == "draw")
    except groups_store.NoBoard:
        return see("workshops.groups", code=code, said="no-board")
    return see("workshops.groups", code=code, said="apart")


@blueprint.post("/<code>/together")
@open_to(FACILITATOR)
def together(code: str) -> Any:
    """Bring everybody together again."""
    write(groups_store.together, workshop_or_404(code)["id"])
    return see("workshops.lead", code=code, said="together")


@blueprint.post("/<code>/seats")
@open_to(FACILITATOR)
def reseat(code: str) -> Any:
    """Put somebody into another group."""
    workshop = workshop_or_404(code)
    try:
        write(groups_store.place, workshop["id"], request.form.get("who", ""), request.form.get("group") or None)
    except groups_store.NoSuchGroup:
        abort(404)
    return see("workshops.groups", code=code, said="seated", _anchor="people")


@blueprint.post("/<code>/p/<token>/group")
@open_to(VISITOR)
def choose_group(code: str, token: str) -> Any:
    """A participant chooses a group; whoever is too late sees where everybody is."""
    workshop, who = enter(code, token)
    try:
        write(groups_store.choose, workshop["id"], who["id"], request.form.get("group", ""))
    except groups_store.NoSuchGroup:
        return see("workshops.take_part", code=code, token=token, said="closed")
    return see("workshops.take_part", code=code, token=token)


@blueprint.get("/<code>/slip")
@open_to(FACILITATOR)
def slip(code: str) -> Any:
    """A sheet for the wall: Wi-Fi, code, address."""
    config = house().config
    return page(
        "workshops/slip.html", workshop=workshop_or_404(code), ssid=config.ssid, wifi=wifi_qr(config.ssid, config.passphrase),
        address=config.address,
    )  # fmt: skip


def _groups_page(workshop: dict[str, Any], form: Form | None, status: int = 200) -> Any:
    conn = read()
    apart = [group for group in groups_store.of(conn, workshop["id"]) if group["apart"]]
    return page(
        "workshops/groups.html", status=status, workshop=workshop, form=form, groups=apart, group_id=ids.new_id(), HOWS=HOWS,
        people=seats_store.everybody(conn, workshop["id"]), present=live.presence.here(workshop["id"]), said=said(SAID), MOST=MOST,
    )  # fmt: skip
