"""The index card of a record: what lists and searches need to know of it. It can be made anew from the body at any time."""

from typing import Any

from .. import search

TEXT_LIMIT = 4000  # characters of a record's folded words


def index_card(rid: str, said: dict[str, Any]) -> dict[str, Any]:
    """What lists and searches need to know of a record, given its decoded body. Never fails, whatever release of the kit wrote it."""
    # PostgreSQL has no NUL in its texts; the body keeps it, escaped.
    texts = {name: value.replace("\0", "") for name, value in said.items() if type(value) is str}
    amount, text = said.get("strokes"), texts.get
    return {
        "main": text("merged_into", "")[:64] or rid,
        "about": (text("idea_id") or text("stop_id", ""))[:64],
        "district": text("district", "")[:64],
        "theme": text("category", "")[:64],
        "channel": text("channel", "")[:10],
        "at": text("at", "")[:20],
        "receipt": text("receipt", "")[:64],
        "amount": amount if type(amount) is int and 0 <= amount < 10**6 else 0,
        "shown": int(bool(said) and said.get("state") != "hidden"),
        "words": search.fold(" ".join([text(name, "")[:TEXT_LIMIT] for name in ("title", "body", "place")]))[:TEXT_LIMIT].strip(),
    }
