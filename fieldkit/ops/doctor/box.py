"""The computer itself: open files, storage and how long it takes to write, its clock, its power."""

import contextlib
import ctypes
import os
import resource
import shutil
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path

from ... import clock
from ...i18n import gettext as _
from ...serve import CONNECTIONS, FILES
from .finding import ATTENTION, BLOCKS, GOOD, NOT_HERE, Finding, Patient

PLENTY, SCARCE = 2 * 10**9, 3 * 10**8  # bytes
QUICK, SLOW = 0.1, 0.5  # seconds until a contribution is safe on the disk
TRIES, LONGEST = 10, 0.7  # writes, and seconds they may take together
CLOCKS = Path("/sys/class/rtc")
AGREE = 120  # seconds
FIRMWARE = Path("/sys/devices/platform")
UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
NOW, BEFORE = 0x1, 0x10000  # under-voltage, in what the firmware of a Pi says
SLOWED_NOW, SLOWED_BEFORE = 0xE, 0xE0000  # slower because of it, or because of heat


def open_files(patient: Patient) -> Finding:
    """Every phone holds up to six connections, and each is an open file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return files_finding(soft if patient.serving else hard)


def files_finding(limit: int) -> Finding:
    """What this limit means."""
    if limit == resource.RLIM_INFINITY or limit >= CONNECTIONS + 200:
        return Finding(GOOD, _("genug für %(phones)s Verbindungen", phones=CONNECTIONS))
    fix = _("In der Dienstdatei feldkit.service LimitNOFILE=%(wanted)s setzen, dann das Kit neu starten.", wanted=FILES)
    word = _("höchstens %(limit)s, für 200 Handys zu wenig", limit=limit)
    return Finding(BLOCKS if limit < 512 else ATTENTION, word, fix)


def disk(patient: Patient) -> Finding:
    """How much room is left."""
    free = shutil.disk_usage(patient.config.home).free
    amount = f"{free // 10**9} GB" if free >= 10**9 else f"{free // 10**6} MB"
    if free >= PLENTY:
        return Finding(GOOD, _("%(amount)s frei", amount=amount))
    fix = _("Alles übergeben, dann räumt das Kit auf. Oder die Daten auf einen größeren Datenträger umziehen.")
    return Finding(ATTENTION if free >= SCARCE else BLOCKS, _("nur noch %(amount)s frei", amount=amount), fix)


def writing(patient: Patient) -> Finding:
    """How long a visitor waits for «Danke»: measured, in the folder of the database."""
    try:
        return writing_finding(measure(patient.config.home))
    except OSError as error:
        return Finding(
            BLOCKS,
            _("Schreiben geht nicht: %(error)s", error=error.strerror),
            _("Platz schaffen. Ist genug frei, ist der Datenträger am Ende: die zweite Kopie sichern und ihn tauschen."),
        )


def measure(folder: Path) -> list[float]:
    """Seconds of several small writes that are safe on the disk. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder) as file:
        times: list[float] = []
        while len(times) < TRIES and sum(times) < LONGEST:
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return times


def writing_finding(times: list[float]) -> Finding:
    """What these seconds mean."""
    middle = sorted(times)[len(times) // 2]
    word = _("%(middle)s ms, höchstens %(most)s ms", middle=_milliseconds(middle), most=_milliseconds(max(times)))
    if middle <= QUICK:
        return Finding(GOOD, word)
    return Finding(
        ATTENTION if middle <= SLOW else BLOCKS,
        word,
        _("So lange warten alle auf „Danke“. Bitte eine schnellere Karte (A2) oder besser eine SSD nehmen."),
    )


def time_of_day(patient: Patient) -> Finding:
    """Whether the clock can be right, and where it has the time from."""
    now = clock.now()
    return clock_finding(
        now, keeps_time(CLOCKS, now), ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)) != UNSYNCHRONISED
    )


def keeps_time(clocks: Path, now: datetime) -> bool:
    """Whether a clock of the device's own says the same. One without a battery, as in a Pi 5, is there, too, but begins anew."""
    for own in clocks.glob("*/since_epoch"):
        with contextlib.suppress(OSError, ValueError):
            if abs(int(own.read_text(encoding="ascii")) - now.timestamp()) < AGREE:
                return True
    return False


def clock_finding(now: datetime, has_own: bool, synchronised: bool) -> Finding:
    """What it means that a kit believes in this time, with or without a clock of its own, set from the network or not."""
    local = now.astimezone(clock.BERLIN).strftime("%H:%M")
    compare = _("Mit dem Handy vergleichen und die Uhr stellen.")
    if not clock.RELEASED < now < clock.LATEST:
        return Finding(BLOCKS, _("%(time)s, falsches Datum", time=local), compare, "desk.clock_form")
    if synchronised:
        return Finding(GOOD, _("%(time)s, aus dem Netz gestellt", time=local), endpoint="desk.clock_form")
    if has_own:
        return Finding(GOOD, _("%(time)s, aus der eigenen Uhr", time=local), endpoint="desk.clock_form")
    fix = _(
        "Dieses Gerät hat keine eigene Uhr, die weiterläuft: nach jedem Einschalten vergleichen, "
        "oder ein Uhrmodul (DS3231) oder die Batterie der Uhr einbauen."
    )
    return Finding(ATTENTION, _("%(time)s, nicht geprüft", time=local), fix, "desk.clock_form")


def power(patient: Patient) -> Finding:
    """Whether a Raspberry Pi had to slow down."""
    said = _firmware_says()
    return power_finding(said) if said is not None else Finding(NOT_HERE, _("Das misst nur ein Raspberry Pi."))


def power_finding(flags: int) -> Finding:
    """What the firmware means by `get_throttled`."""
    supply = _("Das Netzteil des Pi nehmen (12,5 bis 27 W, je nach Modell) und ein kurzes, dickes Kabel.")
    cool = _("Das Gerät in den Schatten stellen und den Lüfter prüfen.")
    if flags & NOW:
        return Finding(BLOCKS, _("zu wenig Spannung"), supply)
    if flags & SLOWED_NOW:
        return Finding(ATTENTION, _("gedrosselt, es ist zu warm"), cool)
    if flags & BEFORE:
        return Finding(ATTENTION, _("hatte seit dem Einschalten zu wenig Spannung"), supply)
    if flags & SLOWED_BEFORE:
        return Finding(ATTENTION, _("war seit dem Einschalten gedrosselt"), cool)
    return Finding(GOOD, _("genug, nichts gedrosselt"))


def _firmware_says() -> int | None:
    """None on anything but a Raspberry Pi."""
    for path in FIRMWARE.glob("soc*/soc*:firmware/get_throttled"):
        return int(path.read_text(encoding="ascii").strip(), 16)
    try:
        done = subprocess.run(["vcgencmd", "get_throttled"], capture_output=True, text=True, timeout=2)  # noqa: S607
        return int(done.stdout.strip().removeprefix("throttled="), 16)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000)) if seconds >= 0.0095 else f"{seconds * 1000:.1f}".replace(".", ",")
