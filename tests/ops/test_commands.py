"""The commands as a person types them."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fieldkit import app, config, house
from fieldkit.cli import main
from fieldkit.stops import store as stops_store


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test sets is undone after it."""
    monkeypatch.setenv("FIELDKIT_HOME", "/nonexistent")


@pytest.fixture
def fieldkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Types a command on a machine with a new home."""
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "new"))
    return lambda *words: CliRunner().invoke(main, words, prog_name="fieldkit")


def test_setup_makes_a_home_with_a_random_passphrase(fieldkit: Callable[..., Result], tmp_path: Path) -> None:
    result = fieldkit("setup")
    assert result.exit_code == 0
    passphrase = result.output.rsplit(" ", 1)[1].strip()
    assert passphrase in (tmp_path / "new/kit.toml").read_text()
    assert len(passphrase) >= 12
    assert oct((tmp_path / "new/kit.toml").stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (["net", "qr"], "Dieses Kit ist noch nicht eingerichtet. Bitte zuerst: fieldkit setup\n", 1),
        (["pin", "Niemand"], "Niemand", 1),
        (["--frob"], "So geht der Befehl nicht (No such option '--frob'). Wie er geht, sagt: fieldkit --help\n", 2),
        (["net", "frob"], "Wie er geht, sagt: fieldkit net --help\n", 2),
        (["enrol"], "Wie er geht, sagt: fieldkit enrol --help\n", 2),
        (["methods", "check", "/nowhere"], "Wie er geht, sagt: fieldkit methods check --help\n", 2),
        (["net"], "Der Hotspot: Netzdateien schreiben", 2),
    ],
)
def test_whatever_goes_wrong_is_said_without_an_english_word_before_it(
    fieldkit: Callable[..., Result], words: list[str], told: str, code: int
) -> None:
    result = fieldkit(*words)
    assert result.exit_code == code
    assert result.stdout == ""
    assert told in result.stderr
    assert "Error" not in result.stderr


def test_a_kit_that_cannot_start_says_why_in_one_sentence(fieldkit: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new/kit.toml").write_text("ssid = 5")
    result = fieldkit("check")
    assert result.stderr == f'{tmp_path}/new/kit.toml: „ssid“ muss Text in Anführungszeichen sein: ssid = "…".\n'


def test_the_example_fills_an_empty_kit_once(fieldkit: Callable[..., Result]) -> None:
    first = fieldkit("demo")
    assert first.exit_code == 0, first.output
    assert fieldkit("demo").output == first.output
    assert json.loads(fieldkit("check", "--json").output)["ok"]


@pytest.mark.slow
def test_the_example_never_mixes_with_real_data(serve: Callable[..., Any]) -> None:
    server = serve("serve")
    link = ask(server, "staff", "add", "Jonas")
    assert "/staff/card/" in link.stdout
    server.stop()
    with house.opened(config.load(), app.ALL, "tests") as kit:
        kit.db.write(stops_store.demo)
    refused = ask(server, "demo")
    assert refused.returncode == 1
    assert "echte Daten" in refused.stderr


@pytest.mark.slow
def test_commands_work_while_the_kit_serves(serve: Callable[..., Any], tmp_path: Path) -> None:
    server = serve("serve", "--demo")
    assert json.loads(ask(server, "check", "--json").stdout)["ok"]
    assert "PIN" in ask(server, "staff", "add", "Jonas").stdout
    assert "Neue PIN" in ask(server, "pin", "Jonas").stdout
    made = ask(server, "backup", str(tmp_path / "stick"))
    assert "Geprüfte Kopie" in made.stdout
    assert len(list((tmp_path / "stick").glob("fieldkit-*.db"))) == 1
    urllib.request.urlopen(server.url + "/ideas", timeout=5).close()


@pytest.mark.slow
def test_restoring_while_the_kit_serves_is_refused_by_name(serve: Callable[..., Any], tmp_path: Path) -> None:
    server = serve("serve", "--demo")
    ask(server, "backup", str(tmp_path / "stick"))
    refused = ask(server, "restore", str(tmp_path / "stick"))
    assert refused.returncode == 1
    assert f"fieldkit serve --port {server.port}" in refused.stderr
    server.stop()
    restored = ask(server, "restore", str(tmp_path / "stick"))
    assert "Neue Epoche 0002-" in restored.stdout
    server.start()


@pytest.mark.slow
def test_a_pin_for_somebody_unknown_is_refused_in_a_sentence(serve: Callable[..., Any]) -> None:
    refused = ask(serve("serve"), "pin", "Niemand")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "Niemand" in refused.stderr


@pytest.mark.slow
def test_the_wheel_brings_everything_it_needs(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, root], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", tmp_path / "venv"], check=True)
    pip = tmp_path / "venv/bin/pip"
    subprocess.run([pip, "install", "-q", *tmp_path.glob("*.whl")], check=True)
    environ = {**os.environ, "FIELDKIT_HOME": str(tmp_path / "home")}
    for words in (("methods", "check"), ("demo",), ("check",)):
        subprocess.run([tmp_path / "venv/bin/fieldkit", *words], check=True, env=environ, cwd=tmp_path)


def ask(server: Any, *words: str) -> subprocess.CompletedProcess:
    """Type a command beside a server, on the same home."""
    os.environ["FIELDKIT_HOME"] = str(server.home)
    return subprocess.run([sys.executable, "-m", "fieldkit", *words], capture_output=True, text=True, check=False)
