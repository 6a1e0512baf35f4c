"""The one writer and the readers of a SQLite database. Contains no business logic.

Why so strict: SQLite before 3.51.3 can lose committed pages when two connections write or checkpoint at the same instant
(the WAL-reset bug; Debian 12 has 3.40). One process, one thread and one connection that writes make it unreachable.
"""

import fcntl
import json
import os
import queue
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from sqlite_utils import Database as SqliteUtils
from sqlite_utils import Migrations

APPLICATION_ID = 0x464B4954  # "FKIT": `file fieldkit.db` and our own start-up recognise the database
BATCH = 256  # at most this many waiting writes share one commit


class StorageFull(Exception):
    """The disk is full or read-only. Nothing was stored, nothing is broken; reading goes on."""


class InUse(Exception):
    """Another process works on this database; the text names it."""


class Unreadable(Exception):
    """The database is from a newer release or is not ours; the text says which."""


class Lock:
    """Keeps a database to one process. The holder writes down who it is, for the sentence the second one gets."""

    def __init__(self, home: Path, doing: str) -> None:
        """Take the lock of the folder `home`. Raises InUse when another process has it."""
        self._file = open(home / "fieldkit.lock", "a+", encoding="utf-8")  # noqa: SIM115 - held while we live
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = holder_of(home)
            self._file.close()
            raise InUse(
                f"In {home} arbeitet schon „{holder.get('doing', 'fieldkit')}“ (Prozess {holder.get('pid', '?')}). "
                "Bitte dort weiterarbeiten oder den Prozess zuerst beenden."
            ) from None
        self._file.truncate(0)
        self._file.write(json.dumps({"pid": os.getpid(), "doing": doing}))
        self._file.flush()

    def release(self) -> None:
        """Give the lock back."""
        self._file.close()


def holder_of(home: Path) -> dict[str, Any]:
    """What the process that has (or last had) the lock wrote down about itself."""
    try:
        return json.loads((home / "fieldkit.lock").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


class Database:
    """One SQLite file: a thread that writes, and a read-only connection for every thread that asks."""

    def __init__(self, path: Path, migrations: list[Migrations]) -> None:
        """Open `path`, bring its schema up to date and start the writer.

        Raises Unreadable for a database of a newer release, StorageFull when the place cannot be written.
        """
        self.path = path
        self.version = 0
        """Grows with every commit of this process; kept pages of an older version are stale."""
        self.after_commit: Callable[[Writer, bool], None] = lambda *_: None
        """Called on the writer after each commit and before anybody hears of it, with whether something was erased. Must not raise."""
        self._jobs: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...], Future[Any]] | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._readers: weakref.WeakSet[Reader] = weakref.WeakSet()
        try:
            self._connection = _connect_writer(path)
            _migrate(self._connection, migrations)
        except sqlite3.OperationalError as error:
            raise StorageFull(f"{path} lässt sich nicht beschreiben ({error}).") from error
        except sqlite3.DatabaseError as error:
            raise Unreadable(f"{path} ist beschädigt oder keine Datenbank ({error}).") from error
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def write(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Run `verb(conn, *args)` on the writer and return what it returned, once that is durable on disk.

        What `verb` raises is raised here, and nothing of it is stored. Raises StorageFull when the disk takes no more.
        """
        done: Future[Any] = Future()
        self._jobs.put((verb, args, done))
        return done.result()

    def read(self) -> sqlite3.Connection:
        """This thread's own read-only connection."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                f"file:{self.path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, factory=Reader
            )
            connection.row_factory = sqlite3.Row
            # 512 KiB of page cache each: thirty threads must not cost sixty megabytes.
            connection.executescript(
                "PRAGMA query_only = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -512;"
                "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
            )
            self._local.connection = connection
            self._readers.add(connection)
        return connection

    def close(self) -> None:
        """Finish the writes that wait, then close everything and fold the write-ahead log back into the file."""
        self._jobs.put(None)
        self._thread.join()
        for reader in list(self._readers):
            reader.close()
        self._connection.close()

    def _work(self) -> None:
        while True:
            batch = [self._jobs.get()]
            while len(batch) < BATCH and not self._jobs.empty():
                batch.append(self._jobs.get())
            jobs = [job for job in batch if job is not None]
            if jobs:
                self._commit_together(jobs)
            if len(jobs) < len(batch):
                return

    def _commit_together(self, batch: list[tuple[Callable[..., Any], tuple[Any, ...], Future[Any]]]) -> None:
        """Group commit: many requests, one fsync. Each has its own savepoint, so that one failure fails alone."""
        conn = self._connection
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            conn.execute("BEGIN IMMEDIATE")
            for verb, args, done in batch:
                conn.execute("SAVEPOINT one")
                try:
                    outcomes.append((done, verb(conn, *args), None))
                except Exception as error:
                    if not conn.in_transaction:  # SQLite itself rolled everything back, as it does on a full disk
                        raise
                    conn.execute("ROLLBACK TO one")
                    outcomes.append((done, None, error))
                conn.execute("RELEASE one")
            conn.execute("COMMIT")
        except Exception as error:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            conn.afterwards = []
            for _, _, done in batch:
                done.set_exception(_in_our_words(error))
            return
        self.version += 1
        conn.do_what_waited()
        self.after_commit(conn, self._scrub())
        for done, result, failure in outcomes:
            if failure is None:
                done.set_result(result)
            else:
                done.set_exception(_in_our_words(failure))

    def _scrub(self) -> bool:
        """Whether something was erased. Then fold the write-ahead log away: until that is done, erased text stays readable
        in it (25 of 25 rows in our trial).
        """
        erased = self._connection.scrub
        if erased:
            self._connection.scrub = not self._connection.fold()  # if it took too long, the next commit tries again
        return erased


