"""The one writer: durable, together, alone in failure, alone on the file."""

import shutil
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from fieldkit import db as ground
from fieldkit.db import Database, InUse, Lock, StorageFull, Unreadable


def note(conn, text):
    conn.execute("INSERT INTO notes (id, body) VALUES (?, ?)", [text, text])


def bodies(db):
    return {row["body"] for row in db.read().execute("SELECT body FROM notes")}


def together(db, verbs):
    """Let all verbs wait at the writer at the same moment; what each of them returned or raised."""
    busy, begin, outcomes = threading.Event(), threading.Event(), {}
    blocker = threading.Thread(target=db.write, args=(lambda conn: busy.set() or begin.wait(10),))

    def run(name, verb):
        try:
            outcomes[name] = db.write(verb)
        except Exception as error:
            outcomes[name] = error

    threads = [threading.Thread(target=run, args=item) for item in verbs.items()]
    blocker.start()
    busy.wait(10)
    for thread in threads:
        thread.start()
    while db._jobs.qsize() < len(verbs):
        time.sleep(0.001)
    begin.set()
    for thread in [blocker, *threads]:
        thread.join()
    return outcomes


def test_people_who_send_at_the_same_moment_share_one_commit(db):
    before = db.version
    together(db, {n: lambda conn, n=n: note(conn, f"idea {n}") for n in range(50)})
    assert len(bodies(db)) == 50
    assert db.version == before + 2  # the one that kept everybody waiting, and one for all fifty


def test_one_failing_verb_fails_alone(db):
    def fail(conn):
        note(conn, "half done")
        raise ValueError("mine")

    verbs = {n: lambda conn, n=n: note(conn, f"idea {n}") for n in range(10)}
    outcomes = together(db, {**verbs, "bad": fail})
    assert str(outcomes.pop("bad")) == "mine"
    assert set(outcomes.values()) == {None}
    assert bodies(db) == {f"idea {n}" for n in range(10)}


def test_a_verb_that_breaks_a_rule_of_the_table_fails_alone(db):
    outcomes = together(db, {n: lambda conn: note(conn, "same id") for n in range(3)})
    assert sum(isinstance(outcome, sqlite3.IntegrityError) for outcome in outcomes.values()) == 2
    assert bodies(db) == {"same id"}


def test_what_was_answered_is_visible_to_every_other_connection(db):
    db.write(note, "stored")
    with sqlite3.connect(db.path) as other:
        assert other.execute("SELECT body FROM notes").fetchall() == [("stored",)]
    other.close()


def test_a_verb_returns_what_it_found(db):
    assert db.write(lambda conn, n: n * 2, 21) == 42


def test_readers_cannot_write(db):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.read().execute("INSERT INTO notes (id) VALUES ('x')")


def test_every_thread_reads_on_a_connection_of_its_own(db):
    found = []
    thread = threading.Thread(target=lambda: found.append(db.read()))
    thread.start()
    thread.join()
    assert found[0] is not db.read()
    assert db.read() is db.read()


def test_the_version_grows_with_every_commit_and_not_with_a_failure_of_the_disk(db):
    before = db.version
    db.write(note, "one")
    assert db.version == before + 1

    def disk_full(conn):
        conn.execute("ROLLBACK")  # as SQLite does by itself when the disk takes no more
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(StorageFull):
        db.write(disk_full)
    assert db.version == before + 1
    db.write(note, "two")  # and the writer goes on
    assert bodies(db) == {"one", "two"}


def test_the_writer_is_durable(db):
    pragmas = ("synchronous", "journal_mode", "secure_delete", "foreign_keys")
    values = db.write(lambda conn: [conn.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in pragmas])
    assert values == [2, "wal", 1, 1]  # 2 is FULL


def test_a_second_process_is_refused_and_told_who_works_there(tmp_path):
    lock = Lock(tmp_path, "fieldkit serve --port 8080")
    code = f"from fieldkit.db import Lock; from pathlib import Path; Lock(Path({str(tmp_path)!r}), 'second')"
    second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    lock.release()
    assert second.returncode
    assert "„fieldkit serve --port 8080“ (Prozess" in second.stderr


def test_the_next_one_may_work_when_the_first_has_ended(tmp_path):
    Lock(tmp_path, "first").release()
    second = Lock(tmp_path, "second")
    assert ground.holder_of(tmp_path)["doing"] == "second"
    second.release()


def test_two_in_one_process_are_refused_too(tmp_path):
    first = Lock(tmp_path, "first")
    with pytest.raises(InUse, match="first"):
        Lock(tmp_path, "second")
    first.release()


def test_a_database_of_a_newer_release_is_refused_and_untouched(tmp_path, db, plans):
    copy = tmp_path / "newer.db"
    db.write(note, "from the future")
    db.write(lambda conn: conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('moon', 'm007_base', '2031')"
    ).rowcount)  # fmt: skip
    db._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(db.path, copy)
    before = copy.read_bytes()
    with pytest.raises(Unreadable, match=r"neueren Feldkit-Version .*moon\.m007_base"):
        Database(copy, plans())
    assert copy.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_untouched(tmp_path, plans):
    path = tmp_path / "foreign.db"
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE bookmarks (url)")
    foreign.close()
    before = path.read_bytes()
    with pytest.raises(Unreadable, match="keine Feldkit-Datenbank"):
        Database(path, plans())
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_untouched(tmp_path, plans):
    path = tmp_path / "holiday.db"
    path.write_bytes(b"GIF89a" * 500)
    with pytest.raises(Unreadable, match="beschädigt oder keine Datenbank"):
        Database(path, plans())
    assert path.read_bytes() == b"GIF89a" * 500


def test_a_place_that_cannot_be_opened_says_so(tmp_path, plans):
    with pytest.raises(StorageFull, match="lässt sich nicht beschreiben"):
        Database(tmp_path / "missing" / "fieldkit.db", plans())


def test_a_database_opens_again_with_everything_in_it(tmp_path, plans):
    first = Database(tmp_path / "a.db", plans())
    first.write(note, "kept")
    first.close()
    assert not (tmp_path / "a.db-wal").exists()
    second = Database(tmp_path / "a.db", plans())
    assert bodies(second) == {"kept"}
    second.close()


def test_a_script_runs_within_the_running_transaction(db):
    def half(conn):
        ground.run_script(conn, "INSERT INTO notes (id) VALUES ('a');\nINSERT INTO notes (id) VALUES ('b;c');\n")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        db.write(half)
    assert bodies(db) == set()
