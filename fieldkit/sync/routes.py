"""The hand-over over HTTP: how far it is, the button, and enrolling."""

from typing import Any

from flask import Blueprint, request

from .. import journal, seal, wire
from ..doors import FACILITATOR, open_to
from ..forms import Form
from ..i18n import gettext as _
from ..kit import recipients
from ..web import house, page, read, see
from . import handover, store, watch
from .client import Failed
from .enrolment import enrol

blueprint = Blueprint("sync", __name__)


@blueprint.get("")
@open_to(FACILITATOR)
def index() -> Any:
    """How far the hand-over is; asks again by itself while it runs."""
    return _page(None)


@blueprint.post("")
@open_to(FACILITATOR)
def start() -> Any:
    """Begin to hand over, in the background."""
    home = house()
    home.jobs.start(handover.JOB, lambda progress: handover.run(home, progress))
    return see("sync.index")


@blueprint.post("/enrolment")
@open_to(FACILITATOR)
def enrolment() -> Any:
    """Enrol at the hub whose line was pasted."""
    form = Form(request.form)
    line = form.text("line", 1000, required=_("Bitte füge die Anmelde-Zeile ein."))
    if form:
        try:
            enrol(house(), lambda *_: None, line)
            return see("sync.index", enrolled="yes")
        except Failed as reason:
            form.refuse("line", str(reason))
    return _page(form, 422)


def _page(form: Form | None, status: int = 200) -> Any:
    confirmed = store.confirmed(read())
    return page(
        "sync/index.html", "sync/_state.html", status=status, form=form, hub=store.hub(read()), job=house().jobs.last(handover.JOB),
        confirmed=confirmed.seq, total=journal.head(read()).seq, word=wire.check_word(confirmed.digest),
        fingerprint=seal.fingerprint(recipients(read())), turn=house().jobs.turns.get(handover.JOB), refused=watch.refused(house()),
        days=house().config.purge_days,
    )  # fmt: skip
