"""The hand-over as the people with the keyboard do it: real processes, real ports, the commands by name."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fieldkit import cli


def fieldkit(home: Path, *command: str, expect: int = 0) -> str:
    """Run a command in a home; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "fieldkit", *command],
        env={**os.environ, "FIELDKIT_HOME": str(home)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_from_the_line_at_the_hub_to_equal_heads_while_both_serve(serve: Callable[..., Any]) -> None:
    hub, kit = serve("hub", "serve"), serve("serve", "--demo")
    string = fieldkit(hub.home, "hub", "enrol", "Kit 7", "--url", hub.url).splitlines()[-1]
    assert "CityLAB Berlin" in fieldkit(kit.home, "enrol", string)
    outcome = json.loads(fieldkit(kit.home, "sync", "--json"))
    assert (outcome["pending"], outcome["confirmed"] > 40) == (0, True)
    known = json.loads(fieldkit(hub.home, "hub", "kits", "--json"))
    assert [(row["name"], row["epoch"], row["seq"], row["digest"]) for row in known] == [
        ("Kit 7", outcome["epoch"], outcome["seq"], outcome["digest"])
    ]
    assert known[0]["records"] > 40
    assert "schon" in fieldkit(hub.home, "hub", "serve", "--port", "1", expect=1)
    hub.stop()
    assert "antwortet nicht" in fieldkit(kit.home, "sync", expect=1)
    kit.stop()
    assert [row["seq"] for row in json.loads(fieldkit(hub.home, "hub", "kits", "--json"))] == [outcome["seq"]]
    assert "PIN:" in fieldkit(hub.home, "hub", "staff", "add", "Frau Krüger")


def test_a_hub_that_never_ran_knows_no_kits(tmp_path: Path) -> None:
    assert json.loads(fieldkit(tmp_path, "hub", "kits", "--json")) == []


def test_an_address_that_is_none_is_refused_before_a_line_is_made(tmp_path: Path) -> None:
    assert "muss so aussehen" in fieldkit(tmp_path, "hub", "enrol", "Kit 7", "--url", "hub.example", expect=1)


@pytest.mark.parametrize(("entries", "sentence"), [(1, "1 Eintrag liegt geprüft"), (2, "2 Einträge liegen geprüft")])
def test_the_terminal_counts_as_people_do(monkeypatch: pytest.MonkeyPatch, entries: int, sentence: str) -> None:
    written = {
        "notes": [],
        "answers": 1,
        "entries": entries,
        "photos": 0,
        "total": 5,
        "written": 1,
        "kept": 0,
        "word": "kranich-7F3A",
    }
    monkeypatch.setattr(cli, "run", lambda *_, **__: written)
    said = CliRunner().invoke(cli.main, ["bundle", "write", "stick"]).output
    assert sentence in said
    assert "1 Antwort des Hubs" in said
