"""A hub as it stands on the internet: Debian's nginx with a certificate in front, set up as docs/hub.md says."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
import trustme

from fieldkit import ids
from fieldkit.house import House
from fieldkit.sync import handover
from tests.conftest import Server, free_port

pytestmark = pytest.mark.slow

DOCUMENT = Path(__file__).parents[2] / "docs/hub.md"
HEAD = "daemon off;\npid nginx.pid;\nerror_log stderr warn;\nevents {{}}\nhttp {{\n{paths}{site}}}\n"
SCRATCH = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Place(NamedTuple):
    """A hub behind TLS, its public address, and its open port."""

    server: Server
    address: str
    authority: trustme.CA

    def command(self, *words: str) -> str:
        """What `fieldkit hub` says on the hub's machine."""
        environment = {**os.environ, "FIELDKIT_HOME": str(self.server.home)}
        program = [sys.executable, "-m", "fieldkit", "hub", *words]
        return subprocess.run(program, env=environment, capture_output=True, text=True, check=True).stdout

    def ask(
        self, method: str, path: str, form: dict[str, str] | bytes | None = None, home: str = "127.0.0.1", **headers: str
    ) -> Any:
        """What somebody's browser gets over TLS, from their own address."""
        trust = ssl.create_default_context()
        self.authority.configure_trust(trust)
        name = self.address.removeprefix("https://")
        line = http.client.HTTPSConnection(name, context=trust, timeout=20, source_address=(home, 0))
        return _asked(line, method, path, form, {"Origin": self.address} | headers)

    def ask_plainly(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Any:
        """What a program gets at the hub's open port."""
        return _asked(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20), method, path, form, headers)


def _asked(line: http.client.HTTPConnection, method: str, path: str, form: Any, headers: dict[str, str]) -> Any:
    with contextlib.closing(line):
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if isinstance(form, dict) else {}
        line.request(method, path, urlencode(form) if isinstance(form, dict) else form, kind | headers)
        answer = line.getresponse()
        answer.text = answer.read().decode(errors="replace")  # type: ignore[attr-defined]
        return answer


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A hub with the arguments and the site of the document; only names, ports and folders are others."""
    if not shutil.which("nginx"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("nginx is missing (see .ci/run).")
    folder, port = tmp_path_factory.mktemp("tls"), free_port()
    address = f"https://localhost:{port}"
    words = re.search(r"fieldkit hub (serve .+)", DOCUMENT.read_text())[1].split()
    given = [str(folder / "proxy.sock") if word.endswith(".sock") else word for word in words]
    given = [address if word.startswith("https:") else word for word in given]
    (folder / "home").mkdir()
    authority = trustme.CA()
    server = Server(folder / "home", "hub", *given, port=free_port())
    try:
        with subprocess.Popen(_nginx(folder, port, authority), stderr=subprocess.PIPE) as nginx:
            _until_open(port, nginx)
            yield Place(server, address, authority)
            nginx.terminate()
    finally:
        server.stop()


def _nginx(folder: Path, port: int, authority: trustme.CA) -> list[str]:
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(str(folder / "privkey.pem"))
    (folder / "fullchain.pem").write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    site = re.search(r"```nginx\n(server \{.+?\n\})\n", DOCUMENT.read_text(), re.S)[1] + "\n"
    for there, here in (
        ("/etc/letsencrypt/live/hub.example.org", str(folder)),
        ("/run/fieldkit-hub", str(folder)),
        ("hub.example.org", "localhost"),
        ("listen 443", f"listen 127.0.0.1:{port}"),
    ):
        assert there in site
        site = site.replace(there, here)
    paths = "".join(f"{name}_temp_path {folder}/{name};\n" for name in SCRATCH)
    (folder / "nginx.conf").write_text(HEAD.format(paths=paths, site=site))
    words = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return [*words, "-g", "user root;"] if os.geteuid() == 0 else words  # the folders of tests are root's


def _until_open(port: int, nginx: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert nginx.poll() is None, nginx.stderr and nginx.stderr.read()
        time.sleep(0.05)
    raise AssertionError("nginx does not answer")


@pytest.fixture(scope="module")
def krueger(place: Place) -> str:
    """Mrs Krüger's cookie: she took over the new hub over TLS, with the link from its log."""
    link = re.search(r"https://localhost:\d+(/first/\w+)", place.server.log.read_text())[1]
    answer = place.ask("POST", link, {"name": "Frau Krüger", "pin": "730518", "again": "730518"})
    assert answer.status == 200, answer.text
    return answer.headers["Set-Cookie"]


