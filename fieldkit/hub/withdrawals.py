"""What a kit hands over about ideas that their owners withdrew at home, of which it may not have heard."""

from typing import Any

from sqlalchemy import Connection, select

from .corrections import Entries, reworded
from .tables import records

HANGING = ("supports", "comments")
"""Tables with an `idea_id`: what is about an idea goes with it, and so does its contact, which has the same id."""

PARTED = {"merged_into": None}
"""What becomes of an idea of somebody else that was merged into it: it stands on its own again."""


def hold_to(conn: Connection, kit: str, latest: Entries) -> None:
    """Let nothing hang on an erased idea among the newest entries of some records, as the kit will once it has heard."""
    about = {key: idea for key, entry in latest.items() if (idea := _idea_of(key, entry))}
    if not about:
        return
    its = (records.c.kit == kit, records.c.tbl == "ideas", records.c.erased == 1)
    erased = set(conn.scalars(select(records.c.rid).where(*its, records.c.rid.in_(set(about.values())))))
    for key in [key for key, idea in about.items() if idea in erased]:
        if key[0] == "ideas":
            latest[key] = reworded(latest[key], latest[key]["said"] | PARTED)
        else:
            latest[key] = latest[key] | {"op": "erase", "salt": None, "body": None, "said": {}}


def _idea_of(key: tuple[str, str], entry: dict[str, Any]) -> str:
    """The id of the idea that a record hangs on; empty for none."""
    (table, rid), said = key, entry.get("said", {})
    if table == "contacts":
        return rid if said else ""
    idea = said.get("merged_into") if table == "ideas" else said.get("idea_id") if table in HANGING else ""
    return idea if isinstance(idea, str) and "\0" not in idea else ""  # PostgreSQL has no NUL in its texts, nor ids that have one
