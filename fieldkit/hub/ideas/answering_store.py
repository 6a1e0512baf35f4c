"""What staff write: answers to several ideas at once, and notes that never leave the hub."""

from typing import Any, NamedTuple

from nacl.signing import SigningKey
from sqlalchemy import Connection, select

from ... import clock
from .. import outbox, versions
from ..tables import kits, notes
from . import store, template_store


class Pick(NamedTuple):
    """An idea that was ticked in the list, and the version of its answer the person saw; 0 for none."""

    kit: str
    rid: str
    seen: int = 0


def note(conn: Connection, kit: str, rid: str) -> dict[str, Any]:
    """The note about an idea; version 0 and empty where there is none."""
    row = conn.execute(select(notes).filter_by(kit=kit, tbl="ideas", rid=rid)).mappings().one_or_none()
    return dict(row) if row else {"body": "", "at": "", "written_by": "", "version": 0}


def write_note(conn: Connection, kit: str, rid: str, body: str, who: str, seen: int) -> None:
    """Keep a note about an idea in place of the one of version `seen`. The same again changes nothing. Raises Crossed, Gone."""
    outbox.hold(conn, kit, rid)
    if note(conn, kit, rid)["body"] == body:
        return
    # An empty note keeps its row: were the count of versions to begin anew, two people could cross unseen.
    row = {"body": body, "at": clock.stamp(), "written_by": who}
    versions.put(conn, notes, {"kit": kit, "tbl": "ideas", "rid": rid}, seen, row)
    outbox.log(conn, who, "note", kit, "ideas", rid)


def answer_all(conn: Connection, key: SigningKey, picks: list[Pick], words: dict[str, str], who: str) -> list[Pick]:
    """Answer all of them in one go; an empty text leaves each its own. Returns those somebody else answered meanwhile, left as they are."""
    # All kits first and in order, so that two of these never wait for each other.
    conn.execute(select(kits.c.id).where(kits.c.id.in_({pick.kit for pick in picks})).order_by(kits.c.id).with_for_update())
    left = []
    for pick in picks:
        idea = store.one(conn, pick.kit, pick.rid)
        if idea is None or idea["main"] != pick.rid:
            left.append(pick)
            continue
        body = template_store.fill(words["body"], idea) or idea["answer"] or ""
        try:
            outbox.answer(conn, key, pick.kit, pick.rid, words | {"body": body}, who, pick.seen)
        except versions.Crossed:
            left.append(pick)
    return left
