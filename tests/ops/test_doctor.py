"""`fieldkit doctor`: every fault is provoked for real where the machine allows it, and each comes with what to do."""

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from fieldkit import certificate, db
from fieldkit.config import PACKAGE
from fieldkit.house import House
from fieldkit.net import machine
from fieldkit.ops import doctor
from fieldkit.ops.doctor import ATTENTION, BLOCKS, GOOD, NOT_HERE, Finding, Light, lock, reach
from tests.conftest import free_port

NAME = "kit7.example.org"
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
FIELDKIT = f"{sys.executable} -m fieldkit"


def run(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of shell for a kit at `home`."""
    environment = {**os.environ, "FIELDKIT_HOME": str(home), "PYTHONPATH": str(PACKAGE.parent)}
    return subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=60)


def found(kit: House, check: str, serving: bool = True) -> Light:
    """What the examination of an open kit says about one thing."""
    return doctor.examine(doctor.Patient(kit.config, kit, serving), [check])[0]


def configured(kit: House, **entries: Any) -> House:
    """The same kit with other entries in its kit.toml."""
    return replace(kit, config=replace(kit.config, **entries))


@pytest.fixture
def issue(kit: House) -> Callable[..., House]:
    """Lays a certificate in place; the kit with its public name."""

    def lay(days: float, name: str = NAME) -> House:
        chain, key = certificate.files(kit.config.home)
        chain.parent.mkdir(exist_ok=True)
        made = trustme.CA().issue_cert(name, not_after=datetime.now(UTC) + timedelta(days=days))
        made.private_key_pem.write_to_path(str(key))
        key.chmod(0o600)
        chain.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
        return configured(kit, tls_name=NAME)

    return lay


# the command


@pytest.mark.slow
def test_every_check_is_a_line_and_what_needs_doing_has_its_fix_under_it(home: Path) -> None:
    done = run(f"{FIELDKIT} doctor", home)
    assert done.stderr == ""
    lines = [line for line in done.stdout.splitlines() if "→" not in line]
    assert len(lines) == len(doctor.CHECKS) + 1
    assert "▲ Achtung   Schlüssel des Hubs: keiner" in done.stdout
    assert "→ Beim Hub anmelden" in done.stdout
    assert "■ hält auf  Adresse: das Kit läuft gerade nicht" in done.stdout
    assert (done.returncode, lines[-1]) == (1, "Bitte noch nicht losfahren.")


@pytest.mark.slow
def test_a_kit_that_serves_is_asked_itself(serve: Callable[..., Any]) -> None:
    server = serve("serve")
    done = run(f"{FIELDKIT} doctor --json", server.home)
    lights = {light["check"]: light for light in json.loads(done.stdout)["checks"]}
    assert (lights["port"]["level"], lights["port"]["word"]) == (GOOD, f"antwortet auf {server.url}")
    assert lights["files"]["level"] == GOOD
    assert done.returncode == 0
    assert run(f"{FIELDKIT} doctor", server.home).stdout.endswith("Bereit zur Abfahrt.\n")


@pytest.mark.slow
def test_what_blocks_departure_comes_first_and_scripts_see_it_in_the_exit_code(home: Path) -> None:
    (home / "kit.toml").write_text(f'tls_name = "{NAME}"\n', encoding="utf-8")
    done = run(f"{FIELDKIT} doctor --json", home)
    outcome = json.loads(done.stdout)
    assert (done.returncode, outcome["ready"]) == (1, False)
    levels = [light["level"] for light in outcome["checks"]]
    assert levels == sorted(levels, key=doctor.LEVELS.index)
    assert "certificate" in [light["check"] for light in outcome["checks"] if light["level"] == BLOCKS]
    done = run(f"{FIELDKIT} doctor", home)
    assert "■ hält auf  Zertifikat" in done.stdout
    assert done.stdout.endswith("Bitte noch nicht losfahren.\n")


@pytest.mark.slow
def test_on_a_full_disk_it_still_says_what_is_wrong(tmp_path: Path) -> None:
    begun = f"mount -t tmpfs -o size=4m tmpfs {tmp_path} && {FIELDKIT} setup </dev/null >/dev/null"
    full = f"{begun}; head -c 8m /dev/zero > {tmp_path}/full 2>/dev/null; {FIELDKIT} doctor --json"
    done = run(f"unshare -rm bash -c '{full}'", tmp_path)
    levels = {light["check"]: (light["level"], light["word"]) for light in json.loads(done.stdout)["checks"]}
    assert levels["disk"] == (BLOCKS, "nur noch 0 MB frei")
    assert levels["fsync"][0] == BLOCKS
    assert levels["sqlite"][0] == BLOCKS
    assert "lässt sich nicht beschreiben" in levels["sqlite"][1]
    assert done.returncode == 1


@pytest.mark.slow
def test_looking_at_a_kit_that_was_never_set_up_sets_nothing_up_and_says_what_to_do(tmp_path: Path) -> None:
    for home in (tmp_path, tmp_path / "nowhere"):
        done = run(f"{FIELDKIT} doctor", home)
        assert done.returncode == 1
        assert "noch nicht eingerichtet" in done.stdout
        assert "fieldkit setup" in done.stdout
        assert "Bereit" not in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_programs_read_what_is_wrong_with_a_kit_toml(home: Path) -> None:
    (home / "kit.toml").write_text("ssid = Feldkit\n", encoding="utf-8")
    done = run(f"{FIELDKIT} doctor --json", home)
    (only,) = json.loads(done.stdout)["checks"]
    assert (done.returncode, only["check"], only["level"]) == (1, "config", BLOCKS)
    assert "kit.toml" in only["word"]


@pytest.mark.slow
def test_too_few_open_files_are_noticed(home: Path) -> None:
    done = run(f"ulimit -n 256 && {FIELDKIT} doctor", home)
    assert "■ hält auf  Offene Dateien: höchstens 256" in done.stdout
    assert "LimitNOFILE=8192" in done.stdout


@pytest.mark.slow
def test_a_kit_somebody_else_has_open_is_named(home: Path) -> None:
    holder = db.Lock(home, "fieldkit backup")
    try:
        done = run(f"{FIELDKIT} doctor", home)
    finally:
        holder.release()
    assert "■ hält auf  Datenbank: " in done.stdout
    assert "„fieldkit backup“" in done.stdout
    assert "Speicher" in done.stdout


def test_a_check_that_breaks_hides_no_other(kit: House, caplog: pytest.LogCaptureFixture) -> None:
    broken = configured(kit, network="not a network")
    lights = {light.check: light for light in doctor.examine(doctor.Patient(replace(broken.config, interface="lo"), kit, True))}
    assert lights["clients"].level == ATTENTION
    assert "ließ sich nicht prüfen" in lights["clients"].word
    assert lights["disk"].level == GOOD
    assert "clients" in caplog.text


# where visitors look for it


@pytest.fixture
def stranger() -> Iterator[int]:
    """Another program on a port."""

    class Hello(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"Hello")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hello)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_another_program_on_our_port_is_not_taken_for_the_kit(kit: House, stranger: int) -> None:
    light = found(configured(kit, address=f"http://127.0.0.1:{stranger}"), "port")
    assert light.level == BLOCKS
    assert "ein anderes Programm" in light.word


def test_a_closed_port_is_worse_while_the_kit_believes_to_serve(kit: House) -> None:
    closed = configured(kit, address=f"http://127.0.0.1:{free_port()}")
    assert found(closed, "port", serving=True).level == BLOCKS
    assert found(closed, "port", serving=False).word == "das Kit läuft gerade nicht"


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("http://10.42.0.1", True),
        ("http://10.42.0.1:80", True),
        ("http://feldkit.internal", True),
        (f"https://{NAME}", True),
        ("http://10.42.0.1:8080", False),
        (f"https://{NAME}:8443", False),
        ("https://10.42.0.1", False),
        ("http://192.168.7.2", False),
    ],
)
def test_an_address_that_the_hotspots_firewall_refuses_is_said_before_posters_are_printed(
    kit: House, address: str, opens: bool
) -> None:
    printed = configured(kit, address=address, tls_name=NAME)
    assert ("auf Plakaten steht" in found(printed, "port").word) != opens
    assert any("Auf Plakaten steht" in said.what for said in machine.differences(printed.config)) != opens


@pytest.mark.slow
def test_another_kit_at_our_address_is_not_us(kit: House, serve: Callable[..., Any]) -> None:
    server = serve("serve")
    assert reach.asks("127.0.0.1", server.port, "") == reach.US
    assert found(configured(kit, address=server.url), "port").level == BLOCKS


# the certificate


@pytest.mark.parametrize(
    ("days", "word"), [(-1, "nicht mit Schloss zu öffnen"), (9.5, "nur noch 9 Tage"), (13.9, "nur noch 13 Tage")]
)
def test_a_certificate_that_ends_within_fourteen_days_blocks_departure(
    issue: Callable[..., House], days: float, word: str
) -> None:
    light = found(issue(days), "certificate")
    assert light.level == BLOCKS
    assert word in light.word
    assert "Tempelhof" in light.fix


def test_a_certificate_of_an_unknown_issuer_makes_phones_warn(issue: Callable[..., House]) -> None:
    light = found(issue(30), "certificate")
    assert (light.level, light.word) == (ATTENTION, f"den Aussteller für {NAME} kennt niemand")


def test_a_certificate_for_another_kit_blocks_departure(issue: Callable[..., House]) -> None:
    light = found(issue(30, "kit8.example.org"), "certificate")
    assert light.level == BLOCKS
    assert f"gilt nicht für {NAME}" in light.fix


def test_a_key_that_others_can_read_is_noticed(issue: Callable[..., House]) -> None:
    kit = issue(30)
    certificate.files(kit.config.home)[1].chmod(0o644)
    assert found(kit, "certificate").fix.startswith("chmod 600 ")


def test_a_kit_without_a_public_name_needs_no_certificate(kit: House) -> None:
    assert found(kit, "certificate").level == NOT_HERE


def test_a_good_certificate_says_until_when() -> None:
    good = lock.certificate_finding(NAME, NOW + timedelta(days=14), True, NOW)
    assert good == Finding(GOOD, f"{NAME} gilt bis 6. Dezember 2026")


def test_whoever_answers_with_an_older_certificate_is_noticed(issue: Callable[..., House]) -> None:
    home = issue(30).config.home
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate.files(home))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def answer() -> None:
            for _ in range(2):
                with context.wrap_socket(listening.accept()[0], server_side=True) as line:
                    line.recv(1)

        answering = threading.Thread(target=answer, daemon=True)
        answering.start()
        assert certificate.is_shown(home, NAME, "127.0.0.1", port)
        issue(60)
        assert not certificate.is_shown(home, NAME, "127.0.0.1", port)
        answering.join(5)
    assert not certificate.is_shown(home, NAME, "127.0.0.1", port)


# the desk


def test_the_desk_shows_every_light_with_its_word_its_shape_and_its_fix(facilitator: Any, issue: Callable[..., House]) -> None:
    html = facilitator.get("/desk/doctor").text
    assert "hält die Abfahrt auf" in html  # nobody serves at the address of these tests
    assert html.index('class="finding bad"') < html.index('class="finding warn"') < html.index('class="finding good"')
    assert "Beim Hub anmelden" in html
    assert "Auf diesem Gerät nicht nötig:" in html


def test_the_overview_shows_the_worst_once_it_was_looked_at(facilitator: Any) -> None:
    assert "Vor der Abfahrt" not in facilitator.get("/desk").text
    facilitator.get("/desk/doctor")
    html = facilitator.get("/desk").text
    assert 'light bad"><a href="/desk/doctor">Vor der Abfahrt</a><strong>Adresse und' in html
