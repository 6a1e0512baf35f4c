"""A kit with a certificate: visitors get a lock that their browser believes, and without it everything goes on."""

import contextlib
import http.client
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from playwright.sync_api import expect

from fieldkit import app, config, house
from fieldkit.net import files, https
from fieldkit.ops import examples, terminal
from tests.network import world as square
from tests.network.places import KIT, Visitor, command
from tests.network.world import World

pytestmark = [pytest.mark.network, pytest.mark.slow]

NAME = "kit7.example.org"


class Locked(World):
    """A square whose kit has a public name, with Debian's nginx in front of it as on a device."""

    def start_kit(self) -> None:
        """Start the kit's server, with a door for who comes over TLS."""
        self.proxy = self.folder / "proxy.sock"
        words = ("serve", "--host", "0.0.0.0", "--port", str(files.PORT), "--proxy", str(self.proxy))
        self.server = self._start(sys.executable, "-m", "fieldkit", *words)
        self._until(self._kit_answers, "the kit does not answer")

    def start_tls(self) -> None:
        """Start nginx with the file the kit writes; only its folders are others than on a device."""
        scratch = self.folder / "nginx"
        scratch.mkdir(exist_ok=True)
        file = self.folder / "nginx.conf"
        file.write_text(https.terminator(self.config, self.home / "tls", self.proxy, scratch))
        self.nginx = self._start("nginx", "-e", "stderr", "-c", str(file), "-g", "user root;")  # the folders of tests are root's
        self._until(self._tls_answers, "nginx does not answer")

    def _tls_answers(self) -> bool:
        try:
            self.kit.connect("127.0.0.1", 443).close()
        except OSError:
            return False
        return True


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The issuer of certificates that these visitors trust."""
    return trustme.CA()


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory, empty_home: Path, authority: trustme.CA) -> Iterator[Locked]:
    """Kit 7, with a certificate for its public name."""
    reason = square.missing() or (
        "" if shutil.which("nginx") and shutil.which("certutil") else "nginx and certutil are missing (see .ci/run)."
    )
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("locked")
    home = folder / "home"
    shutil.copytree(empty_home, home)
    with (home / "kit.toml").open("a") as toml:
        toml.write(f'tls_name = "{NAME}"\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIELDKIT_HOME", str(home))
        with house.opened(config.prepare(), app.ALL, "tests") as opened:
            examples.command(opened, terminal.Progress())
    (home / "tls").mkdir()
    issued = authority.issue_cert(NAME)
    issued.private_key_pem.write_to_path(str(home / "tls/privkey.pem"))
    (home / "tls/fullchain.pem").write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    with Locked(folder, home, f"{square.PREFIX}{os.getpid()}-tls") as opened:
        opened.start_tls()
        yield opened


@pytest.fixture(scope="module")
def ayse(locked: Locked) -> Visitor:
    """Ayşe, on this kit's hotspot."""
    visitor = locked.visitor()
    visitor.join()
    return visitor


@contextlib.contextmanager
def browsing(visitor: Visitor, chromium: Any, trusted: trustme.CA | None) -> Iterator[Any]:
    """Chromium on this visitor's phone; a page of it. What it trusts is in its store of certificates, as on every phone."""
    with tempfile.TemporaryDirectory(dir=visitor.folder) as home:
        for store in (Path(home, ".pki/nssdb"), Path(home, ".local/share/pki/nssdb")):  # Chromium moves to the second
            store.mkdir(parents=True)
            command("certutil", "-d", f"sql:{store}", "-N", "--empty-password")
            if trusted:
                trusted.cert_pem.write_to_path(f"{home}/authority.pem")
                command("certutil", "-d", f"sql:{store}", "-A", "-n", "authority", "-t", "C,,", "-i", f"{home}/authority.pem")
        with visitor.browser(chromium, Path(home)) as page:
            yield page


