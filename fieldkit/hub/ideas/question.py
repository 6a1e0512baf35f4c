"""Which ideas somebody wants to see. The question lives in the address, so that it can be kept, shared and gone back to."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ...answers import STATUSES
from ...forms import Form
from ...i18n import N_
from ...i18n import gettext as _

CHANNELS = {"phone": N_("Handy"), "paper": N_("Papier")}
ANSWERED = {"no": N_("Noch offen"), "yes": N_("Beantwortet")}
SORTS = {"newest": N_("Neueste"), "oldest": N_("Älteste"), "support": N_("Meiste Unterstützung")}
NO_STATUS = "none"

WORDS, NAME, PAGES, LONGEST = 100, 80, 6, 2000  # characters of a search, of an id or a name, of a page number, of a trail

TRAIL = "list"
PARAMETERS = {"words": "q", "since": "from", "until": "to", "number": "page"}
"""What the address calls something else than we do."""


@dataclass(frozen=True)
class Question:
    """Empty means all."""

    words: str = ""
    kit: str = ""
    stop: str = ""
    district: str = ""
    theme: str = ""
    channel: str = ""
    answered: str = ""
    status: str = ""
    """One of STATUSES, or `none` for ideas nobody has touched."""
    office: str = ""
    """Who answered, or is asked to."""
    since: str = ""
    """The first day, as `2026-11-22`."""
    until: str = ""
    """The last day."""
    sort: str = "newest"
    number: int = 1

    def query(self, **changes: Any) -> dict[str, Any]:
        """The parameters of an address that asks this, or this with changes."""
        asked, usual = replace(self, **changes), Question()
        values = {field.name: getattr(asked, field.name) for field in fields(self)}
        return {PARAMETERS.get(name, name): value for name, value in values.items() if value != getattr(usual, name)}

    @property
    def trail(self) -> dict[str, str]:
        """The parameter with which the page of an idea remembers the list it was opened from."""
        query = self.query()
        return {TRAIL: urlencode(query)} if query else {}

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return replace(self, sort="newest", number=1) != Question()


def question_form(asked: Mapping[str, str]) -> tuple[Form, Question]:
    """What an address asks; a day that is none is an error and left out, other nonsense is just left out."""
    form = Form(asked)
    form.day("from")
    form.day("to")
    if form.data["to"] and form.data["to"] < form.data["from"]:
        form.refuse("to", _("Der letzte Tag liegt vor dem ersten. Bitte tausche sie."))
        form.data["to"] = ""
    status = _one_of(asked, "status", [NO_STATUS, *STATUSES])
    number = asked.get("page", "")
    return form, Question(
        words=asked.get("q", "")[:WORDS].strip(),
        **{name: asked.get(name, "")[:NAME] for name in ("kit", "stop", "district", "theme", "office")},
        channel=_one_of(asked, "channel", CHANNELS), answered=_one_of(asked, "answered", ANSWERED), status=status,
        since=form.data["from"], until=form.data["to"], sort=_one_of(asked, "sort", SORTS) or "newest",
        number=max(1, int(number)) if number.isdecimal() and len(number) < PAGES else 1,
    )  # fmt: skip


def question_behind(asked: Mapping[str, str]) -> Question:
    """The question of the list from which the page of an idea was opened."""
    return question_form(dict(parse_qsl(asked.get(TRAIL, "")[:LONGEST])))[1]


def _one_of(asked: Mapping[str, str], name: str, among: Any) -> str:
    return asked.get(name, "") if asked.get(name, "") in among else ""
