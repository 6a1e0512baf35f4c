"""Methods over HTTP: find one that fits, and read its card."""

from typing import Any

from flask import Blueprint, abort, request

from ..doors import VISITOR, open_to
from ..i18n import gettext as _
from ..web import page, read
from . import reading, store, wishes

blueprint = Blueprint("methods", __name__)

PER_PAGE = 12  # a first visit, styles and script included, stays under 30 KB


@blueprint.get("")
@open_to(VISITOR)
def index() -> Any:
    """Methods that fit, each with why."""
    wish, ignored = wishes.read_wish(request.args)
    answer = wishes.answer(wish, store.present(read()))
    pages = max(1, -(-len(answer.matches) // PER_PAGE))
    typed = request.args.get("page", "1")
    number = min(pages, max(1, int(typed))) if typed.isdecimal() and len(typed) < 4 else 1
    return page(
        "methods/index.html", "methods/_refined.html", keep=True,
        wish=wish, ignored=[_(wishes.NAMES[name]) for name in ignored], answer=answer,
        matches=answer.matches[(number - 1) * PER_PAGE : number * PER_PAGE],
        number=number, pages=pages, choices=wishes.CHOICES, names=wishes.NAMES, **reading.words_for_cards(),
    )  # fmt: skip


@blueprint.get("/<method_id>")
@open_to(VISITOR)
def show(method_id: str) -> Any:
    """A card to run a method from."""
    catalogue = store.present(read())
    card = catalogue.find(method_id) or abort(404)
    return page(
        "methods/show.html", keep=True, card=card,
        following=[found for found in map(catalogue.find, card.next) if found], **reading.words_for_cards(),
    )  # fmt: skip
