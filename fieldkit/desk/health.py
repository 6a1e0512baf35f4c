"""How the device is, as lights with words: storage, copies, hand-over, clock."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .. import clock
from ..i18n import format_time, ngettext
from ..i18n import gettext as _
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


def lights(home: Path, handover: Handover) -> list[Light]:
    """Everything a facilitator should know about the device at `home`."""
    return [_storage(home), _copies(home, handover.entries), _handed_over(handover), _clock()]


def local_time() -> str:
    """The clock of the kit as people in Berlin read it: `14:02`."""
    return clock.now().astimezone(clock.BERLIN).strftime("%H:%M")


def _storage(home: Path) -> Light:
    free = shutil.disk_usage(home).free
    amount = f"{free // 10**9} GB" if free >= 10**9 else f"{free // 10**6} MB"
    level = "good" if free >= PLENTY else "warn" if free >= SCARCE else "bad"
    word = _("%(amount)s frei", amount=amount) if level == "good" else _("nur noch %(amount)s frei", amount=amount)
    return Light(level, _("Speicher"), word)


def _copies(home: Path, entries: int) -> Light:
    newest = max((home / "backups").glob("fieldkit-*.db"), default=None)
    if newest is None:
        return Light("warn" if entries else "good", _("Kopien"), _("1 Kopie, noch keine Sicherung"))
    made = datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    covered = newest.stem.rsplit("-", 1)[-1]
    level = "good" if covered.isdecimal() and int(covered) >= entries else "warn"
    return Light(level, _("Kopien"), _("2 Kopien, Sicherung vom %(moment)s", moment=format_time(made)))


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