def over_tls(visitor: Visitor, authority: trustme.CA, path: str, name: str = NAME, **headers: str) -> http.client.HTTPResponse:
    """What the kit answers over TLS to a program on the visitor's phone. Raises ssl.SSLError."""
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    line = http.client.HTTPConnection(name)
    with contextlib.closing(line):
        line.sock = trust.wrap_socket(visitor.connect(KIT, 443), server_hostname=name)
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]
        return answer


def test_a_browser_shows_a_lock_and_a_visitor_takes_part_behind_it(
    locked: Locked, ayse: Visitor, chromium: Any, authority: trustme.CA
) -> None:
    with browsing(ayse, chromium, authority) as page:
        answer = page.goto(f"https://{NAME}/about")
        assert answer.status == 200
        assert answer.security_details()["protocol"] == "TLS 1.3"
        assert page.evaluate("window.isSecureContext")
        expect(page.get_by_text("Du bist mit Schloss hier")).to_be_visible()
        page.goto(f"https://{NAME}/ideas/new")
        page.fill("[name=title]", "Ein Brunnen am Platz")
        page.get_by_role("button", name="Idee abgeben").click()
        expect(page.locator("[data-receipt]")).to_be_visible()
        assert "strict-transport-security" not in answer.headers


def test_a_browser_that_does_not_know_the_issuer_warns(locked: Locked, ayse: Visitor, chromium: Any) -> None:
    """Or the lock above would prove nothing."""
    with browsing(ayse, chromium, None) as page, pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(f"https://{NAME}/about")


def test_the_team_signs_in_behind_the_lock_with_a_cookie_that_never_travels_without_it(
    locked: Locked, ayse: Visitor, chromium: Any, authority: trustme.CA
) -> None:
    card = subprocess.run(
        [sys.executable, "-m", "fieldkit", "staff", "add", "Jonas"],
        env={**os.environ, "FIELDKIT_HOME": str(locked.home)}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    path, pin = re.search(r"/staff/card/\w+", card)[0], re.search(r"PIN: +(\d+)", card)[1]
    with browsing(ayse, chromium, authority) as page:
        page.goto(f"https://{NAME}{path}")
        page.fill("[name=pin]", pin)
        page.keyboard.press("Enter")
        page.wait_for_url(f"https://{NAME}/desk")
        (cookie,) = page.context.cookies()
        assert cookie["name"].startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httpOnly"]
        page.goto(f"http://{NAME}/desk")
        expect(page.get_by_text("Der Tisch des Teams bleibt hier zu")).to_be_visible()


def test_without_the_lock_everything_goes_on_and_the_way_to_it_is_shown(
    locked: Locked, ayse: Visitor, authority: trustme.CA
) -> None:
    assert f'href="https://{NAME}/about' in ayse.ask(KIT, "/about").text
    locked.stop(locked.nginx)
    try:
        assert ayse.ask(KIT, "/ideas").status == 200
        with pytest.raises(OSError, match="refused"):
            ayse.connect(KIT, 443)
    finally:
        locked.start_tls()
    assert over_tls(ayse, authority, "/ideas").status == 200


def test_nobody_claims_through_the_air_to_come_with_a_lock_or_from_the_kit_itself(ayse: Visitor, authority: trustme.CA) -> None:
    claims = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1;proto=https"}
    plain = ayse.ask(KIT, "/desk", **claims)
    assert plain.status == 403
    assert "Der Tisch des Teams bleibt hier zu" in plain.text
    assert over_tls(ayse, authority, "/desk", **claims).status == 303  # to the card and PIN, like everybody


@pytest.mark.parametrize("name", ["www.berlin.de", "feldkit.internal", KIT])
def test_for_another_name_there_is_no_certificate_that_frightens_people(ayse: Visitor, authority: trustme.CA, name: str) -> None:
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        over_tls(ayse, authority, "/", name)


def test_other_addresses_still_refuse_at_once(ayse: Visitor) -> None:
    with pytest.raises(OSError, match="refused"):
        ayse.connect("8.8.8.8", 443)


def test_phones_find_the_public_name_at_the_kit(ayse: Visitor) -> None:
    assert ayse.ask(NAME, "/").status == 200
