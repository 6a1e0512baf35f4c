"""Templates for answers that are given often."""

import hashlib
import re
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ... import ids, journal
from .. import outbox
from ..tables import audit, templates
from ..versions import Crossed

WORDS = ("name", "status", "body", "office")


class Removed(Exception):
    """Somebody deleted the template meanwhile."""


def every(conn: Connection) -> list[dict[str, Any]]:
    """All templates by name."""
    rows = conn.execute(select(templates).order_by(templates.c.name, templates.c.id)).mappings()
    return [_with_version(row) for row in rows]


def one(conn: Connection, template_id: str) -> dict[str, Any] | None:
    """A template with its `version`: a word for what it says."""
    row = conn.execute(select(templates).where(templates.c.id == template_id)).mappings().one_or_none()
    return _with_version(row) if row else None


def last_change(conn: Connection, template_id: str) -> dict[str, Any]:
    """Who wrote a template last, and when."""
    its = (audit.c.act == "write template", audit.c.rid == template_id)
    return dict(conn.execute(select(audit.c.who, audit.c.at).where(*its).order_by(audit.c.id.desc()).limit(1)).mappings().one())


def add(conn: Connection, words: dict[str, str], who: str) -> str:
    """Keep a new template; its id."""
    template_id = ids.new_id()
    conn.execute(insert(templates).values(id=template_id, **words))
    outbox.log(conn, who, "write template", "", "templates", template_id, words["name"])
    return template_id


def change(conn: Connection, template_id: str, words: dict[str, str], who: str, seen: str) -> None:
    """Replace the words of a template of version `seen`. The same again changes nothing. Raises Crossed, Removed."""
    known = one(conn, template_id)
    if known is None:
        raise Removed
    if all(known[name] == words[name] for name in WORDS):
        return
    if known["version"] != seen:
        raise Crossed
    conn.execute(update(templates).where(templates.c.id == template_id).values(**words))
    outbox.log(conn, who, "write template", "", "templates", template_id, words["name"])


def remove(conn: Connection, template_id: str, who: str) -> None:
    """Delete a template. Answers that were made with it stay."""
    known = one(conn, template_id)
    if known:
        conn.execute(delete(templates).where(templates.c.id == template_id))
        outbox.log(conn, who, "delete template", "", "templates", template_id, known["name"])


def fill(text: str, idea: dict[str, Any]) -> str:
    """A text with the placeholders replaced by what they stand for in this idea."""
    said = {"{titel}": idea["title"], "{station}": idea["stop"]["place"]}
    return re.sub("|".join(map(re.escape, said)), lambda found: said[found[0]], text)


def _with_version(row: Any) -> dict[str, Any]:
    said = journal.canonical({name: row[name] for name in WORDS})
    return {**row, "version": hashlib.sha256(said.encode()).hexdigest()[:16]}
