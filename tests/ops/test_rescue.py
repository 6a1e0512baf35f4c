"""The kit comes up whatever happened to its file: nothing is deleted, the newest good copy goes on, and the team is told."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from fieldkit import app, config, db, house, ids, journal, notices
from fieldkit.house import House
from fieldkit.ideas import store as ideas
from fieldkit.ops import check, terminal
from fieldkit.stops import store as stops
from fieldkit.storage import mark, second_copy
from fieldkit.tickets import Ticket

SwitchOn = Callable[..., AbstractContextManager[House]]


def leave(kit: House, *names: str) -> None:
    """Somebody leaves an idea under each of these titles."""
    words = {"body": "Unter den Linden. " * 40, "category": "", "place": "", "name": ""}
    for title in names:
        kit.db.write(ideas.submit, Ticket(ids.new_id(), "", f"receipt {title}"), {"title": title, **words})


def titles(kit: House) -> list[str]:
    """The titles of all ideas."""
    return sorted(row["title"] for row in kit.db.read().execute("SELECT title FROM ideas"))


def said(kit: House) -> list[dict[str, Any]]:
    """What the team is told."""
    return notices.standing(kit.db.read())


def kill(kit: House, home: Path) -> None:
    """Keep the files as they are now, as a kill would: database, log and mark, from the middle of the work."""
    for path in home.iterdir():
        if path.is_file() and not path.name.endswith((".sock", ".lock")):
            shutil.copyfile(path, home.with_name("killed") / path.name)


@pytest.fixture
def used(switch_on: SwitchOn, home: Path) -> Path:
    """The home of a kit with twenty ideas, an own backup, and five more after it; switched off by a kill."""
    (home.with_name("killed")).mkdir()
    with switch_on() as kit:
        kit.db.write(stops.demo)
        leave(kit, *(f"Idee {number}" for number in range(20)))
        kit.copies.back_up()
        kit.copies.write_mark()
        leave(kit, *(f"Spät {number}" for number in range(5)))
        kit.copies.write_mark()
        kill(kit, home)
    for path in home.with_name("killed").iterdir():
        shutil.copyfile(path, home / path.name)
    return home


def truncated(file: Path) -> None:
    """Half of it is gone."""
    os.truncate(file, file.stat().st_size // 2)


def zeroed(file: Path) -> None:
    """Three pages are full of zeros."""
    content = bytearray(file.read_bytes())
    content[4096 * 5 : 4096 * 8] = bytes(4096 * 3)
    file.write_bytes(content)


def scrambled(file: Path) -> None:
    """Random bytes, at random places."""
    content = bytearray(file.read_bytes())
    for place in range(4096, len(content) - 512, 8192):
        content[place : place + 64] = os.urandom(64)
    file.write_bytes(content)


def headless(file: Path) -> None:
    """Not even the header can be read."""
    file.write_bytes(b"the card died" * 1000)


def nameless(file: Path) -> None:
    """The header says that it belongs to some other program."""
    content = bytearray(file.read_bytes())
    content[68:72] = b"ABCD"
    file.write_bytes(content)


def empty(file: Path) -> None:
    """Nothing is in it."""
    file.write_bytes(b"")


def missing(file: Path) -> None:
    """It is not there."""
    file.unlink()


def folder(file: Path) -> None:
    """A folder is in its place."""
    file.unlink()
    file.mkdir()
    (file / "file").write_text("x")


def folded(home: Path) -> None:
    """Fold the log into the file, so that damage hits everything."""
    with sqlite3.connect(home / "fieldkit.db") as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()


@pytest.mark.parametrize("damage", [truncated, zeroed, scrambled, headless, nameless, empty, missing, folder])
def test_a_damaged_file_is_set_aside_and_the_newest_copy_goes_on(
    used: Path, switch_on: SwitchOn, damage: Callable[[Path], None]
) -> None:
    folded(used)
    damage(used / "fieldkit.db")
    before = (used / "fieldkit.db").read_bytes() if (used / "fieldkit.db").is_file() else b""
    with switch_on() as kit:
        assert titles(kit) == sorted(f"Idee {number}" for number in range(20))
        assert check.report(kit.db.read())["ok"]
        assert journal.head(kit.db.read()).epoch[:4] == "0002"
        notice = said(kit)[0]
        assert (notice["kind"], notice["facts"]["missing"]) == ("damaged", 5)
        assert "5 Einträge fehlen" in terminal.sentences(kit)[0]
        leave(kit, "Es geht weiter")
    if damage is not missing:
        kept = used / notice["facts"]["aside"] / "fieldkit.db"
        assert kept.is_dir() if damage is folder else kept.read_bytes() == before
    with switch_on() as kit:
        assert len(titles(kit)) == 21
        assert len(said(kit)) == 1


def test_with_the_stick_in_it_nothing_is_missing(used: Path, switch_on: SwitchOn, stick: Path) -> None:
    with switch_on() as kit:
        kit.copies.second.make(stick)
        leave(kit, "Nur auf dem Stick")
        kit.copies.write_mark()
        assert (used / "backups").is_dir()
        pair = {path.name: path.read_bytes() for path in next((stick / second_copy.FOLDER).iterdir()).iterdir()}
    for name, content in pair.items():  # as a kill left it
        (next((stick / second_copy.FOLDER).iterdir()) / name).write_bytes(content)
    headless(used / "fieldkit.db")
    with switch_on() as kit:
        assert len(titles(kit)) == 26
        assert "Nur auf dem Stick" in titles(kit)
        assert said(kit)[0]["facts"]["missing"] == 0
        assert "fehlt nichts" in terminal.sentences(kit)[0]
        assert check.report(kit.db.read())["ok"]


def test_an_own_backup_is_carried_on_with_what_the_stick_has_more(used: Path, switch_on: SwitchOn, stick: Path) -> None:
    with switch_on() as kit:
        kit.copies.second.make(stick)
        leave(kit, "Im Anhang")
    for snapshot in stick.rglob("*.db"):
        headless(snapshot)  # of the stick only the tail is whole
    with switch_on() as kit:
        kit.copies.back_up()
    headless(used / "fieldkit.db")
    with switch_on() as kit:
        assert "Im Anhang" in titles(kit)


def test_without_any_copy_the_kit_begins_anew_and_names_the_old_file(used: Path, switch_on: SwitchOn) -> None:
    shutil.rmtree(used / "backups")
    headless(used / "fieldkit.db")
    with switch_on() as kit:
        assert (said(kit)[0]["kind"], titles(kit)) == ("lost", [])
        aside = said(kit)[0]["facts"]["aside"]
        assert aside in terminal.sentences(kit)[0]
        kit.db.write(stops.demo)
        leave(kit, "Die Schlange wartet nicht")
        assert check.report(kit.db.read())["ok"]
    assert (used / aside / "fieldkit.db").read_bytes().startswith(b"the card died")
    with switch_on() as kit:
        assert (len(said(kit)), titles(kit)) == (1, ["Die Schlange wartet nicht"])


def test_a_copy_that_is_damaged_itself_is_passed_over(used: Path, switch_on: SwitchOn) -> None:
    with switch_on() as kit:
        kit.copies.back_up()
    newest, older = sorted((used / "backups").glob("*.db"), key=lambda path: int(path.stem.rsplit("-", 1)[1]), reverse=True)
    truncated(newest)
    headless(used / "fieldkit.db")
    with switch_on() as kit:
        assert said(kit)[0]["facts"]["copy"] == older.name


def test_a_kit_whose_log_was_lost_notices_that_it_was_set_back(used: Path, switch_on: SwitchOn) -> None:
    (used / "fieldkit.db-wal").unlink()
    with switch_on() as kit:
        assert said(kit)[0]["kind"] == "rewound"
        assert said(kit)[0]["facts"]["missing"] > 0
        assert journal.head(kit.db.read()).epoch[:4] == "0002"
        assert check.report(kit.db.read())["ok"]


def test_a_kill_alone_is_nothing_to_speak_of(used: Path, switch_on: SwitchOn) -> None:
    (used / mark.NAME).write_text(json.dumps(json.loads((used / mark.NAME).read_text()) | {"seq": 0, "digest": ""}))
    with switch_on() as kit:
        assert (said(kit), len(titles(kit)), journal.head(kit.db.read()).epoch[:4]) == ([], 25, "0001")


def test_an_older_card_in_the_slot_begins_a_new_epoch_once(used: Path, switch_on: SwitchOn, tmp_path: Path) -> None:
    backup = next((used / "backups").glob("*.db"))
    shutil.copyfile(backup, used / "fieldkit.db")
    (used / "fieldkit.db-wal").unlink()
    with switch_on() as kit:
        assert (said(kit)[0]["kind"], said(kit)[0]["facts"]["missing"]) == ("rewound", 5)
        epoch = journal.head(kit.db.read()).epoch
        assert epoch[:4] == "0002"
        assert kit.db.read().execute("SELECT count(*) FROM log WHERE act = 'new epoch'").fetchone()[0] == 1
    with switch_on() as kit:
        assert (len(said(kit)), journal.head(kit.db.read()).epoch) == (1, epoch)


def test_a_stick_that_comes_later_brings_what_was_lost(used: Path, switch_on: SwitchOn, stick: Path) -> None:
    older = shutil.copyfile(next((used / "backups").glob("*.db")), used.with_name("older.db"))
    with switch_on() as kit:
        kit.copies.second.make(stick)
        leave(kit, "Nur noch auf dem Stick")
        gone = kit.db.read().execute("SELECT id FROM ideas WHERE title = 'Idee 3'").fetchone()["id"]
        kit.db.write(ideas.withdraw, gone)
    away = stick.with_name(stick.name + "-away")
    stick.rename(away)
    shutil.copyfile(older, used / "fieldkit.db")
    with switch_on() as kit:
        leave(kit, "Inzwischen")
        away.rename(stick)
        kit.copies.tend()
        expected = [f"Idee {number}" for number in range(20) if number != 3] + [f"Spät {number}" for number in range(5)]
        assert titles(kit) == sorted([*expected, "Nur noch auf dem Stick", "Inzwischen"])
        assert [notice["kind"] for notice in said(kit)] == ["rewound", "caught-up"]
        assert check.report(kit.db.read())["ok"], check.report(kit.db.read())
        assert ideas.listing(kit.db.read(), ideas.Question(words="stick"))[1] == 1
        assert kit.copies.second.standing().copies == 2


def test_a_cloned_card_takes_an_epoch_of_its_own(
    used: Path, switch_on: SwitchOn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("this", "that")):
        place = tmp_path / name / "proc/device-tree"
        place.mkdir(parents=True)
        (place / "serial-number").write_text(f"10000000{number}\0")
    monkeypatch.setattr(mark, "SYSTEM", tmp_path / "this")
    with switch_on() as kit:
        epoch = journal.head(kit.db.read()).epoch  # and now it is written down where it lives
    clone = shutil.copytree(used, tmp_path / "clone")
    monkeypatch.setattr(mark, "SYSTEM", tmp_path / "that")
    with house.opened(config.Config(clone), app.ALL, "tests") as kit:
        assert said(kit)[-1]["kind"] == "copied"
        assert journal.head(kit.db.read()).epoch > epoch
    monkeypatch.setattr(mark, "SYSTEM", tmp_path / "this")
    with switch_on() as kit:
        assert journal.head(kit.db.read()).epoch == epoch


def test_a_machine_is_known_by_whatever_its_user_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = tmp_path / "sys/class/net/eth0"
    (card / "device").mkdir(parents=True)
    (card / "addr_assign_type").write_text("0\n")
    (card / "address").write_text("dc:a6:32:00:00:01\n")
    (tmp_path / "sys/class/dmi/id").mkdir(parents=True)
    monkeypatch.setattr(mark, "SYSTEM", tmp_path)
    somebody = set(mark.machine("kit"))
    (tmp_path / "sys/class/dmi/id/product_uuid").write_text("a-b-c\n")
    root = set(mark.machine("kit"))
    assert (len(somebody), len(root), somebody < root) == (1, 2, True)
    assert "dc:a6" not in str(root)


def test_an_unreadable_mark_is_no_mark(used: Path, switch_on: SwitchOn) -> None:
    (used / mark.NAME).write_text("{")
    with switch_on() as kit:
        assert (said(kit), mark.read(used).seq) == ([], journal.head(kit.db.read()).seq)


def test_a_database_of_a_newer_release_is_refused_and_stays_where_it_is(used: Path, switch_on: SwitchOn) -> None:
    with switch_on() as kit:
        kit.db.write(
            lambda conn: conn.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('house', 'm999', '')"
            )
        )
    with pytest.raises(db.Unreadable, match="neueren Feldkit-Version"), switch_on():
        pass
    assert not list(used.glob("quarantine*"))


def test_a_database_of_another_program_is_refused_and_stays_where_it_is(used: Path, switch_on: SwitchOn) -> None:
    (used / "fieldkit.db").unlink()
    (used / "fieldkit.db-wal").unlink()
    with sqlite3.connect(used / "fieldkit.db") as conn:
        conn.execute("CREATE TABLE recipes (id)")
    conn.close()
    with pytest.raises(db.Unreadable, match="keine Feldkit-Datenbank"), switch_on():
        pass
    assert not list(used.glob("quarantine*"))
