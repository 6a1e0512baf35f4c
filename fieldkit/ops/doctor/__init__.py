"""Is this device ready for the square? A line for each check, with what to do in words, for the terminal and for the desk."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from ...house import House
from ...i18n import N_
from ...i18n import gettext as _
from ...jobs import Progress
from . import air, box, data, lock, reach
from .finding import ATTENTION, BLOCKS, GOOD, LEVELS, NOT_HERE, Finding, Patient

__all__ = [
    "ATTENTION",
    "BLOCKS",
    "CHECKS",
    "GLANCE",
    "GOOD",
    "LEVELS",
    "NOT_HERE",
    "Finding",
    "Light",
    "Patient",
    "examine",
    "worst",
]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """Something that is looked at."""

    name: str
    label: str
    look: Callable[[Patient], Finding]
    needs_house: bool = False


CHECKS = (
    Check("port", N_("Adresse"), reach.port),
    Check("files", N_("Offene Dateien"), box.open_files),
    Check("sqlite", N_("Datenbank"), data.sqlite),
    Check("disk", N_("Speicher"), box.disk),
    Check("fsync", N_("Schreibzeit"), box.writing),
    Check("copies", N_("Kopien"), data.copies, needs_house=True),
    Check("backup", N_("Sicherung"), data.backup, needs_house=True),
    Check("handover", N_("Übergabe"), data.handover, needs_house=True),
    Check("hub-key", N_("Schlüssel des Hubs"), data.hub_key, needs_house=True),
    Check("clock", N_("Uhrzeit"), box.time_of_day),
    Check("access-point", N_("Hotspot"), air.access_point),
    Check("names", N_("Namen im WLAN"), reach.names),
    Check("clients", N_("Geräte im WLAN"), air.clients),
    Check("certificate", N_("Zertifikat"), lock.certificate),
    Check("power", N_("Strom"), box.power),
)
GLANCE = ("disk", "copies", "handover", "clock")
"""What the desk shows at all times; cheap to look at."""


@dataclass(frozen=True)
class Light:
    """One line of an examination."""

    check: str
    label: str
    level: str
    word: str
    fix: str
    endpoint: str


def examine(patient: Patient, only: Iterable[str] = ()) -> list[Light]:
    """Look at everything, or `only` at some; what blocks departure comes first. Remembered in the house if all was looked at."""
    chosen = [check for check in CHECKS if (check.name in only or not only) and (patient.house or not check.needs_house)]
    lights = [_light(check, patient) for check in chosen]
    if patient.house and not only:
        patient.house.examined = worst(lights)
    return sorted(lights, key=lambda light: LEVELS.index(light.level)) if not only else lights


def worst(lights: Iterable[Light]) -> dict[str, Any]:
    """The level of all lights together, and which are neither good nor missing here, by label, the worst first."""
    open_ones = sorted((x for x in lights if x.level in (BLOCKS, ATTENTION)), key=lambda light: LEVELS.index(light.level))
    return {"level": open_ones[0].level if open_ones else GOOD, "open": [light.label for light in open_ones]}


def command(house: House, progress: Progress) -> list[dict[str, str]]:
    """Examine the kit that serves, for the command line."""
    return [asdict(light) for light in examine(Patient(house.config, house, serving=True))]


def _light(check: Check, patient: Patient) -> Light:
    try:
        found = check.look(patient)
    except Exception as error:  # a check that breaks must not hide what the others found
        log.exception("The check %s failed.", check.name)
        found = Finding(ATTENTION, _("ließ sich nicht prüfen (%(error)s)", error=error), _("Bitte noch einmal versuchen."))
    return Light(check.name, check.label, found.level, found.word, found.fix, found.endpoint)