def test_staff_signs_in_over_tls_with_a_cookie_that_never_travels_without_it(place: Place, krueger: str) -> None:
    said = place.command("staff", "add", "Jonas", "--role", "read")
    link, pin = re.search(r"Link: (\S+)", said)[1], re.search(r"PIN: +(\d+)", said)[1]
    assert link.startswith(f"{place.address}/card/")
    answer = place.ask("POST", "/sign-in", {"card": link.rsplit("/", 1)[1], "pin": pin})
    assert answer.status == 303
    for cookie in (krueger, answer.headers["Set-Cookie"]):
        assert cookie.startswith("__Host-feldkit-hub=")
        assert "Secure" in cookie
    assert "Jonas" in place.ask("GET", "/", Cookie=answer.headers["Set-Cookie"].split(";")[0]).text


def test_a_line_for_a_new_kit_names_the_public_address(place: Place, krueger: str) -> None:
    assert f'value="{place.address}"' in place.ask("GET", "/kits", Cookie=krueger.split(";")[0]).text


def test_a_kit_enrols_and_hands_over_and_its_visitor_reads_at_home(
    place: Place, kit: House, idea: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.authority.cert_pem.write_to_path(tmp_path / "city.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "city.pem"))
    code = idea("Ein Brunnen am Platz")
    kit.command("enrol")(kit, lambda *_: None, place.command("enrol", "Kit 7").splitlines()[-1])
    outcome = handover.run(kit, lambda *_, **__: None)
    assert (outcome["pending"], outcome["confirmed"] > 0) == (0, True)
    looked_up = place.ask("POST", "/r", {"code": code}, home="127.0.0.4")
    assert looked_up.status == 303
    assert "Ein Brunnen am Platz" in place.ask("GET", looked_up.headers["Location"], home="127.0.0.4").text


def test_one_home_that_tries_many_codes_keeps_no_other_from_reading(place: Place) -> None:
    codes = [ids.new_code() for _ in range(11)]
    assert [place.ask("GET", f"/r/{code}", home="127.0.0.2").status for code in codes] == [404] * 10 + [429]
    assert place.ask("GET", f"/r/{codes[0]}", home="127.0.0.3").status == 404
    claimed = {"X-Forwarded-For": "203.0.113.9"}
    assert place.ask("GET", f"/r/{codes[0]}", home="127.0.0.2", **claimed).status == 429


def test_nobody_claims_at_the_open_port_to_come_over_tls_or_from_elsewhere(place: Place) -> None:
    claims = {"X-Forwarded-Proto": "https", "Origin": f"https://127.0.0.1:{place.server.port}"}
    assert place.ask_plainly("POST", "/sign-in", {"card": "x", "pin": "1"}, **claims).status == 403
    codes = [ids.new_code() for _ in range(11)]
    answers = [
        place.ask_plainly("GET", f"/r/{code}", **{"X-Forwarded-For": f"203.0.113.{number}"}) for number, code in enumerate(codes)
    ]
    assert [answer.status for answer in answers] == [404] * 10 + [429]


def test_a_form_from_another_site_stays_outside(place: Place) -> None:
    assert place.ask("POST", "/r", {"code": "x"}, Origin="https://evil.example").status == 403


@pytest.mark.parametrize("megabytes", [13, 40])
def test_files_too_large_together_get_a_page_that_says_what_to_do(place: Place, krueger: str, megabytes: int) -> None:
    headers = {"Cookie": krueger.split(";")[0], "Content-Type": "multipart/form-data; boundary=x"}
    answer = place.ask("POST", "/kits/bundle", bytes(megabytes * 1_000_000), **headers)
    assert (answer.status, "Auf einmal gehen 12 MB" in answer.text) == (422, True)
    assert place.ask("GET", "/kits", Cookie=headers["Cookie"]).status == 200
