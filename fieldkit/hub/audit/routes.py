"""The protocol over HTTP: who did what, filtered, paged, and as a table to take along."""

from typing import Any

from flask import Blueprint, Response, request

from ... import sheet
from ...doors import HUB_ADMIN, open_to
from ...i18n import gettext as _
from ...web import page
from ..kits import store as kits_store
from ..web import hub
from . import store
from .acts import label_of, note_of

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@open_to(HUB_ADMIN)
def index() -> Any:
    """Lines of the protocol."""
    question = _question()
    with hub().db.read() as conn:
        lines, total = store.lines(conn, question)
        people, acts, kits = store.people(conn), store.acts(conn), kits_store.names(conn)
    return page(
        "hub/audit/index.html", lines=lines, total=total, question=question, people=people, kits=kits, label=label_of, note=note_of,
        acts=sorted(((act, label_of(act)) for act in acts), key=lambda act: act[1]), pages=-(-total // store.PER_PAGE),
    )  # fmt: skip


@blueprint.get("/audit.csv")
@open_to(HUB_ADMIN)
def table() -> Any:
    """The same lines, all of them, for a spreadsheet."""
    with hub().db.read() as conn:
        lines = store.every_line(conn, _question())
    head = (_("Zeit (UTC)"), _("Wer"), _("Was"), _("Kit"), _("Betrifft"), _("Kennung"), _("Näheres"))
    rows = ([line["at"], line["who"], label_of(line["act"]), line["kit_name"] or "", line["tbl"], line["rid"], note_of(line)]
            for line in lines)  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="feldkit-protokoll.csv"', "Cache-Control": "no-store"}
    return Response(sheet.as_csv(head, rows), mimetype="text/csv", headers=headers)


def _question() -> store.Question:
    args = request.args
    number = args.get("page", "1")
    return store.Question(
        who=args.get("who", "")[:80],
        act=args.get("act", "")[:40],
        kit=args.get("kit", "")[:64],
        number=max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
    )
