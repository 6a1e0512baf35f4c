"""The second medium: what was acknowledged lies on it, before anybody heard «Danke»."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldkit import app, config, house, ids, journal
from fieldkit.house import House
from fieldkit.ideas import store as ideas
from fieldkit.ops import check
from fieldkit.storage import second_copy, snapshots, tail

CANARY = "Kanarienvogel"


def folder(stick: Path) -> Path:
    """Where this kit's copy lies on a stick."""
    return next((stick / second_copy.FOLDER).iterdir())


def on_stick(stick: Path) -> bytes:
    """Every byte on it."""
    return b"".join(path.read_bytes() for path in stick.rglob("*") if path.is_file())


def titles(kit: House) -> list[str]:
    """The titles of all ideas."""
    return sorted(row["title"] for row in kit.db.read().execute("SELECT title FROM ideas"))


@pytest.fixture
def two_copies(kit: House, stick: Path, stop: dict[str, Any]) -> House:
    """A kit with an open stop and a stick that holds its second copy."""
    kit.copies.second.make(stick)
    return kit


def test_an_idea_is_on_the_stick_before_anybody_hears_danke(two_copies: House, stick: Path, idea: Callable[..., str]) -> None:
    written = []
    last = two_copies.db.after_commit
    two_copies.db.after_commit = lambda *args: (last(*args), written.append(on_stick(stick)))
    idea("Ein Brunnen für alle")
    assert "Ein Brunnen für alle".encode() in written[0]
    assert two_copies.copies.second.standing() == second_copy.Standing(2, stick.name)


def test_what_was_there_before_the_stick_came_is_on_it_too(kit: House, stick: Path, idea: Callable[..., str]) -> None:
    idea("Von vorher")
    kit.copies.second.make(stick)
    idea("Von nachher")
    assert b"Von vorher" in on_stick(stick)
    assert b"Von nachher" in on_stick(stick)


def test_what_is_withdrawn_or_corrected_vanishes_from_the_stick(two_copies: House, stick: Path, idea: Callable[..., str]) -> None:
    idea(f"{CANARY} eins")
    idea(f"{CANARY} zwei")
    first, second = (row["id"] for row in two_copies.db.read().execute("SELECT id FROM ideas ORDER BY rowid"))
    assert CANARY.encode() in on_stick(stick)
    two_copies.db.write(ideas.withdraw, first)
    two_copies.db.write(ideas.correct, second, {"title": "Neu", "body": "", "category": "", "place": ""})
    two_copies.copies.tend()
    assert CANARY.encode() not in on_stick(stick)
    assert CANARY.lower().encode() not in on_stick(stick)
    assert two_copies.copies.second.standing().copies == 2


def test_a_stick_that_is_pulled_costs_no_contribution_and_is_found_again(
    two_copies: House, stick: Path, idea: Callable[..., str]
) -> None:
    with open("/dev/full", "wb") as full:
        os.dup2(full.fileno(), two_copies.copies.second._tail._file.fileno())
    shutil.move(folder(stick), stick / "elsewhere")
    idea("Ohne Stick")
    standing = two_copies.copies.second.standing()
    assert (standing.copies, bool(standing.trouble)) == (1, True)
    two_copies.copies.tend()
    assert two_copies.copies.second.standing().copies == 1
    shutil.move(stick / "elsewhere", stick / second_copy.FOLDER / two_copies.kit.id)
    two_copies.copies.tend()
    assert two_copies.copies.second.standing().copies == 2
    assert b"Ohne Stick" in on_stick(stick)


def test_where_a_stick_was_unmounted_no_copy_is_made_on_the_kits_own_disk(
    two_copies: House, stick: Path, idea: Callable[..., str]
) -> None:
    idea()
    shutil.rmtree(stick)
    two_copies.db.write(ideas.withdraw, two_copies.db.read().execute("SELECT id FROM ideas").fetchone()["id"])
    two_copies.copies.tend()
    standing = two_copies.copies.second.standing()
    assert (standing.copies, "steckt nicht mehr" in standing.trouble) == (1, True)
    two_copies.copies.tend()
    assert not stick.exists()


def test_a_long_tail_is_folded_into_a_new_snapshot(
    two_copies: House, stick: Path, idea: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_copy, "MOST_ENTRIES", 2)
    for number in range(3):
        idea(f"Idee {number}")
    before = {path.name for path in folder(stick).iterdir()}
    two_copies.copies.tend()
    after = {path.name for path in folder(stick).iterdir()}
    assert (len(after), after & before) == (2, set())
    assert next(folder(stick).glob("*.tail")).stat().st_size == 0


