"""How the device is, as lights with words: storage, copies, hand-over, clock."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from .. import clock
from ..house import House
from ..i18n import format_time, ngettext
from ..i18n import gettext as _
from ..storage.copies import Copies
from ..storage.snapshots import made_at
from .store import Handover

TOLERANCE = timedelta(minutes=2)
"""Clocks that differ by less agree."""
PLENTY, SCARCE = 2 * 10**9, 3 * 10**8  # bytes


@dataclass(frozen=True)
class Light:
    """One line: green, yellow or red, and what it means."""

    level: str
    """`good`, `warn` or `bad`."""
    label: str
    word: str
    endpoint: str = ""
    """Where to see to it."""


def lights(house: House, handover: Handover) -> list[Light]:
    """Everything a facilitator should know about the device."""
    return [_storage(house.config.home), _copies(house.copies, handover.entries), _handed_over(handover), _clock()]


def local_time() -> str:
    """The clock of the kit as people in Berlin read it: `14:02`."""
    return clock.now().astimezone(clock.BERLIN).strftime("%H:%M")


def _storage(home: Path) -> Light:
    free = shutil.disk_usage(home).free
    amount = f"{free // 10**9} GB" if free >= 10**9 else f"{free // 10**6} MB"
    level = "good" if free >= PLENTY else "warn" if free >= SCARCE else "bad"
    word = _("%(amount)s frei", amount=amount) if level == "good" else _("nur noch %(amount)s frei", amount=amount)
    return Light(level, _("Speicher"), word)


def _copies(copies: Copies, entries: int) -> Light:
    """Only what lies on another medium is a second copy; an own backup dies with the disk."""
    second = copies.second.standing()
    if second.copies > 1:
        return Light("good", _("Kopien"), _("2 Kopien, Stick „%(name)s“", name=second.label), "desk.copies")
    if second.trouble:
        return Light("bad", _("Kopien"), _("1 Kopie, der Stick antwortet nicht"), "desk.copies")
    newest = copies.backups().newest
    word = _("1 Kopie, Sicherung vom %(moment)s", moment=format_time(made_at(newest))) if newest else _("1 Kopie")
    return Light("warn" if entries else "good", _("Kopien"), word, "desk.copies")


def _handed_over(handover: Handover) -> Light:
    if not handover.pending and handover.hub:
        return Light("good", _("Übergabe"), _("alles bestätigt"), "sync.index")
    waiting = ngettext("%(num)s Eintrag wartet", "%(num)s Einträge warten", handover.pending)
    return Light(
        "warn" if handover.pending else "good", _("Übergabe"), waiting if handover.hub else _("noch kein Hub"), "sync.index"
    )


def _clock() -> Light:
    level = "good" if clock.now() > clock.RELEASED else "bad"
    return Light(
        level,
        _("Uhrzeit"),
        local_time() if level == "good" else _("%(time)s, falsches Datum", time=local_time()),
        "desk.clock_form",
    )
