"""A machine that becomes a kit, once for all tests of the device."""

import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.device import machine as machines
from tests.device.machine import CHECKOUT, Machine

CARD = """\
name = "Kit 7"
ssid = "Feldkit-7"
passphrase = "tempelhof-lab"
tls_name = "kit7.example.org"
"""


@dataclass
class Installed:
    """A machine on which Feldkit was installed, and what that took."""

    machine: Machine
    archive: Path
    seconds: float
    said: str


@pytest.fixture(scope="session")
def archive() -> Path:
    """The release archive for this kind of machine, built from this checkout."""
    kind = platform.machine()
    built = subprocess.run([CHECKOUT / "scripts/release", kind], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return next((CHECKOUT / "dist").glob(f"feldkit-*-{kind}.tar.gz"))


@pytest.fixture(scope="session")
def debian(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A Debian system with the packages a kit needs, not started yet. In memory, where there is room: dpkg writes each file for sure."""
    reason = machines.missing()
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    roomy = Path("/dev/shm") if shutil.disk_usage("/dev/shm").free > 3 * 10**9 else None
    root = Path(tempfile.mkdtemp(prefix="feldkit-debian-", dir=roomy))
    root.chmod(0o755)
    with ThreadPoolExecutor() as beside:
        making = beside.submit(machines.debian, root)
        request.getfixturevalue("archive")
        making.result()
    yield root
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def installed(debian: Path, archive: Path) -> Iterator[Installed]:
    """A kit: the machine is on, and the archive was installed without any network."""
    subprocess.run(["tar", "xf", archive, "-C", debian / "root", "--no-same-owner"], check=True)
    (debian / "boot/firmware/kit.toml").write_text(CARD)
    # As Raspberry Pi OS comes where nobody chose a country
    (debian / "var/lib/NetworkManager/NetworkManager.state").write_text("[main]\nWirelessEnabled=false\n")
    chooser = debian / "usr/local/bin/raspi-config"
    chooser.write_text('#!/bin/sh\necho "$*" >>/root/chosen\nexit 1\n')
    chooser.chmod(0o755)
    machine = Machine(debian)
    machine.switch_on()
    try:
        began = time.monotonic()
        said = install(machine)
        yield Installed(machine, archive, time.monotonic() - began, said)
    finally:
        machine.switch_off()


@pytest.fixture
def kit(installed: Installed) -> Machine:  # type: ignore[override]
    """The machine, as a kit."""
    return installed.machine


def install(machine: Machine, *words: str) -> str:
    """Run the installer that was unpacked on the machine, as a root who keeps everything to himself; what it says."""
    return machine.run("bash", "-c", f"umask 077; /root/feldkit-*/install-pi {' '.join(words)}").stdout
