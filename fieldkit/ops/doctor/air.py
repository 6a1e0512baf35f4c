"""The hotspot: whether the access point lives, and how many are in it."""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ...config import Config
from ...i18n import gettext as _
from ...i18n import ngettext
from .finding import ATTENTION, BLOCKS, GOOD, NOT_HERE, Finding, Patient

DEVICES = Path("/sys/class/net")
RADIOS = Path("/sys/class/rfkill")
ONBOARD = "brcmfmac"
"""The driver of the chip on a Raspberry Pi."""
ONBOARD_LIMIT = 15
"""The Pi's chip takes 4 to 19 phones, depending on its firmware; more than this is luck."""
NEARLY = 0.8
HALTED = re.compile(r"brcmfmac.*firmware has halted|brcmf_fw_crashed", re.IGNORECASE)
LOADED = re.compile(r"brcmf_c_preinit_dcmds: Firmware:")
AWAY = {"FAILED", "INCOMPLETE", "NOARP", "PERMANENT"}


def access_point(patient: Patient) -> Finding:
    """Whether there is a hotspot, and its chip still works."""
    config = patient.config
    if not patient.has_hotspot:
        return Finding(NOT_HERE, _("Dieses Kit ist nur auf diesem Rechner zu erreichen, ohne Hotspot."))
    silent = _silent(config)
    if silent:
        return silent
    if driver(config.interface) != ONBOARD:
        return Finding(GOOD, _("%(interface)s sendet", interface=config.interface))
    return firmware_finding(kernel_log())


def _silent(config: Config) -> Finding | None:
    """Why there is no hotspot."""
    device = DEVICES / config.interface
    if not device.exists():
        return Finding(
            BLOCKS,
            _("den Anschluss %(interface)s gibt es hier nicht", interface=config.interface),
            _("Den WLAN-Adapter einstecken oder „interface“ in kit.toml berichtigen; „sudo fieldkit net check“ sagt mehr."),
        )
    up = (device / "operstate").read_text(encoding="ascii").strip() in ("up", "unknown")
    if up and _sends(config):
        return None
    if config.wireless and radio_is_blocked():
        fix = _(
            "sudo rfkill unblock wifi && sudo nmcli radio wifi on. Hilft das nicht: den Schalter am Gerät und das Land prüfen."
        )
        return Finding(BLOCKS, _("WLAN ist gesperrt"), fix)
    word = _("%(interface)s ist aus", interface=config.interface)
    if up:
        word = _("%(interface)s ist an, aber nicht als Hotspot mit %(ip)s", interface=config.interface, ip=config.hotspot.ip)
    elif not config.wireless:
        return Finding(BLOCKS, word, _("Kabel und Strom des Access Points prüfen."))
    return Finding(BLOCKS, word, _("sudo nmcli connection up feldkit-ap"))


def _sends(config: Config) -> bool:
    """Whether an interface that is on has the kit's address, and is no guest in somebody else's Wi-Fi, where that can be told."""
    shown = json.loads(_say("ip", "-json", "address", "show", "dev", config.interface) or "[]")
    addresses = {f"{has['local']}/{has['prefixlen']}" for link in shown for has in link.get("addr_info", ())}
    kind = re.search(r"^\s*type (\S+)", _say("iw", "dev", config.interface, "info") or "", re.MULTILINE)
    return str(config.hotspot) in addresses and (kind is None or kind[1] == "AP")


def radio_is_blocked() -> bool:
    """Whether a switch, a program or a missing country keeps Wi-Fi silent on this machine."""
    for radio in RADIOS.glob("*"):
        said = {name: (radio / name).read_text(encoding="ascii").strip() for name in ("type", "soft", "hard")}
        if said["type"] == "wlan" and "1" in (said["soft"], said["hard"]):
            return True
    return (_say("nmcli", "radio", "wifi") or "").strip() == "disabled"


