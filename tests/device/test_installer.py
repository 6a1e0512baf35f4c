"""Single steps of the installer and of the Makefile, without a machine."""

import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.device.machine import CHECKOUT

INSTALLER = CHECKOUT / "scripts/install-pi"


def step(script: str, beside: Path = INSTALLER.parent) -> subprocess.CompletedProcess:
    """Run `script`, which knows the steps of an installer that lies in the folder `beside`."""
    steps = INSTALLER.read_text(encoding="utf-8").partition('\ncheck_machine "$@"\n')[0]
    return subprocess.run(["bash", "-c", f"{steps}\n{script}", beside / "install-pi"], capture_output=True, text=True)


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """An archive that is whole, though small."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "device").mkdir()
    (tmp_path / "wheels/fieldkit-2-py3-none-any.whl").touch()
    (tmp_path / "wheels/pip-26.0-py3-none-any.whl").touch()
    (tmp_path / "MACHINE").write_text("x86_64\n")
    subprocess.run(["bash", "-c", "sha256sum wheels/* MACHINE > SHA256SUMS"], cwd=tmp_path, check=True)
    return tmp_path


def test_an_archive_is_taken_only_without_remains_of_an_older_one(unpacked: Path) -> None:
    check = "machine=x86_64; check_archive; echo taken"
    assert step(check, unpacked).stdout == "taken\n"
    (unpacked / "wheels/pip-25.3-py3-none-any.whl").touch()
    refused = step(check, unpacked)
    assert refused.stdout == ""
    assert "anderen Archiv: wheels/pip-25.3-py3-none-any.whl. Bitte" in refused.stderr


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_a_device_is_installed_from_the_archive_that_was_just_built_in_a_fresh_folder() -> None:
    told = subprocess.run(
        ["make", "--dry-run", "--silent", "install-device", "MACHINES=x86_64"], cwd=CHECKOUT, capture_output=True, text=True
    ).stdout.splitlines()
    folder = f"dist/feldkit-{version('fieldkit')}-x86_64"
    unpack = f"tar --extract --file {folder}.tar.gz --directory dist"
    assert told[-3:] == [f"rm -rf {folder}", unpack, f"sudo {folder}/install-pi"]


@pytest.mark.parametrize("booted", ["true", "false"], ids=["on the device", "in an image"])
@pytest.mark.parametrize(("absent", "off"), [("nginx", True), ("wireless-regdb", False)])
def test_only_an_nginx_that_came_with_the_kit_is_switched_off(booted: str, absent: str, off: bool) -> None:
    said = step(f"""
        booted() {{ {booted}; }}
        missing() {{ [ "$*" = "${{needed[*]}}" ] || echo {absent}; }}
        apt-get() {{ :; }}
        systemctl() {{ echo "systemctl $*"; }}
        install_packages
    """)
    assert said.stderr == ""
    assert ("systemctl disable --quiet --now nginx.service" in said.stdout) is off
