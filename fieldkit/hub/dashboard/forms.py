"""The filters of the dashboard: they live in the address, and every chart follows them."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from ... import clock
from ...districts import localities_by_district
from ...forms import Form
from ...i18n import N_
from ...i18n import gettext as _
from ..ideas.question import CHANNELS

WHAT = {"ideas": N_("Ideen"), "comments": N_("Kommentare"), "supports": N_("Unterstützungen")}
"""What counts as a contribution -> label."""
PERIODS = {"7": N_("7 Tage"), "30": N_("30 Tage"), "90": N_("90 Tage")}
"""Days up to today -> label."""
THEME = 64  # characters the archive keeps of one


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see; empty means all."""

    what: str = "ideas"
    days: str = ""
    since: str = ""
    """The first day, as `2026-11-22`."""
    until: str = ""
    """The last day."""
    kit: str = ""
    district: str = ""
    theme: str = ""
    channel: str = ""

    def query(self, **changes: str) -> dict[str, str]:
        """For the address of a page with these filters, some of them changed. A period takes the place of the other kind."""
        if "days" in changes:
            changes = {"since": "", "until": ""} | changes
        return _address(asdict(replace(self, **changes)))

    def for_ideas(self, **more: str) -> dict[str, str]:
        """For the address of the list of ideas these filters leave."""
        since, until = self.period
        wanted = {"since": since, "until": until, "kit": self.kit, "district": self.district}
        return _address(wanted | {"theme": self.theme, "channel": self.channel} | more)

    @property
    def period(self) -> tuple[str, str]:
        """First and last day, empty where it is open. Typed days win over a number of days."""
        if self.days and not (self.since or self.until):
            return (clock.today() - timedelta(days=int(self.days) - 1)).isoformat(), ""
        return self.since, self.until

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return self != Filters(what=self.what)


def filter_form(asked: Mapping[str, str], kits: Collection[str]) -> tuple[Form, Filters]:
    """The filters somebody asked for; those with an error are left out."""
    form = Form(asked)
    form.choice("what", WHAT)
    form.choice("days", PERIODS)
    form.day("from")
    form.day("to")
    if form.data["to"] and form.data["to"] < form.data["from"]:
        form.refuse("to", _("Der letzte Tag liegt vor dem ersten. Bitte tausche sie."))
        form.data["to"] = ""
    form.choice("kit", kits)
    form.choice("district", localities_by_district())
    form.text("theme", THEME)
    form.choice("channel", CHANNELS)
    given = form.data | {"since": form.data["from"], "until": form.data["to"], "what": form.data["what"] or "ideas"}
    return form, Filters(**{name: given[name] for name in Filters.__dataclass_fields__})


def _address(values: dict[str, Any]) -> dict[str, str]:
    """As the address says it: `from` and `to` are no names in Python; what says nothing is left out."""
    named = {{"since": "from", "until": "to"}.get(name, name): value for name, value in values.items()}
    return {name: value for name, value in named.items() if value and (name, value) != ("what", "ideas")}
