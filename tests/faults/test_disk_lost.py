"""The disk dies, the stick fills up, the kit is stolen: what was acknowledged comes back, and nobody learns who left it."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldkit.config import PACKAGE
from fieldkit.storage import second_copy
from tests.conftest import Server, free_port

pytestmark = pytest.mark.slow

WORDS = "Bänke unter den Linden, und zwar mit Lehne. " * 40


@pytest.fixture
def stick() -> Iterator[Path]:
    """A stick: another file system than the kit's."""
    path = Path(tempfile.mkdtemp(prefix="stick-", dir="/dev/shm"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def told(done: subprocess.CompletedProcess[str]) -> str:
    """What a command printed that went well."""
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def at_hub(home: Path) -> list[tuple[str, str]]:
    """Id and title of every idea the hub has, read beside it."""
    script = (
        "import json, sqlite3, sys;"
        "rows = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True).execute("
        "\"SELECT rid, body FROM records WHERE tbl = 'ideas' AND body IS NOT NULL\").fetchall();"
        "print(json.dumps([[rid, json.loads(body)['title']] for rid, body in rows]))"
    )
    database = next(home.glob("*.db"))
    return json.loads(told(subprocess.run([sys.executable, "-c", script, database], capture_output=True, text=True)))


def test_a_kit_whose_disk_died_comes_back_from_its_stick_and_the_hub_shows_everything_once(
    open_home: Path, serve: Callable[..., Server], visit: Any, fieldkit: Any, stick: Path, tmp_path: Path
) -> None:
    hub, kit = serve("hub", "serve"), serve("serve", home=open_home)
    told(fieldkit(open_home, "copy", str(stick)))
    told(fieldkit(open_home, "enrol", told(fieldkit(hub.home, "hub", "enrol", "Kit 7", "--url", hub.url)).splitlines()[-1]))
    acknowledged, over = ["Schon übergeben"], threading.Event()
    assert visit(kit.port).leave("Schon übergeben").status == 303
    told(fieldkit(open_home, "sync"))

    def keep_leaving(name: str) -> None:
        for number in range(1000):
            try:
                if visit(kit.port).leave(f"{name} {number}", WORDS).status == 303:
                    acknowledged.append(f"{name} {number}")
            except (OSError, TypeError):  # the kit is dead; what was on its way was not acknowledged
                if over.is_set():
                    return

    visitors = [threading.Thread(target=keep_leaving, args=(name,)) for name in ("Ayşe", "Mehmet", "Olga")]
    for visitor in visitors:
        visitor.start()
    time.sleep(5)
    over.set()
    kit.process.kill()
    kit.process.wait()
    for visitor in visitors:
        visitor.join()
    shutil.rmtree(open_home)

    spare = tmp_path / "spare"
    spare.mkdir()
    assert "Neue Epoche 0002-" in told(fieldkit(spare, "restore", str(stick)))
    assert json.loads(told(fieldkit(spare, "check", "--json")))["ok"]
    outcome = json.loads(told(fieldkit(spare, "sync", "--json")))
    assert outcome["pending"] == 0
    held = at_hub(hub.home)
    titles = [title for _, title in held]
    assert len(acknowledged) > 5
    assert [title for title in acknowledged if title not in titles] == []
    assert len(titles) == len(set(titles)) == len({rid for rid, _ in held})
    known = json.loads(told(fieldkit(hub.home, "hub", "kits", "--json")))[0]
    assert (known["epoch"], known["seq"], known["digest"]) == (outcome["epoch"], outcome["seq"], outcome["digest"])


def test_a_stick_that_is_full_keeps_nobody_from_leaving_an_idea(
    open_home: Path, visit: Any, fieldkit: Any, tmp_path: Path
) -> None:
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
        pytest.skip("no user namespaces here: a small stick cannot be mounted")
    kit = json.loads((open_home / "head.json").read_text())["kit"]
    small, port = tmp_path / "small", free_port()
    small.mkdir()
    with (open_home / "kit.toml").open("a") as settings:
        settings.write(f'media = ["{small}"]\n')
    script = 'mount -t tmpfs -o size=2m tmpfs "$1" && mkdir -p "$1/$2" && exec "$3" -m fieldkit serve --port "$4"'
    process = subprocess.Popen(
        ["unshare", "-rm", "sh", "-c", script, "sh", str(small), f"{second_copy.FOLDER}/{kit}", sys.executable, str(port)],
        env={**os.environ, "FIELDKIT_HOME": str(open_home), "PYTHONPATH": str(PACKAGE.parent)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert _within(30, lambda: _answers(visit(port)))
        assert _within(20, lambda: _copies(fieldkit, open_home) == 2)
        assert visit(port).leave("Vorher", WORDS).status == 303
        _fill(Path(f"/proc/{process.pid}/root{small}"))
        assert [visit(port).leave(f"Idee {number}", WORDS).status for number in range(3)] == [303] * 3
        assert _copies(fieldkit, open_home) == 1
        check = json.loads(told(fieldkit(open_home, "check", "--json")))
        assert check["ok"]
    finally:
        process.terminate()
        process.wait(20)


def _fill(disk: Path) -> None:
    """Leave not one byte."""
    for size in (1 << 16, 1 << 12, 1):
        with (disk / "ballast").open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
            while ballast.write(b"x" * size) == size:
                pass


def _answers(somebody: Any) -> bool:
    try:
        return somebody.get("/healthz").status == 200
    except OSError:
        return False


def _copies(fieldkit: Any, home: Path) -> int:
    done = fieldkit(home, "check", "--json")
    return json.loads(done.stdout)["copies"] if done.returncode == 0 else 0


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.3)
    return False


def test_who_steals_a_kit_finds_none_of_a_hundred_contacts() -> None:
    script = PACKAGE.parent / "scripts" / "theft"
    done = subprocess.run(
        [sys.executable, script, "100", "--port", str(free_port())], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"contacts found (\d+)", done.stdout) == ["0"] * 4
