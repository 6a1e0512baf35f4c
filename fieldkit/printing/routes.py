"""Printing over HTTP: facilitators print what a stop needs, everyone may print a method card."""

import unicodedata
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort

from ..doors import FACILITATOR, VISITOR, open_to
from ..i18n import gettext as _
from ..web import everywhere, house, page, read
from ..wifi import wifi_qr
from . import sheets
from .documents import DOCUMENTS, Document
from .press import Busy, Jammed, Press

blueprint = Blueprint("printing", __name__)
press = Press()


class NoStop(Exception):
    """There is no open stop and none planned."""


@blueprint.get("")
@open_to(FACILITATOR)
def index() -> Any:
    """Everything there is to print, with previews."""
    return page("printing/index.html", documents=DOCUMENTS, stop=_stop())


@blueprint.get("/poster")
@open_to(FACILITATOR)
def poster() -> Any:
    """The poster on a screen beside the stall."""
    config = house().config
    wifi = wifi_qr(config.ssid, config.passphrase)
    return page("printing/poster.html", sheet=_stop_sheet(), wifi=wifi, address=config.address)


@blueprint.get("/<name>.pdf")
@open_to(FACILITATOR)
def document(name: str) -> Any:
    """A sheet as PDF."""
    sheet, data = _sheet(name)
    label = _(sheet.label) + (f" {data['place']}" if data["place"] else "")
    return _pdf(press.make(sheet.template, data), label)


@blueprint.get("/<name>.png")
@open_to(FACILITATOR)
def preview(name: str) -> Any:
    """A small picture of its first page."""
    sheet, data = _sheet(name)
    return Response(press.make(sheet.template, data, "png"), mimetype="image/png", headers={"Cache-Control": "no-cache"})


@blueprint.get("/methods/<method_id>-<any(a5, a4):size>.pdf")
@open_to(VISITOR)
def method_card(method_id: str, size: str) -> Any:
    """A method to run from paper, in the language of the page."""
    plate = next(plate for room in house().rooms for plate in room.printables if plate.kind == "methods")
    method = plate.load(read(), method_id) or abort(404)
    data = sheets.method_sheet(method, f"{house().config.address}/methods/{method_id}") | {"paper": size}
    return _pdf(press.make(plate.template, sheets.breakable(data)), f"{method['title']} {size.upper()}")


@blueprint.get("/workshops/<code>.pdf")
@open_to(FACILITATOR)
def protocol(code: str) -> Any:
    """What came of a workshop, in the language of the page."""
    plate = next(plate for room in house().rooms for plate in room.printables if plate.kind == "workshops")
    data = plate.load(read(), code) or abort(404)
    return _pdf(press.make(plate.template, sheets.breakable(data)), f"{_('Protokoll')} {data['title']}")


@blueprint.errorhandler(NoStop)
def no_stop(error: NoStop) -> Any:
    """A poster needs something to say."""
    return page("printing/no_stop.html", status=404)


@blueprint.errorhandler(Busy)
def busy(error: Busy) -> Any:
    """Too many want to print at once."""
    answer = page(
        "error.html", status=503,
        title=_("Der Drucker hat gerade viel zu tun"),
        sentence=_("Bitte lade die Seite in ein paar Sekunden noch einmal."),
    )  # fmt: skip
    answer.headers["Retry-After"] = "5"
    return answer


@blueprint.errorhandler(Jammed)
def jammed(error: Jammed) -> Any:
    """A sheet that cannot be made."""
    return page(
        "error.html", status=500,
        title=_("Dieses Blatt ließ sich nicht erstellen"),
        sentence=_("Bitte versuch es noch einmal. Wenn es wieder nicht klappt, hilft das Protokoll des Geräts weiter."),
    )  # fmt: skip


def _stop() -> dict[str, Any] | None:
    """The open stop, or the one that comes next: posters are printed before the stall is put up."""
    return everywhere("stop") or everywhere("next_stop")


def _stop_sheet() -> dict[str, Any]:
    stop = _stop()
    if stop is None:
        raise NoStop
    return sheets.stop_sheet(stop, house().config, house().kit.demo)


def _blank_cards() -> dict[str, Any]:
    return sheets.blank_cards([room.paper for room in house().rooms if room.paper], _stop())


def _sheet(name: str) -> tuple[Document, dict[str, Any]]:
    """A document and what stands on it. Raises NoStop."""
    sheet = DOCUMENTS.get(name) or abort(404)
    data = _stop_sheet() if sheet.for_stop else _blank_cards()
    return sheet, sheets.breakable(data | {"paper": sheet.paper})


def _pdf(content: bytes, label: str) -> Response:
    """A PDF to look at in the browser, under a name one finds again."""
    spelled = "-".join(label.replace("ß", "ss").translate(_UMLAUTS).replace("/", " ").split())
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    disposition = (
        f"inline; filename=\"{''.join(c for c in plain if c.isalnum() or c in '-.')}.pdf\"; filename*=UTF-8''{quote(label)}.pdf"
    )
    return Response(
        content, mimetype="application/pdf", headers={"Content-Disposition": disposition, "Cache-Control": "no-cache"}
    )


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
