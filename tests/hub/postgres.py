"""A real PostgreSQL of our own: Debian's programs, a cluster in a temporary directory, a socket nobody else can open, gone afterwards.

It keeps PostgreSQL's own settings for durability (fsync and all): what the hub confirms is what these tests are about.
"""

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

GIVEN = "FIELDKIT_TEST_POSTGRES"
"""In the environment: the folder with the socket of a server that runs already, as scripts/test-postgres sets it."""

USER = "feldkit"
SETTINGS = {"listen_addresses": "", "shared_buffers": "64MB", "max_wal_size": "256MB"}
ROOM = 2 * 1024**3  # bytes


class Missing(Exception):
    """There is no PostgreSQL here; the text says what to install."""


def programs() -> Path:
    """The folder with initdb and postgres of the newest version. Raises Missing."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise Missing("PostgreSQL fehlt. Bitte das Debian-Paket „postgresql“ installieren: sudo apt install postgresql")
    return max(found, key=lambda path: int(path.parent.name))


class Server:
    """A running server, and databases in it. They stay until it ends, to be used again: making one takes longer than most tests."""

    def __init__(self, place: str) -> None:
        """The server whose socket is in the folder `place`."""
        self.place = place
        self._free: list[str] = []

    def address(self, database: str) -> str:
        """How a hub is told about a database."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.place}"

    def ask(self, sql: str, database: str = "postgres") -> list[Any]:
        """Run a statement as the owner of the server; what it returns."""
        with self._connected(database) as conn:
            answer = conn.execute(sql)
            return answer.fetchall() if answer.description else []

    def _connected(self, database: str) -> Any:
        import psycopg

        return psycopg.connect(host=self.place, user=USER, dbname=database, autocommit=True)

    def new_database(self) -> str:
        """The address of a new database, with nothing in it."""
        name = f"hub_{secrets.token_hex(6)}"
        self.ask(f"CREATE DATABASE {name}")
        return self.address(name)

    @contextmanager
    def hub_database(self) -> Iterator[str]:
        """The address of a database with the empty tables of a hub, for one test at a time."""
        from fieldkit.hub import archive, tables

        if not self._free:
            self._free.append(self.new_database())
            archive.Archive(self._free[-1]).close()
        url = self._free.pop()
        yield url
        with self._connected(re.search(r"/(\w+)\?", url)[1]) as conn:  # type: ignore[index]
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            counted = [f"ALTER SEQUENCE {row[0]} RESTART" for row in conn.execute("SELECT sequencename FROM pg_sequences")]
            conn.execute("; ".join([*(f"DELETE FROM {table}" for table in tables.metadata.tables), *counted]))
        self._free.append(url)


@contextmanager
def found_or_started() -> Iterator[Server]:
    """The server that scripts/test-postgres started, or one for as long as the block lasts. Raises Missing."""
    if os.environ.get(GIVEN):
        yield Server(os.environ[GIVEN])
        return
    with running() as server:
        yield server


@contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the block lasts. Raises Missing."""
    folder = programs()
    in_memory = Path("/dev/shm")  # where a durable commit waits for no disk: nobody cuts its power here
    roomy = in_memory.is_dir() and shutil.disk_usage(in_memory).free > ROOM
    place = Path(tempfile.mkdtemp(prefix="feldkit-postgres-", dir=in_memory if roomy else None))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(place, owner.pw_uid, owner.pw_gid)
        make = [
            folder / "initdb",
            "--username",
            USER,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-sync",
        ]
        subprocess.run([*_as_its_user(), *make, "--pgdata", place / "data"], check=True, capture_output=True, cwd=place)
        server = _start(folder, place)
        try:
            yield Server(str(place))
        finally:
            _stop(server)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _start(folder: Path, place: Path) -> subprocess.Popen[bytes]:
    settings = [f"--{name}={value}" for name, value in (SETTINGS | {"unix_socket_directories": place}).items()]
    command = [*_as_its_user("--pdeathsig", "QUIT"), folder / "postgres", "-D", place / "data", *settings]
    log = place / "server.log"
    with log.open("wb") as output:  # its own session: Ctrl+C is for us, and we stop it when everybody is done
        server = subprocess.Popen(command, stdout=output, stderr=output, cwd=place, start_new_session=True)
    deadline = time.monotonic() + 60
    ready = [folder / "pg_isready", "--quiet", "--host", place]
    while subprocess.run(ready, check=False, cwd=place).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            _stop(server)
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.05)
    return server


def _stop(server: subprocess.Popen[bytes]) -> None:
    """At once: what it has not written down yet is thrown away with the rest."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _as_its_user(*options: str) -> list[str]:
    """What goes before a command of PostgreSQL, which refuses to run as root."""
    drop = ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *drop, *options, "--"] if drop or options else []