def firmware_finding(lines: Sequence[str] | None) -> Finding:
    """What the kernel says about the Pi's chip since it was switched on; None when it may not be read."""
    if lines is None:
        fix = _("Dem Dienst die Gruppe systemd-journal geben, oder „sudo fieldkit doctor“.")
        return Finding(ATTENTION, _("sendet; ob der Chip abgestürzt war, ist nicht zu lesen"), fix)
    halts = [number for number, line in enumerate(lines) if HALTED.search(line)]
    if not halts:
        return Finding(GOOD, _("sendet, der Chip läuft"))
    if not any(LOADED.search(line) for line in lines[halts[-1] :]):
        return Finding(
            BLOCKS, _("der WLAN-Chip ist abgestürzt"), _("Am Tisch den Access Point neu starten, sonst das ganze Gerät.")
        )
    times = ngettext("sendet; der Chip war %(num)s Mal abgestürzt", "sendet; der Chip war %(num)s Mal abgestürzt", len(halts))
    return Finding(ATTENTION, times, _("Weniger Geräte am Chip, oder einen Access Point am Kabel nehmen."))


def kernel_log() -> list[str] | None:
    """What the kernel said about the chip since the start; None when this process may not read it."""
    said = _say("journalctl", "--dmesg", "--output=cat", "--no-pager", "--quiet") or _say("dmesg")  # the kernel is never silent
    return [line for line in said.splitlines() if "brcm" in line] if said else None


def clients(patient: Patient) -> Finding:
    """How many devices are in the hotspot now, and how many it takes."""
    config = patient.config
    if not (DEVICES / config.interface).exists():
        return Finding(NOT_HERE, _("kein Hotspot"))
    onboard = driver(config.interface) == ONBOARD
    limit = ONBOARD_LIMIT if onboard else config.hotspot.network.num_addresses - 3  # but network, broadcast and the kit
    return clients_finding(connected(config), limit, onboard)


def clients_finding(number: int | None, limit: int, onboard: bool) -> Finding:
    """What so many devices mean; None when nobody can say how many there are."""
    now = _("unbekannt viele") if number is None else str(number)
    if onboard:
        word = _("%(now)s, der eingebaute Chip trägt etwa %(limit)s", now=now, limit=limit)
        fix = _('Werden es mehr, einen Access Point ans Netzwerkkabel hängen und in kit.toml interface = "eth0" eintragen.')
    else:
        word = _("%(now)s von höchstens %(limit)s Adressen", now=now, limit=limit)
        fix = _("In kit.toml „lease_minutes“ kleiner wählen: Adressen derer, die gegangen sind, werden eher frei.")
    if number is not None and number >= NEARLY * limit:
        return Finding(ATTENTION, word, fix)
    return Finding(GOOD, word, fix if onboard else "")


def connected(config: Config) -> int | None:
    """How many devices are in the hotspot: as the chip says, else as many as the kernel has heard of lately."""
    stations = _say("iw", "dev", config.interface, "station", "dump") if config.wireless else None
    if stations is not None:
        return stations.count("Station ")
    neighbours = _say("ip", "-json", "neighbour", "show", "dev", config.interface)
    return None if neighbours is None else heard_of(neighbours, config)


def heard_of(neighbours: str, config: Config) -> int:
    """How many in the kernel's table (`ip -json neighbour`) are in the hotspot's range and have not gone."""
    table = json.loads(neighbours or "[]")
    ours = {f"{address}" for address in config.hotspot.network.hosts()}
    return sum(entry["dst"] in ours and not AWAY & set(entry["state"]) for entry in table)


def driver(interface: str) -> str:
    """What drives a network interface; empty for one without a chip."""
    link = DEVICES / interface / "device" / "driver"
    return link.resolve().name if link.exists() else ""


def _say(*words: str) -> str | None:
    """What a program prints; None where it is missing, fails or takes too long."""
    try:
        english = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=2, env=english)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
