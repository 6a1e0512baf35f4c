"""Sticks as they are: full, write-protected, pulled out in the middle. Nothing counts as handed over, and the next try goes on.

Real file systems: a small one in a user namespace, and an ext4 on a loop device whose plug is pulled by the kernel itself.
"""

import contextlib
import fcntl
import json
import os
import secrets
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fieldkit import app, config, house, ids, journal
from fieldkit.house import House
from fieldkit.hub import commands
from fieldkit.hub.central import Central
from fieldkit.sync import bundle, store
from tests.conftest import ORIGIN, Line
from tests.sticks import give_keys, read_at

pytestmark = pytest.mark.slow

SHUT_DOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN: from now on every access fails, as if the device were gone
ENTRIES = 60
WITHOUT_LOG = struct.pack("I", 2)


def mountable() -> bool:
    """Whether this test may use loop devices."""
    return os.geteuid() == 0 and os.path.exists("/dev/loop-control") and not subprocess.run(["unshare", "-m", "true"]).returncode


needs_loop = pytest.mark.skipif(not mountable(), reason="loop devices need root")
needs_namespace = pytest.mark.skipif(
    subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0, reason="no user namespaces here"
)


@pytest.fixture
def hub_database() -> str:
    """SQLite, as without being told: what kits do with a stick is the same for any database."""
    return ""


@pytest.fixture
def full_home(home: Path, hub: Central, line: Line) -> Path:
    """The home of a kit with six megabytes for a hub it cannot reach any more; nothing of it shrinks when it is packed."""
    give_keys(hub)

    def fill(conn: sqlite3.Connection) -> None:
        for _ in range(ENTRIES):
            stop = {
                "id": ids.new_id(),
                "place": secrets.token_hex(50_000),
                "district": "Mitte",
                "question": "",
                "starts_on": "",
                "ends_on": "",
            }
            journal.save(conn, "stops", stop)

    with house.opened(config.prepare(ORIGIN), app.ALL, "tests") as kit:
        kit.command("enrol")(kit, lambda *_: None, commands.enrol(hub, lambda *_: None, "Kit 7")["string"])
        kit.db.write(fill)
    line.cut()
    return home


@contextmanager
def at_home() -> Iterator[House]:
    """The kit, opened for a moment."""
    with house.opened(config.prepare(ORIGIN), app.ALL, "tests") as kit:
        yield kit


def write(kit: House, usb: Path) -> dict[str, Any]:
    """Press the button."""
    return bundle.write(kit, lambda *_: None, str(usb))


def environment(home: Path) -> dict[str, str]:
    """For a process that works in this home."""
    return {**os.environ, "FIELDKIT_HOME": str(home), "PYTHONPATH": str(config.PACKAGE.parent)}


def confirmed(kit: House) -> int:
    """How far the hub has confirmed."""
    return store.confirmed(kit.db.read()).seq


IN_A_NAMESPACE = """
import json, subprocess, sys
from pathlib import Path
from fieldkit import app, config, house, journal
from fieldkit.sync import Failed, bundle

usb = sys.argv[1]
def mount(*arguments): subprocess.run(["mount", *arguments], check=True)
def attempt(kit):
    try:
        return bundle.write(kit, lambda *_: None, usb)
    except Failed as failed:
        return str(failed)
mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", usb)
with house.opened(config.prepare(), app.ALL, "tests") as kit:
    said = [attempt(kit), attempt(kit)]
    said.append(sorted(path.name for path in Path(usb).rglob("*.part")))
    said.append(len(list(Path(usb).rglob("*.age"))))
    mount("-o", "remount,size=16m", usb)
    said.append(attempt(kit))
    mount("-o", "remount,ro", usb)
    said.append(attempt(kit))
    conn = kit.db.read()
    one = conn.execute("SELECT id FROM stops").fetchone()["id"]
    kit.db.write(journal.save, "stops", {"id": one, "place": "Neu"})
    said.append(attempt(kit))
print(json.dumps(said))
"""


@needs_namespace
def test_a_full_stick_and_a_protected_one_are_said_kindly_and_overcome(full_home: Path, tmp_path: Path) -> None:
    usb = tmp_path / "STICK"
    usb.mkdir()
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", IN_A_NAMESPACE, str(usb)],
        env=environment(full_home),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    full, again, unfinished, files, roomy, unchanged, protected = json.loads(done.stdout)
    assert "Der Stick ist voll" in full
    assert "auf dem Kit ist alles da" in full
    assert again == full
    assert (unfinished, files) == ([], 1)
    assert (roomy["kept"], roomy["written"] > 1, roomy["entries"], roomy["confirmed"]) == (1, True, ENTRIES, 0)
    assert (unchanged["written"], unchanged["kept"]) == (0, roomy["kept"] + roomy["written"])
    assert "schreibgeschützt" in protected


