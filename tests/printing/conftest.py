"""Sheets of paper to look at: made by the real press, read with Debian's poppler and zbar."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldkit.config import Config
from fieldkit.printing import sheets
from fieldkit.printing.press import Press

DAYS = [f"2026-11-{day}" for day in range(23, 28)]


@pytest.fixture
def planned() -> Callable[..., dict[str, Any]]:
    """A stop as the stops room hands it out, with whatever differs."""

    def plan(**other: Any) -> dict[str, Any]:
        return {
            "place": "Rathausplatz Neukölln", "question": "Was fehlt hier im Alltag?", "languages": ["de", "en"],
            "answer_by": "2026-12-12", "starts_on": DAYS[0], "ends_on": DAYS[-1],
            "hours": dict.fromkeys(DAYS, "12:00-19:00"), **other,
        }  # fmt: skip

    return plan


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A kit with a hotspot."""
    return Config(home=tmp_path, ssid="Feldkit-42", passphrase="abde-fghj-kmnp", address="http://10.42.0.1")


@pytest.fixture
def printed(planned: Callable[..., dict[str, Any]], config: Config, tmp_path: Path) -> Callable[..., Path]:
    """Prints a sheet about a stop into a file: `printed("poster.typ", paper="a3", question="...")`."""

    def make(template: str, paper: str = "a4", **stop: Any) -> Path:
        data = sheets.breakable(sheets.stop_sheet(planned(**stop), config, demo=False) | {"paper": paper})
        file = tmp_path / f"{template}-{paper}.pdf"
        file.write_bytes(Press().make(template, data))
        return file

    return make


def _tool(name: str, *arguments: str) -> str:
    if not shutil.which(name):
        pytest.skip(f"needs {name} (Debian: poppler-utils, zbar-tools)")
    return subprocess.run([name, *arguments], capture_output=True, text=True, check=True).stdout


def pages(file: Path) -> int:
    """How many pages a PDF has."""
    return int(re.search(r"Pages:\s+(\d+)", _tool("pdfinfo", str(file)))[1])


def words(file: Path) -> str:
    """The text of a PDF in one line, without the places where long words may break."""
    return " ".join(_tool("pdftotext", str(file), "-").replace("\N{ZERO WIDTH SPACE}", "").split())


def scanned(file: Path) -> set[str]:
    """What a phone's camera reads from the first page."""
    _tool("pdftoppm", "-png", "-r", "150", "-singlefile", str(file), str(file.with_suffix("")))
    return set(_tool("zbarimg", "--raw", "-q", "-Sdisable", "-Sqrcode.enable", str(file.with_suffix(".png"))).split())
