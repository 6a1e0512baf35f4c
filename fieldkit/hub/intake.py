"""What the hub does with what a kit brings, by net or by stick: archive it, sign for it, say what there is to say."""

from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import Connection

from .. import clock, journal, wire
from . import ingest, keys, outbox
from .central import Central
from .publications import store as publications

MOST_HEARD = 10**9
"""Our numbers are about seconds since the release: it is decades until this one. Who has heard a higher one made it up."""


def take(hub: Central, batch: wire.Batch, heard: int) -> journal.Head:
    """Archive a batch of a kit that had heard number `heard`; durable when this returns the new head.

    Raises Mismatch, after making it a task for staff.
    """
    try:
        return hub.db.write(ingest.take, batch, hub.signing_key, heard)
    except ingest.Mismatch as mismatch:
        hub.db.write(ingest.note, batch.kit, mismatch.kind, batch.epoch, batch.from_seq)
        raise


def enrol(hub: Central, secret: bytes, kit: str, verify_key: bytes) -> str:
    """Let a kit in, with everything all others were told before, in one go; its name. Raises Unwelcome."""
    return hub.db.write(_enrol, hub.signing_key, secret, kit, verify_key)


def receipt(hub: Central, kit: str, held: journal.Head, **more: Any) -> dict[str, Any]:
    """Our signature under what we hold of a kit's epoch."""
    said = {"kit": kit, "epoch": held.epoch, "seq": held.seq, "digest": held.digest, "hub_time": clock.stamp()}
    return wire.sign(hub.signing_key, "receipt", said | more)


def inbox(hub: Central, kit: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` pieces for a kit that has heard number `after`, each signed when it was written."""
    with hub.db.read() as conn:
        behind_the_kit = outbox.last_number(conn, kit) < after <= MOST_HEARD
    if behind_the_kit:
        hub.db.write(outbox.catch_up, hub.signing_key, kit, after)
    with hub.db.read() as conn:
        return outbox.behind(conn, kit, after, limit)


def _enrol(conn: Connection, key: SigningKey, secret: bytes, kit: str, verify_key: bytes) -> str:
    name = ingest.enrol(conn, secret, kit, verify_key)
    keys.tell(conn, key, kit)
    publications.tell(conn, key, kit)
    return name