def test_a_change_no_entry_tells_of_is_in_a_snapshot_soon(
    two_copies: House, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = next(folder(stick).glob("*.db")).read_bytes()
    two_copies.db.write(journal.log, "Jonas", "hide", "ideas", "x", "Grund")
    two_copies.copies.tend()
    assert next(folder(stick).glob("*.db")).read_bytes() == before
    monkeypatch.setattr(second_copy, "SOON", 0)
    monkeypatch.setattr(second_copy, "REST", 0)
    two_copies.copies.tend()
    assert b"Grund" in next(folder(stick).glob("*.db")).read_bytes()


def test_a_folder_on_the_kits_own_disk_is_no_second_medium(kit: House, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(second_copy.NotPossible, match="demselben Datenträger"):
        kit.copies.second.make(tmp_path / "folder")
    with pytest.raises(second_copy.NotPossible, match="keine zweite Kopie"):
        kit.copies.second.make(tmp_path / "missing")


@pytest.mark.parametrize("base", ["the stick", "the folder on it", "the kit's own folder"])
def test_a_lost_disk_comes_back_from_the_stick_with_every_idea(
    two_copies: House, stick: Path, idea: Callable[..., str], tmp_path: Path, base: str
) -> None:
    for number in range(5):
        idea(f"Idee {number}")
    gone = two_copies.db.read().execute("SELECT id FROM ideas WHERE title = 'Idee 2'").fetchone()["id"]
    two_copies.db.write(ideas.withdraw, gone)
    head, ours = journal.head(two_copies.db.read()), titles(two_copies)
    source = {"the stick": stick, "the folder on it": stick / second_copy.FOLDER, "the kit's own folder": folder(stick)}[base]
    spare = tmp_path / "spare"
    spare.mkdir()
    with house.opened(config.Config(home=spare), app.ALL, "tests", source) as restored:
        conn = restored.db.read()
        assert titles(restored) == ours
        assert check.report(conn)["ok"], check.report(conn)
        assert restored.kit.id == two_copies.kit.id
        assert journal.head(conn).epoch[:4] == "0002"
        assert (
            conn.execute("SELECT digest FROM journal WHERE epoch = ? AND seq = ?", [head.epoch, head.seq]).fetchone()[0]
            == head.digest
        )
        found, total = ideas.listing(conn, ideas.Question(words="idee"))
        assert total == 4  # found by their words, too: the index was made anew


def test_a_torn_end_is_left_out_wherever_it_is_torn(tmp_path: Path) -> None:
    entries = [{"epoch": "0001-a", "seq": number, "body": "Bänke " * number} for number in range(1, 4)]
    end = tail.Tail(tmp_path / "a.tail")
    for entry in entries:
        end.append([entry])
    end.close()
    whole = (tmp_path / "a.tail").read_bytes()
    assert tail.read(tmp_path / "a.tail") == entries
    ends = [0, *(position + 1 for position, byte in enumerate(whole) if byte == 10)]
    for length in range(len(whole)):
        (tmp_path / "b.tail").write_bytes(whole[:length])
        assert len(tail.read(tmp_path / "b.tail")) == sum(position <= length for position in ends) - 1
        flipped = bytearray(whole)
        flipped[length] ^= 0x20
        (tmp_path / "b.tail").write_bytes(flipped)
        assert len(tail.read(tmp_path / "b.tail")) <= sum(position <= length for position in ends)
    assert tail.read(tmp_path / "none.tail") == []


def test_a_copy_goes_to_the_newest_by_its_entries_not_by_its_date(tmp_path: Path) -> None:
    names = [
        "fieldkit-20991231-235959-0001-a-7.db",
        "fieldkit-19700101-000000-0001-a-12.db",
        "fieldkit-19700101-000000-0002-b-1.db",
    ]
    for name in names:
        (tmp_path / name).touch()
    assert [path.name for path in snapshots.newest_first(tmp_path)] == names[::-1]


def test_a_photo_is_on_the_stick_with_its_idea_and_comes_back_with_it(
    two_copies: House, stick: Path, stop: dict[str, Any], tmp_path: Path
) -> None:
    photo = b"JPEG of a card"
    card = {"title": "Von der Karte", "body": "", "category": "", "sheet": "7", "strokes": 0, "photo": photo}
    for number in range(2):
        two_copies.db.write(ideas.enter_paper, card | {"id": ids.new_id(), "photo": photo * (number + 1)}, "Jonas")
    kept = (folder(stick) / "blobs").glob("*/*")
    assert sorted(path.read_bytes() for path in kept) == [photo, photo * 2]
    gone = two_copies.db.read().execute("SELECT id, photo_sha256 AS name FROM ideas ORDER BY rowid").fetchone()
    two_copies.db.write(ideas.withdraw, gone["id"])
    two_copies.copies.tend()
    assert [path.read_bytes() for path in (folder(stick) / "blobs").glob("*/*")] == [photo * 2]
    spare = tmp_path / "spare"
    spare.mkdir()
    with house.opened(config.Config(home=spare), app.ALL, "tests", stick) as restored:
        assert check.report(restored.db.read())["ok"]
        assert [path.read_bytes() for path in (spare / "blobs").glob("*/*")] == [photo * 2]
