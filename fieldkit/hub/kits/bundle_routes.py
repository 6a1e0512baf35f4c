"""Reading sticks in the browser: the files and the key come in one form, the key is gone when the page is."""

from typing import Any

from flask import Blueprint, Response, abort, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from ... import segment, wire
from ...doors import HUB_ANSWER, open_to
from ...forms import Form
from ...i18n import gettext as _
from ...web import page
from .. import blobs, ingest, keyfile
from ..web import hub, me
from . import bundles
from .bundles import Taken

blueprint = Blueprint("bundles", __name__)

MOST_BYTES = 12_000_000  # of all files together
MOST_FILES = 100
LARGEST_UPLOAD = MOST_BYTES + 1_000_000  # bytes that the server takes, so that a form a little too large still gets its sentence
ON_THE_STICK = "on the stick"
"""What the link to a receipt is signed as."""


@blueprint.get("/kits/bundle")
@open_to(HUB_ANSWER)
def new() -> Any:
    """The form for what came on a stick."""
    return _form_page(None)


@blueprint.post("/kits/bundle")
@open_to(HUB_ANSWER)
def read() -> Any:
    """Read the files and show what came of each; nothing is kept but what the kits signed."""
    request.max_content_length, request.max_form_parts = MOST_BYTES, 10 * MOST_FILES
    try:
        form, files = Form(request.form), [file for file in request.files.getlist("files") if file.filename]
        key = request.files.get("key")
    except RequestEntityTooLarge:
        form = Form({})
        form.refuse(
            "files",
            _(
                "Das ist zusammen zu groß: Auf einmal gehen 12 MB. Bitte nimm zuerst nur einen Teil der Dateien, der Reihe nach, und "
                "danach den Rest. Auf der Maschine des Hubs liest «fieldkit hub read STICK» alles in einem Zug."
            ),
        )
        return _form_page(form, 422)
    if not files:
        form.refuse("files", _("Bitte wähle die Dateien vom Stick aus."))
    elif len(files) > MOST_FILES:
        form.refuse("files", _("Bitte höchstens %(most)s Dateien auf einmal.", most=MOST_FILES))
    identity = keyfile.of_form(form, key)
    if not form:
        return _form_page(form, 422)
    taken = [_take(file, identity) for file in sorted(files, key=lambda file: file.filename or "")]
    return page("hub/kits/bundle_read.html", taken=taken, back=_back(taken))


@blueprint.get("/kits/<kit>/receipt")
@open_to(HUB_ANSWER)
def receipt(kit: str) -> Any:
    """The file that goes back to a kit on its stick, as a download."""
    epoch, heard = _was_on_the_stick(kit)
    made = bundles.answer(hub(), kit, epoch, heard)
    if made is None:
        abort(404)
    answer = Response(made.content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _was_on_the_stick(kit: str) -> tuple[str, int]:
    """What a link of ours says of the files of a kit: their epoch, and how far the kit had heard us. Aborts when it is not ours.

    A made-up number would have us skip all numbers up to it, and a made-up epoch would get our signature.
    """
    said = {name: request.args[name] for name in ("epoch", "heard", "sig") if name in request.args}
    if not said:
        return "", 0
    try:
        content = wire.heard(hub().verify_key, ON_THE_STICK, said | {"kit": kit})
    except wire.Garbage:
        abort(404)
    return content["epoch"], int(content["heard"])


def _take(file: FileStorage, identity: str) -> Taken:
    name = file.filename or ""
    try:
        return bundles.take(hub(), name, segment.unseal(file.stream.read(segment.MOST_BYTES + 1), identity), me().name)
    except wire.Garbage as garbage:
        return Taken(name, str(garbage))


def _back(taken: list[Taken]) -> list[dict[str, Any]]:
    """For each kit what we hold of it now, and how to get its receipt."""
    names = {one.kit: one.kit_name for one in taken}
    found = bundles.per_kit(taken)
    with hub().db.read() as conn:
        heads = {
            kit: ingest.head(conn, kit, epoch or ingest.one_kit(conn, kit)["epoch"]) for kit, (epoch, _heard) in found.items()
        }
        missing = {kit: len(blobs.missing(conn, kit, bundles.PHOTOS)) for kit in found}
    return [
        {
            "name": names[kit], "seq": heads[kit].seq, "word": wire.check_word(heads[kit].digest), "missing": missing[kit],
            "link": wire.sign(hub().signing_key, ON_THE_STICK, {"kit": kit, "epoch": epoch, "heard": str(heard)}),
        }
        for kit, (epoch, heard) in found.items()
    ]  # fmt: skip


def _form_page(form: Form | None, status: int = 200) -> Any:
    return page("hub/kits/bundle.html", status=status, form=form, most=MOST_BYTES)
