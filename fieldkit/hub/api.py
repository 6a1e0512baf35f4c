"""What kits say to the hub over HTTP. Every call but the first is signed by the kit, every answer that counts by the hub."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, jsonify, request
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey
from werkzeug.exceptions import HTTPException

from .. import ids, wire
from ..db import StorageFull
from ..doors import VISITOR, open_to
from . import blobs, ingest, intake
from .archive import Away
from .web import hub

blueprint = Blueprint("api", __name__)

INBOX_PAGE = 200  # answers at a time
BLOBS_PAGE = 200  # missing photos and files at a time
MOST_PIECE = 512 * 1024  # bytes


class Refused(Exception):
    """The call fails; the sentence goes back to the kit."""

    def __init__(self, status: int, sentence: str, **more: Any) -> None:
        """With an HTTP status and more fields for the answer."""
        super().__init__(sentence)
        self.status, self.more = status, more


def kits_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open a view to the kit named in its address, and to nobody else: the call must carry that kit's signature."""

    @wraps(view)
    def signed(kit: str, **more: str) -> Any:
        with hub().db.read() as conn:
            known = ingest.one_kit(conn, kit)
        if known is None:
            raise Refused(403, "Dieses Kit ist hier nicht angemeldet.")
        path = request.full_path.rstrip("?")
        signature = request.headers.get(wire.SIGNATURE, "")
        if not wire.request_is_from(known["verify_key"], signature, hub().verify_key, request.method, path, request.get_data()):
            raise Refused(403, "Die Unterschrift des Kits stimmt nicht.")
        if known["revoked"]:
            hub().db.write(ingest.note, kit, "revoked", known["epoch"], known["seq"])
            raise Refused(403, "Dieses Kit ist gesperrt. Bitte wende dich an das CityLAB.")
        return view(kit, **more)

    return open_to(VISITOR)(signed)


@blueprint.post("/enrolment")
@open_to(VISITOR)  # the one-time secret opens it
def enrol() -> Any:
    """Let a kit in, once, and tell it who we are."""
    asked = wire.load(request.get_data())
    try:
        kit, secret, key = asked["kit"], bytes.fromhex(asked["secret"]), bytes.fromhex(asked["verify_key"])
        if not ids.is_id(kit):
            raise ValueError
        VerifyKey(key)
    except (KeyError, TypeError, ValueError, CryptoError):
        raise Refused(400, "Die Anmeldung ist unvollständig.") from None
    try:
        name = intake.enrol(hub(), secret, kit, key)
    except ingest.Unwelcome as reason:
        raise Refused(403, str(reason)) from None
    return _signed("enrolment", {"kit": kit, "name": name, "hub": hub().name}), 201


@blueprint.get("/kits/<kit>/head")
@kits_only
def head(kit: str) -> Any:
    """A receipt for what we hold of a kit's epoch; the kit says how it is."""
    epoch = request.args.get("epoch", "")
    condition = wire.read_condition(request.args)
    hub().db.write(ingest.seen, kit, condition)
    with hub().db.read() as conn:
        held = ingest.head(conn, kit, epoch)
        anew = ingest.begin_anew(conn, kit, epoch)
    if condition["confirmed"] > held.seq:
        hub().db.write(ingest.note, kit, "hub-rewind", epoch, held.seq)
    return jsonify(intake.receipt(hub(), kit, held, begin_anew=anew))


@blueprint.post("/kits/<kit>/entries")
@kits_only
def entries(kit: str) -> Any:
    """Take a batch of the kit's journal, and how far it had heard us when it packed it; the receipt is written when it is durable."""
    heard = _number("heard") if "heard" in request.args else 0
    batch = wire.unpack(request.get_data())
    if batch.kit != kit:
        raise Refused(400, "Dieses Paket ist von einem anderen Kit.")
    try:
        held = intake.take(hub(), batch, heard)
    except ingest.Mismatch as mismatch:
        expected = {"epoch": mismatch.head.epoch, "seq": mismatch.head.seq, "digest": mismatch.head.digest}
        raise Refused(409, str(mismatch), kind=mismatch.kind, expected=expected) from None
    return jsonify(intake.receipt(hub(), kit, held)), 201


@blueprint.get("/kits/<kit>/inbox")
@kits_only
def inbox(kit: str) -> Any:
    """What we have to say to a kit, each piece signed when it was written."""
    return jsonify(entries=intake.inbox(hub(), kit, _number("after"), INBOX_PAGE))


@blueprint.get("/kits/<kit>/blobs")
@kits_only
def missing_blobs(kit: str) -> Any:
    """Which photos and files we miss of all that the kit's entries up to a head name; we say which head that is."""
    epoch, seq = request.args.get("epoch", ""), _number("seq")
    with hub().db.read() as conn:
        said = {"kit": kit, "epoch": epoch, "seq": seq, "digest": ingest.digest_at(conn, kit, epoch, seq)}
        return _signed("blobs", said | {"missing": blobs.missing(conn, kit, BLOBS_PAGE)})


@blueprint.post("/kits/<kit>/blobs/<name>")
@kits_only
def take_piece(kit: str, name: str) -> Any:
    """Take a piece of a photo or file; the answer says how many bytes of it we hold."""
    content = request.get_data()
    if len(content) > MOST_PIECE:
        raise Refused(413, "Dieses Stück ist zu groß.")
    try:
        taken = hub().db.write(blobs.take_piece, kit, name, _number("start"), _number("size"), content)
    except blobs.NotWanted:
        raise Refused(404, "Dieses Foto wird hier nicht gebraucht.") from None
    if taken.spoilt:
        raise Refused(422, "Das Foto kam nicht so an, wie es heißt. Bitte noch einmal von vorn.")
    return _signed("piece", {"kit": kit, "sha256": name, "held": taken.held}), 201


def _number(name: str) -> int:
    value = request.args.get(name, "")
    if not value.isdecimal() or len(value) > 15:
        raise Refused(400, f"Die Zahl hinter „{name}“ fehlt.")
    return int(value)


@blueprint.errorhandler(Refused)
def _refused(refusal: Refused) -> Any:
    return jsonify(error=str(refusal), **refusal.more), refusal.status


@blueprint.errorhandler(wire.Garbage)
def _garbage(garbage: wire.Garbage) -> Any:
    return jsonify(error=str(garbage)), 400


@blueprint.errorhandler(Away)
def _away(_: Away) -> Any:
    return jsonify(error="Die Datenbank des Hubs antwortet nicht. Das Kit behält alles und versucht es später wieder."), 503


@blueprint.errorhandler(StorageFull)
def _storage_full(_: StorageFull) -> Any:
    return jsonify(error="Der Speicher des Hubs ist voll. Das Kit behält alles und versucht es später wieder."), 507


@blueprint.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> Any:
    return jsonify(error=error.name), error.code


def _signed(kind: str, said: dict[str, Any]) -> Any:
    return jsonify(wire.sign(hub().signing_key, kind, said))
