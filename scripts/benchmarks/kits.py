"""Kits to measure: filled with ideas, started as a real process, watched from outside."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from fieldkit import app, config, house, ids
from fieldkit.ideas import store
from fieldkit.ops import examples
from fieldkit.tickets import Office, Ticket


class Kit:
    """A `fieldkit serve` process on a home of its own."""

    def __init__(self, home: Path, ticket_key: bytes) -> None:
        """Remember where it lives; `start` starts it."""
        self.home = home
        self._ticket_key = ticket_key
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self, preload: Path | None = None, batch: int | None = None) -> float:
        """Start serving; the seconds until the first page. `batch` limits how many writes share a commit."""
        program = f"from fieldkit import cli, db; db.BATCH = {batch or 'db.BATCH'}; cli.main()"
        env = os.environ | {"FIELDKIT_HOME": str(self.home)} | ({"LD_PRELOAD": str(preload)} if preload else {})
        began = time.monotonic()
        log = (self.home / "bench.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, "serve", "--port", str(self.port)], env=env, stdout=log, stderr=log
        )
        while time.monotonic() - began < 30:
            try:
                urllib.request.urlopen(self.url + "/", timeout=1).close()
                return time.monotonic() - began
            except OSError:
                time.sleep(0.01)
        raise RuntimeError((self.home / "bench.log").read_text())

    def stop(self) -> None:
        """End the process."""
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def resident(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def tickets(self, count: int) -> list[str]:
        """Sealed tickets as the form carries them, made here with invented hashes: the form's own cost has a row of its own."""
        office = Office(self._ticket_key)
        return [office.seal(Ticket(ids.new_id(), ids.new_code(), os.urandom(20).hex())) for _ in range(count)]


def prepare(place: Path, ideas: int) -> Kit:
    """A kit with the examples and `ideas` ideas."""
    os.environ["FIELDKIT_HOME"] = str(place / "kit")
    with house.opened(config.prepare(), app.ALL, "bench") as home:
        examples.command(home, lambda *_: None)
        home.db.write(_fill, ideas)
        return Kit(place / "kit", home.kit.ticket_key)


def start_up(kit: Kit) -> None:
    """Print how long starting takes and what memory it needs."""
    times = []
    for _ in range(3):
        times.append(kit.start())
        kit.stop()
    kit.start()
    print(f"start-up {sorted(times)[1]:.2f} s, memory at start {kit.resident():.0f} MB")


def memory(kit: Kit) -> None:
    """Print what memory is needed after all the load."""
    print(f"memory after load {kit.resident():.0f} MB")


def _fill(conn, ideas: int) -> None:
    words = ("Bank", "Baum", "Brunnen", "Radweg", "Spielplatz", "Licht", "Treffpunkt", "Toilette", "Werkstatt", "Garten")
    for n in range(ideas):
        idea = {
            "title": f"{words[n % 10]} am {words[n // 10 % 10]} Nummer {n}",
            "body": "Hier fehlt etwas, das vielen hilft und wenig kostet. " * (1 + n % 8),
            "category": store.CATEGORIES[n % 9],
            "place": "Neukölln",
            "name": "",
        }
        store.submit(conn, Ticket(ids.new_id(), "", os.urandom(20).hex()), idea)
