"""Setting up a kit in a real terminal."""

import contextlib
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest


@pytest.mark.slow
def test_who_sets_up_a_kit_is_asked_for_names_until_they_work_and_gets_the_first_card(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    setup = subprocess.Popen(
        [sys.executable, "-m", "fieldkit", "setup"],
        env={**os.environ, "FIELDKIT_HOME": str(tmp_path)}, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, "Kit Neukölln\nFeldkit Süd\n\nFeldkit-Sued\nJonas\n".encode())
    screen = b""
    with contextlib.suppress(OSError):  # the terminal closes with the program
        while part := os.read(ours, 4096):
            screen += part
    os.close(ours)
    assert setup.wait(30) == 0
    toml = tomllib.loads((tmp_path / "kit.toml").read_text())
    assert (toml["name"], toml["ssid"]) == ("Kit Neukölln", "Feldkit-Sued")
    shown = screen.decode()
    assert "„ssid“ darf nur" in shown
    assert toml["passphrase"] in shown
    assert "Karte für Jonas" in shown
    assert "/staff/card/" in shown
