"""Lists that a facilitator types in, one entry a line: columns, answers, lanes."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..forms import Form, clean
from ..i18n import gettext as _

MOST, LONGEST = 12, 80


def lines(form: Form, field: str, least: int = 0, most: int = MOST) -> list[dict[str, str]]:
    """The lines of a field as `[{"key": "a", "label": "Was lief gut"}, ...]`; keys are stable letters in the order typed."""
    typed = [clean(line) for line in form.posted.get(field, "").splitlines()]
    labels = list(dict.fromkeys(line for line in typed if line))
    if len(labels) < least:
        form.refuse(field, _("Bitte mindestens %(least)s Zeilen eingeben.", least=least))
    elif len(labels) > most:
        form.refuse(field, _("Das sind %(count)s Zeilen, %(most)s sind möglich.", count=len(labels), most=most))
    elif any(len(label) > LONGEST for label in labels):
        form.refuse(field, _("Eine Zeile hat höchstens %(longest)s Zeichen.", longest=LONGEST))
    return [{"key": chr(ord("a") + n), "label": label} for n, label in enumerate(labels[:most])]


def typed(entries: list[dict[str, str]]) -> str:
    """The list as it stands in the field again."""
    return "\n".join(entry["label"] for entry in entries)


def label_of(entries: list[dict[str, str]], key: str) -> str:
    """What an entry is called; nothing for a key that is not there."""
    return next((entry["label"] for entry in entries if entry["key"] == key), "")


def keys(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The keys a participant may choose from."""
    return [entry["key"] for entry in entries]


def several(form: Form, field: str) -> list[str]:
    """Everything that was ticked under one name; a plain dict has one value."""
    getlist = getattr(form.posted, "getlist", None)
    return getlist(field) if getlist else [value for value in [form.posted.get(field, "")] if value]
