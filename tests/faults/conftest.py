"""Real servers under bad conditions."""

import http.client
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from fieldkit import app, config, house, stops
from fieldkit.house import House
from fieldkit.hub import central, commands
from tests.conftest import Server, free_port

FREE = 2.5 * 1024 * 1024  # bytes on the small disk: room for the database, its log and some ideas


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    location: str


class Visitor:
    """Somebody with a phone, talking to a real server, one connection for each request."""

    def __init__(self, port: int) -> None:
        """Nothing is sent yet."""
        self.port = port
        self.browser = f"test {secrets.token_hex(4)}"  # another phone each time, for the throttles

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, {"User-Agent": self.browser, **named})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode("utf-8", "replace"), answer.getheader("Location", ""))
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self.send("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        return self.send("POST", path, urlencode(fields).encode(), Content_Type="application/x-www-form-urlencoded")

    def ticket(self) -> str:
        """The ticket of a fresh form."""
        return re.search(r'name="ticket" value="([^"]+)"', self.get("/ideas/new").text)[1]

    def leave(self, title: str, body: str = "") -> Answer:
        """Leave an idea; the answer to the form itself."""
        return self.post("/ideas/new", ticket=self.ticket(), title=title, body=body)


@pytest.fixture(scope="session")
def home_with_stop(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Path:
    """A kit's home with an open stop, to copy."""
    home = tmp_path_factory.mktemp("stop") / "home"
    shutil.copytree(empty_home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIELDKIT_HOME", str(home))
        with house.opened(config.prepare(), app.ALL, "tests") as opened:
            opened.db.write(stops.ROOM.demo)
    return home


@pytest.fixture
def open_home(tmp_path: Path, home_with_stop: Path) -> Path:
    """A home with an open stop, of this test's own and not in use."""
    return shutil.copytree(home_with_stop, tmp_path / "open")


@pytest.fixture(scope="module")
def sturdy(tmp_path_factory: pytest.TempPathFactory, home_with_stop: Path) -> Iterator[Server]:
    """One server for all tests of a file: each of them must leave it alive for the next."""
    server = Server(shutil.copytree(home_with_stop, tmp_path_factory.mktemp("sturdy") / "home"), "serve", port=free_port())
    yield server
    server.stop()


@pytest.fixture
def visit() -> type[Visitor]:
    """Somebody with a phone: `visit(port)`."""
    return Visitor


@pytest.fixture
def fieldkit() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command of the kit to its end: `fieldkit(home, "check")`."""

    def run(home: Path | str, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "FIELDKIT_HOME": str(home)}
        return subprocess.run(
            [sys.executable, "-m", "fieldkit", *command], env=environment, capture_output=True, text=True, timeout=60
        )

    return run


class SmallDisk:
    """A kit or a hub that serves from a disk of its own, so small that a test can fill it."""

    def __init__(self, source: Path, place: Path, port: int, *command: str) -> None:
        """Mount, copy the home onto it, serve. Needs user namespaces, not root."""
        if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
            (pytest.fail if os.environ.get("CI") else pytest.skip)("no user namespaces here: a small disk cannot be mounted")
        place.mkdir()
        self.port = port
        script = (
            'mount -t tmpfs -o size="$1" tmpfs "$2" && cp -a "$3/." "$2" && cd / && '
            'export FIELDKIT_HOME="$2" && shift 3 && exec "$@"'
        )
        program = [sys.executable, "-m", "fieldkit", *(command or ["serve"]), "--port", str(port)]
        arguments = [str(int(FREE)), str(place), str(source), *program]
        self.process = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", script, "sh", *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(config.PACKAGE.parent)},
        )  # fmt: skip
        self.disk = Path(f"/proc/{self.process.pid}/root{place}")  # its mounts are invisible from outside, but for here
        for _ in range(300):
            try:
                if Visitor(port).get("/healthz").status == 200:
                    return
            except OSError:
                assert self.process.poll() is None, "nothing started on the small disk"
            time.sleep(0.1)

    def fill(self) -> None:
        """Leave not one byte."""
        for size in (1 << 16, 1 << 12, 1):
            with (self.disk / "ballast").open("ab", buffering=0) as ballast:
                try:
                    while ballast.write(b"x" * size) == size:
                        pass
                except OSError:
                    pass

    def free(self) -> None:
        """Make space again."""
        (self.disk / "ballast").unlink()

    def rescue(self, to: Path) -> None:
        """Take the home off the disk, in which everything ends with its process."""
        os.kill(self.process.pid, 19)  # SIGSTOP: what is copied stands still
        shutil.copytree(self.disk, to, ignore=lambda *_: ["fieldkit.sock", "fieldkit.lock", "ballast"])
        os.kill(self.process.pid, 18)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def small_disk(open_home: Path, tmp_path: Path) -> Iterator[SmallDisk]:
    """A kit with an open stop on a disk of two and a half megabytes."""
    disk = SmallDisk(open_home, tmp_path / "disk", free_port())
    yield disk
    disk.stop()


@pytest.fixture
def small_hub(tmp_path: Path, kit: House) -> Iterator[SmallDisk]:
    """A hub on such a disk, at which the kit is enrolled."""
    place, port = tmp_path / "hub", free_port()
    place.mkdir()
    with central.opened(place, "tests") as hub:
        string = commands.enrol(hub, lambda *_: None, "Kit 7", f"http://127.0.0.1:{port}")["string"]
    disk = SmallDisk(place, tmp_path / "small", port, "hub", "serve")
    kit.command("enrol")(kit, lambda *_: None, string)
    yield disk
    disk.stop()
