"""The cast and the stage: Ayşe visits, Jonas facilitates, Mrs Krüger reads at the hub, and a stranger must see nothing."""

import contextlib
import functools
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule
from werkzeug.serving import make_server
from werkzeug.test import Client, EnvironBuilder, TestResponse

from fieldkit import app, config, doors, house, ids
from fieldkit.doors import Person
from fieldkit.house import House
from fieldkit.hub import app as hub_app
from fieldkit.hub import central, commands, tables
from fieldkit.hub.central import Central
from fieldkit.portal.frontdoor import FrontDoor
from fieldkit.stops import store as stops_store
from tests.hub import postgres

ORIGIN = "http://localhost"


class Compiled(BytecodeCache):
    """Templates compiled once for all tests: each has an application of its own, and compiling took half of their time."""

    def __init__(self) -> None:
        """Nothing is compiled yet."""
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the code of a template that has not changed since."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._code[bucket.key] = bucket.bytecode_to_string()


class KnownRule(Rule):
    """An address whose builder is compiled once for all tests: each has an application of its own, with 130 of them."""

    known: ClassVar[dict[Any, Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        """The builder depends on nothing but this, and takes its rule as an argument."""
        what = (*self._trace, *(self.defaults or {}).items(), append_unknown)
        if what not in self.known:
            self.known[what] = super()._compile_builder(append_unknown)
        return self.known[what]


house.Assets = functools.cache(house.Assets)  # read and compressed once: no test changes them
Flask.jinja_options = {"bytecode_cache": Compiled()}
Flask.url_rule_class = KnownRule


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was set up once; tests work on copies of it."""
    home = tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIELDKIT_HOME", str(home))
        with house.opened(config.prepare(ORIGIN), app.ALL, "tests"):
            pass
    return home


@pytest.fixture(autouse=True)
def machine_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sets the clock of the machine it runs on, whatever rights it has."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(time, "clock_settime", refuse)


@pytest.fixture
def home(tmp_path: Path, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kit's home of its own for this test, set as FIELDKIT_HOME."""
    path = tmp_path / "home"
    shutil.copytree(empty_home, path)
    monkeypatch.setenv("FIELDKIT_HOME", str(path))
    return path


@pytest.fixture
def kit(home: Path) -> Iterator[House]:
    """An opened kit without a stop."""
    with house.opened(config.prepare(ORIGIN), app.ALL, "tests") as opened:
        yield opened


@pytest.fixture
def stop(kit: House) -> dict[str, Any]:
    """An open stop on Rathausplatz Neukölln."""
    stop = {
        "id": ids.new_id(),
        "place": "Rathausplatz Neukölln",
        "district": "Neukölln",
        "locality": "Neukölln",
        "partner": "Bezirksamt Neukölln",
        "theme": "Alltag",
        "question": "Was fehlt hier im Alltag?",
        "languages": ["de", "en"],
        "results": "Das Bezirksamt liest alles.",
        "answer_by": "2027-01-15",
        "starts_on": "2026-11-22",
        "ends_on": "2026-11-28",
        "hours": {},
    }
    kit.db.write(stops_store.plan, stop)
    kit.db.write(stops_store.open_stop, stop["id"])
    return stop


class Browser(Client):
    """A test client that sends forms the way a browser does: with an Origin, and with the fields the page came with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A device of its own, by cable: what one person may do in five minutes is counted by device."""
        super().__init__(*args, **kwargs)
        self.name = f"phone {secrets.token_hex(4)}"
        self.move("http", "172.16.0.9")

    def move(self, scheme: str, address: str) -> None:
        """Come another way from now on, with every request: `http` or `https`, from another address."""
        self.origin, self.phone = f"{scheme}://localhost", {"REMOTE_ADDR": address, "HTTP_USER_AGENT": self.name}

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; unsafe ones carry an Origin unless the test says otherwise."""
        if args and isinstance(args[0], EnvironBuilder):  # it follows a redirect
            args[0].environ_base = self.phone
        else:
            kwargs.setdefault("base_url", self.origin)
            kwargs.setdefault("environ_base", self.phone)
        if kwargs.get("method") in ("POST", "PUT", "DELETE"):
            headers = dict(kwargs.get("headers") or {})
            if not {"Origin", "Referer", "Sec-Fetch-Site"} & headers.keys():
                headers["Origin"] = self.origin
            kwargs["headers"] = headers
        return super().open(*args, **kwargs)

    def sign_in(self, cookie: str, token: str) -> None:
        """Hold the cookie of a session, on whatever way the browser comes."""
        for locked in (True, False):
            self.set_cookie(doors.cookie_name(cookie, locked), token)

    def fill(self, path: str, **fields: str) -> TestResponse:
        """Open the page at `path`, fill in its form and send it, following the redirect."""
        html = self.get(path).text
        ticket = re.search(r'name="ticket" value="([^"]+)"', html)
        hidden = {"ticket": ticket[1]} if ticket else {}
        return self.post(path, data={**hidden, **fields}, follow_redirects=True)


@pytest.fixture
def door(kit: House) -> FrontDoor:
    """Everything that answers on the kit's port, to all who come in this test."""
    return app.create_wsgi(kit)


@pytest.fixture
def visitor(door: FrontDoor) -> Browser:
    """Ayşe, with a phone, on the square."""
    return Browser(door)


@pytest.fixture
def facilitator(kit: House, door: FrontDoor) -> Browser:
    """Jonas, signed in at the desk."""
    browser = Browser(door)
    token = kit.sessions.begin(Person(ids.new_id(), "Jonas", doors.FACILITATOR))
    browser.sign_in(doors.COOKIE, token)
    return browser


@pytest.fixture
def idea(visitor: Browser, stop: dict[str, Any]) -> Callable[..., str]:
    """Leaves an idea the way Ayşe does and returns its receipt code."""

    def leave(title: str = "Mehr Bänke im Schatten", **fields: str) -> str:
        answer = visitor.fill("/ideas/new", title=title, **fields)
        return re.search(r'data-receipt="([^"]+)"', answer.text)[1]

    return leave


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A real PostgreSQL for this run of the tests, or the one scripts/test-postgres started."""
    with postgres.found_or_started() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def hub_database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the hub keeps its data, empty: every test of the hub runs on both databases."""
    with contextlib.ExitStack() as afterwards:
        if request.param == "sqlite":
            (tmp_path / "hub").mkdir()
            url = f"sqlite:///{tmp_path / 'hub' / 'hub.db'}"
        else:
            url = afterwards.enter_context(request.getfixturevalue("postgres_server").hub_database())
        monkeypatch.setenv("FIELDKIT_HUB_DATABASE", url)
        yield url


@pytest.fixture
def hub(tmp_path: Path, hub_database: str) -> Iterator[Central]:
    """The central CityLAB, opened, with no kit and no staff."""
    place = tmp_path / "hub"
    place.mkdir(exist_ok=True)
    with central.opened(place, "tests") as opened:
        yield opened


@pytest.fixture
def colleague(hub: Central) -> Callable[..., Browser]:
    """Lets somebody sign in at the hub, in a role."""

    def arrive(name: str, role: str) -> Browser:
        card = {"id": ids.new_id(), "name": name, "card": ids.new_id(), "pin": "none", "role": role}
        hub.db.write(lambda conn: conn.execute(tables.staff.insert().values(**card)))
        browser = Browser(hub_app.create_wsgi(hub))
        browser.set_cookie(hub_app.COOKIE, hub.sessions.begin(Person(card["id"], name, role)))
        return browser

    return arrive


@pytest.fixture
def reader(colleague: Callable[..., Browser]) -> Browser:
    """Mrs Krüger, signed in at the hub; she may do everything."""
    return colleague("Frau Krüger", doors.HUB_ADMIN)


class Line:
    """The line between kit and hub: real HTTP on a real port; a test may put another application in between."""

    def __init__(self, hub: Central, port: int = 0) -> None:
        """Listen, and answer with the hub."""
        self.hub = self.app = hub_app.create_wsgi(hub)
        self._server = make_server("127.0.0.1", port, lambda environ, start: self.app(environ, start), threaded=True)
        self.url = hub.address = f"http://127.0.0.1:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Nobody answers any more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


@pytest.fixture
def line(hub: Central) -> Iterator[Line]:
    """Where the kit reaches the hub."""
    line = Line(hub)
    yield line
    line.cut()


@pytest.fixture
def enrolled(kit: House, hub: Central, line: Line) -> House:
    """The kit, known to the hub as Kit 7."""
    string = commands.enrol(hub, lambda *_: None, "Kit 7")["string"]
    kit.command("enrol")(kit, lambda *_: None, string)
    return kit


class Server:
    """A real `fieldkit` process behind a real port."""

    def __init__(self, home: Path, *command: str, port: int) -> None:
        """Start it and wait until it answers."""
        self.home, self.command, self.port = home, command, port
        self.url = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        """Start the process and wait until it answers; what it prints lands in `server.log` of its home."""
        self.log = self.home / "server.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "fieldkit", *self.command, "--port", str(self.port)],
                env={**os.environ, "FIELDKIT_HOME": str(self.home)}, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=1) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError(self.log.read_text())

    def stop(self) -> None:
        """End the process and wait for it."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts real servers; ends them after the test: `serve("serve", "--empty")`, `serve("hub", "serve")`."""
    running: list[Server] = []

    def start(*command: str, home: Path | None = None, port: int | None = None) -> Server:
        place = home or tmp_path / f"server-{len(running)}"
        place.mkdir(exist_ok=True)
        running.append(Server(place, *command, port=port or free_port()))
        return running[-1]

    yield start
    for server in running:
        server.stop()


def free_port() -> int:
    """A port nobody uses, the one after it free as well: from a range that the system gives to no connection of its own accord."""
    import random
    import socket

    while True:
        port = random.randrange(20_000, 32_000, 2)
        try:
            with socket.socket() as probe, socket.socket() as next_one:
                probe.bind(("127.0.0.1", port))
                next_one.bind(("127.0.0.1", port + 1))
                return port
        except OSError:
            continue


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real Chromium, Debian's, through Playwright."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)  # milliseconds: other tests work beside it
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield browser
        browser.close()
