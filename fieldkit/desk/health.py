"""How the device is, as lights with words: a few at all times, all of them on a page of its own."""

from datetime import timedelta

from .. import clock
from ..house import House
from ..i18n import gettext as _
from ..ops import doctor
from ..ops.doctor import Light

TOLERANCE = timedelta(minutes=2)
"""Clocks that differ by less agree."""
SHAPES = {doctor.BLOCKS: "bad", doctor.ATTENTION: "warn", doctor.GOOD: "good", doctor.NOT_HERE: "none"}
"""How each level looks: a red square, a yellow triangle, a green disc."""


def glance(house: House) -> list[Light]:
    """What a facilitator should see at all times, the worst that the last examination found first of all."""
    lights = doctor.examine(_patient(house), doctor.GLANCE)
    found = house.examined
    if not found or found["level"] == doctor.GOOD:
        return lights
    first, *others = (_(label) for label in found["open"])
    word = _("%(first)s und %(more)s mehr", first=first, more=len(others)) if others else first
    return [Light("doctor", _("Vor der Abfahrt"), found["level"], word, "", "desk.examination"), *lights]


def everything(house: House) -> list[Light]:
    """All there is to look at, looked at now: what blocks departure comes first."""
    return doctor.examine(_patient(house))


def local_time() -> str:
    """The clock of the kit as people in Berlin read it: `14:02`."""
    return clock.now().astimezone(clock.BERLIN).strftime("%H:%M")


def _patient(house: House) -> doctor.Patient:
    return doctor.Patient(house.config, house, serving=True)