class Reader(sqlite3.Connection):
    """A reading connection. It ends with the thread it was made for, or every piece of work in the background would leave one."""

    def __del__(self) -> None:
        """Close it when the thread forgets it."""
        self.close()


class Writer(sqlite3.Connection):
    """The write-capable connection. `scrub` is set by whoever erases, and seen to before success is reported.

    So are the steps in `afterwards`: what must wait for the commit, such as removing a file that no row names any more.
    """

    scrub = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Nothing waits for the next commit."""
        super().__init__(*args, **kwargs)
        self.afterwards: list[Callable[[sqlite3.Connection], None]] = []

    def do_what_waited(self) -> None:
        """Take the steps that had to wait for the commit."""
        steps, self.afterwards = self.afterwards, []
        for step in steps:
            step(self)

    def fold(self) -> bool:
        """Fold the write-ahead log into the file and empty it; whether readers let us, within two seconds."""
        for _ in range(100):
            busy, _, _ = self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return True
            time.sleep(0.02)  # one is in the middle of a page
        return False

    def write_anew(self) -> None:
        """Put the whole file together anew, between two transactions: nothing is left then in space that holds no row.

        Takes twice its size in free space for a while. Rows keep their order, but an implicit rowid may change. Raises
        sqlite3.Error, and all is as it was.
        """
        self.execute("PRAGMA temp_store = FILE")  # the new file lies there at first; in memory it would be too large
        try:
            self.execute("VACUUM")
        finally:
            self.execute("PRAGMA temp_store = MEMORY")
        self.scrub = not self.fold()


def _connect_writer(path: Path) -> Writer:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5, factory=Writer)
    connection.row_factory = sqlite3.Row
    foreign = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and foreign != APPLICATION_ID:
        raise Unreadable(f"{path} ist keine Feldkit-Datenbank.")
    if not tables:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # the promise behind "Danke": durable before the answer (pragma.html#pragma_synchronous)
        "wal_autocheckpoint = 1000",
        "journal_size_limit = 16777216",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "mmap_size = 0",
        "secure_delete = ON",  # per connection, not stored in the file: what is erased is overwritten
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        raise StorageFull(f"{path}: SQLite arbeitet hier im Modus {mode}, nicht in WAL. Bitte anderen Datenträger nehmen.")
    return connection


def _migrate(connection: sqlite3.Connection, migrations: list[Migrations]) -> None:
    db = SqliteUtils(connection)
    ours = {(plan.name, step.name) for plan in migrations for step in plan._migrations}
    if db["_sqlite_migrations"].exists():
        rows = db["_sqlite_migrations"].rows
        newer = {(row["migration_set"], row["name"]) for row in rows} - ours
        if newer:
            raise Unreadable(
                "Diese Datenbank kommt von einer neueren Feldkit-Version (hier unbekannt: "
                f"{', '.join(sorted('.'.join(step) for step in newer))}). "
                "Bitte Feldkit aktualisieren; es wurde nichts verändert."
            )
    for plan in migrations:
        plan.apply(db)


def _in_our_words(error: BaseException) -> BaseException:
    if isinstance(error, sqlite3.OperationalError):
        text = str(error)
        if "full" in text or "readonly" in text or "disk I/O" in text or "unable to open" in text:
            return StorageFull(text)
    return error


def run_script(conn: sqlite3.Connection, script: str) -> None:
    """Run several statements within the running transaction; sqlite3's own executescript would commit it first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""
