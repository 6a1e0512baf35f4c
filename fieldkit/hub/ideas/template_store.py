"""Templates for answers that are given often."""

import re
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ... import ids
from .. import outbox
from ..tables import templates


def every(conn: Connection) -> list[dict[str, Any]]:
    """All templates by name."""
    return [dict(row) for row in conn.execute(select(templates).order_by(templates.c.name, templates.c.id)).mappings()]


def one(conn: Connection, template_id: str) -> dict[str, Any] | None:
    """A template."""
    row = conn.execute(select(templates).where(templates.c.id == template_id)).mappings().one_or_none()
    return dict(row) if row else None


def add(conn: Connection, words: dict[str, str], who: str) -> str:
    """Keep a new template; its id."""
    template_id = ids.new_id()
    conn.execute(insert(templates).values(id=template_id, **words))
    outbox.log(conn, who, "write template", "", "templates", template_id, words["name"])
    return template_id


def change(conn: Connection, template_id: str, words: dict[str, str], who: str) -> None:
    """Replace the words of a template."""
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
