"""How the kits are, as lights with words: when they called, what they still hold, what went wrong, how much room is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_timedelta

from ... import clock, i18n
from ...i18n import gettext as _
from ...i18n import ngettext

SILENT = 14
"""Days without a call after which somebody should look for a kit."""
PLENTY, SCARCE = 2 * 10**9, 3 * 10**8  # bytes
TASKS = {
    "gap": ("warn", lambda number: ngettext("%(num)s Lücke", "%(num)s Lücken", number)),
    "fork": ("bad", lambda number: ngettext("%(num)s Abzweig", "%(num)s Abzweige", number)),
    "clone": ("bad", lambda number: ngettext("%(num)s Doppelgänger", "%(num)s Doppelgänger", number)),
    "rewind": ("warn", lambda number: ngettext("%(num)s mal zurückgesetzt", "%(num)s mal zurückgesetzt", number)),
    "revoked": ("bad", lambda number: ngettext("%(num)s Anruf trotz Sperre", "%(num)s Anrufe trotz Sperre", number)),
    "hub-rewind": ("warn", lambda number: ngettext("%(num)s mal Hub zurückgesetzt", "%(num)s mal Hub zurückgesetzt", number)),
}
"""Kind of task -> its light and words."""


@dataclass(frozen=True)
class Light:
    """A level with its words."""

    level: str
    """`good`, `warn`, `bad`, or empty where nothing is known."""
    word: str


def silent(kit: Mapping[str, Any], now: datetime) -> bool:
    """Whether a kit that may call has not done so for more than SILENT days."""
    return not kit["revoked"] and (now - clock.parse(kit["last_seen"])).days > SILENT


def called(kit: Mapping[str, Any], now: datetime) -> Light:
    """When it last called: "vor 3 Tagen"."""
    ago = format_timedelta(
        clock.parse(kit["last_seen"]) - now, granularity="minute", add_direction=True, locale=i18n.tag()
    )  # fmt: skip
    return Light("warn" if silent(kit, now) else "" if kit["revoked"] else "good", ago)


def held(kit: Mapping[str, Any]) -> Light:
    """What it still had to hand over when it called."""
    if not kit["release"]:
        return Light("", _("noch nicht gemeldet"))
    if not kit["pending"]:
        return Light("good", _("alles übergeben"))
    return Light("warn", ngettext("%(num)s Eintrag wartet", "%(num)s Einträge warten", kit["pending"]))


def storage(kit: Mapping[str, Any]) -> Light:
    """How much room its disk has."""
    if not kit["release"]:
        return Light("", _("noch nicht gemeldet"))
    free = kit["free"]
    amount = f"{free // 10**9} GB" if free >= 10**9 else f"{free // 10**6} MB"
    level = "good" if free >= PLENTY else "warn" if free >= SCARCE else "bad"
    return Light(level, _("%(amount)s frei", amount=amount))


def copies(kit: Mapping[str, Any]) -> Light:
    """How often its data is there, itself counted."""
    if not kit["copies"]:
        return Light("", _("noch nicht gemeldet"))
    return Light("good" if kit["copies"] > 1 else "warn", ngettext("%(num)s Kopie", "%(num)s Kopien", kit["copies"]))


def tasks(kit: Mapping[str, Any]) -> list[Light]:
    """What waits for a decision of ours, by kind; a kind we do not know counts as bad."""
    lights = []
    for kind, number in sorted(kit["tasks"].items()):
        level, words = TASKS.get(kind, ("bad", lambda number: ngettext("%(num)s Aufgabe", "%(num)s Aufgaben", number)))
        lights.append(Light(level, words(number)))
    return lights
