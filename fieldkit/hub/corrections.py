"""What owners corrected at home: their words hold here, although a kit that has not heard of it still hands over the old ones."""

import json
from typing import Any

from sqlalchemy import Connection, delete, select

from .. import journal
from . import archive
from .outbox import CORRECT
from .tables import outbox

Entries = dict[tuple[str, str], dict[str, Any]]
"""Entries by table and id of the record they are about."""


def lay_over(conn: Connection, kit: str, latest: Entries, heard: int) -> None:
    """Put the words of corrections over those of the newest entries, where the kit had not heard them when it wrote these.

    `heard` is the number of the last piece it had. What it said otherwise after hearing is its owner's last word: then ours goes.
    """
    its = (outbox.c.kit == kit, outbox.c.kind == CORRECT)
    for piece in conn.execute(select(outbox.c.seq, outbox.c.tbl, outbox.c.rid, outbox.c.payload).where(*its)).all():
        entry = latest.get((piece.tbl, piece.rid))
        if entry is None or entry["op"] == "erase":
            continue
        said = entry["said"] | json.loads(piece.payload)
        if said == entry["said"]:
            continue
        if piece.seq > heard:
            latest[piece.tbl, piece.rid] = reworded(entry, said)
        else:
            conn.execute(delete(outbox).where(outbox.c.kit == kit, outbox.c.seq == piece.seq))
            archive.erased(conn, outbox)


def reworded(entry: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """An entry that says this instead. It has no salt: these are not the kit's own bytes, which still come."""
    return entry | {"salt": None, "body": journal.canonical(said), "said": said}