class Stick:
    """A stick with an ext4 of its own, in an image that survives being pulled."""

    def __init__(self, place: Path) -> None:
        """Format it and plug it in."""
        self.image, self.path = place / "stick.img", place / "STICK"
        self.path.mkdir()
        with self.image.open("wb") as file:
            file.truncate(24 * 1024 * 1024)
        subprocess.run(["mkfs.ext4", "-q", str(self.image)], check=True)
        self.plug_in()

    def plug_in(self) -> None:
        """Mount it."""
        subprocess.run(["mount", "-o", "loop", str(self.image), str(self.path)], check=True)

    def pull(self) -> None:
        """Let every access fail from now on; what was not synced is lost."""
        descriptor = os.open(self.path, os.O_RDONLY)
        fcntl.ioctl(descriptor, SHUT_DOWN, WITHOUT_LOG)
        os.close(descriptor)

    def unmount(self, *how: str) -> None:
        """Take it out of the tree."""
        subprocess.run(["umount", *how, str(self.path)], check=True)

    def fill(self) -> None:
        """Leave not one byte."""
        for size in (1 << 16, 1 << 10, 1):
            with (self.path / "ballast").open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
                while ballast.write(b"x" * size) == size:
                    pass

    def files(self) -> list[Path]:
        """What lies on it for the hub."""
        return sorted(self.path.glob("FELDKIT/*/*.age"))


@pytest.fixture
def usb(tmp_path: Path) -> Iterator[Stick]:
    """A stick that is plugged in."""
    stick = Stick(tmp_path)
    yield stick
    subprocess.run(["umount", "-l", str(stick.path)], capture_output=True)


def writing(home: Path, usb: Stick, enough: int) -> subprocess.Popen[str]:
    """`fieldkit bundle write`, some files under way."""
    command = [sys.executable, "-m", "fieldkit", "bundle", "write", str(usb.path)]
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while len(usb.files()) < enough and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    return process


@needs_loop
@pytest.mark.parametrize("how", ["pulled", "unmounted"])
def test_a_stick_that_goes_while_it_is_written_is_noticed_and_the_next_try_goes_on(
    full_home: Path, hub: Central, usb: Stick, how: str
) -> None:
    process = writing(full_home, usb, 2)
    if how == "pulled":
        usb.pull()
    usb.unmount("-l")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, ""), out
    assert "Steckt der Stick noch?" in err or "wurde abgezogen" in err
    assert "auf dem Kit ist alles da" in err
    assert list(usb.path.iterdir()) == []  # nothing landed on the disk underneath
    usb.plug_in()
    with at_home() as kit:
        assert confirmed(kit) == 0
        outcome = write(kit, usb.path)
        assert (outcome["entries"], outcome["kept"] >= 1, list(usb.path.rglob("*.part"))) == (ENTRIES, True, [])
        taken, (back,) = read_at(hub, usb.path)
        assert [one.refused for one in taken] == [""] * len(taken)
        assert (back.seq, write(kit, usb.path)["confirmed"]) == (ENTRIES, ENTRIES)


@needs_loop
def test_a_kit_killed_while_writing_leaves_no_half_file(full_home: Path, hub: Central, usb: Stick) -> None:
    process = writing(full_home, usb, 2)
    process.kill()
    process.communicate()
    taken, _ = read_at(hub, usb.path)
    assert [one.refused for one in taken] == [""] * len(taken)
    assert len(taken) >= 2
    with at_home() as kit:
        outcome = write(kit, usb.path)
        assert list(usb.path.rglob("*.part")) == []
        read_at(hub, usb.path)
        assert write(kit, usb.path)["confirmed"] == ENTRIES
        assert outcome["confirmed"] == taken[-1].to_seq


@needs_loop
def test_the_hub_keeps_what_it_read_when_the_stick_is_full_for_the_receipt(full_home: Path, hub: Central, usb: Stick) -> None:
    process = writing(full_home, usb, 99)
    process.communicate(timeout=60)
    usb.fill()
    taken, (back,) = read_at(hub, usb.path)
    assert ("Der Stick ist voll" in back.fault, sum(one.fresh for one in taken)) == (True, ENTRIES)
    (usb.path / "ballast").unlink()
    _, (back,) = read_at(hub, usb.path)
    assert (back.fault, back.seq) == ("", ENTRIES)
