"""The release archive for a Raspberry Pi, built on whatever machine this is."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.device.machine import CHECKOUT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in the archive for a Raspberry Pi."""
    built = subprocess.run([CHECKOUT / "scripts/release", "aarch64"], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    place = tmp_path_factory.mktemp("pi")
    (archive,) = (CHECKOUT / "dist").glob("feldkit-*-aarch64.tar.gz")
    subprocess.run(["tar", "--extract", "--file", archive, "--directory", place], check=True)
    return next(place.iterdir())


def test_its_files_are_those_it_was_built_with(unpacked: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"], cwd=unpacked, check=True)
    assert (unpacked / "MACHINE").read_text() == "aarch64\n"


@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_every_package_a_pi_needs_is_in_it(unpacked: Path, python: str, tmp_path: Path) -> None:
    (wheel,) = (unpacked / "wheels").glob("fieldkit-*.whl")
    platforms = [word for tag in ("2014", "_2_28", "_2_34") for word in ("--platform", f"manylinux{tag}_aarch64")]
    found = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--isolated", "install", "--dry-run", "--no-index", "--only-binary", ":all:"),
            *("--find-links", unpacked / "wheels", "--target", tmp_path, "--python-version", python, *platforms, wheel),
        ],
        capture_output=True, text=True,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert "Would install" in found.stdout
