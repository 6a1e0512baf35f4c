"""Backups: a copy counts only when it was opened and checked, and a restored kit begins a new epoch."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldkit import app, config, house, journal
from fieldkit.house import House
from fieldkit.ideas import store
from fieldkit.ops import backup, check
from fieldkit.storage import copies, media, rescue, snapshots


def quiet(done: int, total: int, text: str) -> None:
    """Nobody watches the progress."""


def test_a_backup_holds_everything_and_is_without_fault(kit: House, idea: Callable[..., str], tmp_path: Path) -> None:
    idea("Ein Brunnen für alle")
    made = backup.command(kit, quiet, str(tmp_path / "stick"))
    assert Path(made["file"]).parent == tmp_path / "stick"
    assert made["entries"] == journal.head(kit.db.read()).seq
    assert not list((tmp_path / "stick").glob(".*"))


def test_a_lost_kit_comes_back_with_every_idea_and_a_new_epoch(kit: House, idea: Callable[..., str], tmp_path: Path) -> None:
    idea("Ein Brunnen für alle")
    before = journal.head(kit.db.read())
    backup.command(kit, quiet, str(tmp_path / "stick"))
    spare = tmp_path / "spare"
    spare.mkdir()
    (spare / "fieldkit.db").write_bytes(b"the card died")
    with house.opened(config.Config(home=spare), app.ALL, "tests", tmp_path / "stick") as restored:
        assert store.listing(restored.db.read(), store.Question())[0][0]["title"] == "Ein Brunnen für alle"
        assert check.report(restored.db.read())["ok"]
        assert journal.head(restored.db.read()).epoch != before.epoch
    assert next(spare.glob("before-restore-*/fieldkit.db")).read_bytes() == b"the card died"


def test_a_damaged_backup_is_passed_over_for_the_newest_good_one(kit: House, stop: dict, tmp_path: Path, home: Path) -> None:
    good = Path(backup.command(kit, quiet, str(tmp_path))["file"])
    bad = good.with_name("fieldkit-99999999-000000-0001-x-9.db")
    content = bytearray(good.read_bytes())
    content[5000:9000] = bytes(4000)
    bad.write_bytes(content)
    assert rescue.bring_back(config.Config(home=home), tmp_path).copy == good


def test_a_copy_finds_ideas_by_their_words_although_some_were_withdrawn_before(
    kit: House, idea: Callable[..., str], tmp_path: Path
) -> None:
    for title in ("Erste Bank", "Zweite Bank", "Dritter Brunnen"):
        idea(title)
    kit.db.write(store.withdraw, kit.db.read().execute("SELECT id FROM ideas WHERE title = 'Erste Bank'").fetchone()["id"])
    made = backup.command(kit, quiet, str(tmp_path / "stick"))
    with snapshots.reading(Path(made["file"])) as copy:
        assert [found["title"] for found in store.listing(copy, store.Question(words="Brunnen"))[0]] == ["Dritter Brunnen"]


@pytest.mark.parametrize("source", ["missing.db", "empty-folder", "notes.txt"])
def test_what_is_no_backup_is_refused_in_a_sentence(home: Path, tmp_path: Path, source: str) -> None:
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "notes.txt").write_text("Einkaufszettel")
    live = (home / "fieldkit.db").read_bytes()
    with pytest.raises(snapshots.Failed, match="keine brauchbare Sicherung"):
        rescue.bring_back(config.Config(home=home), tmp_path / source)
    assert (home / "fieldkit.db").read_bytes() == live


def test_a_stick_that_cannot_be_written_is_said_so_and_nothing_is_left(kit: House, tmp_path: Path) -> None:
    (tmp_path / "stick").write_text("a file where the folder should be")
    with pytest.raises(snapshots.Failed, match="keine Kopie"):
        backup.command(kit, quiet, str(tmp_path / "stick"))


def everything(home: Path) -> bytes:
    """Every byte of a home."""
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def test_own_backups_are_made_while_there_is_something_new_and_the_newest_three_stay(
    kit: House, idea: Callable[..., str], home: Path
) -> None:
    for number in range(5):
        idea(f"Idee {number}")
        for _ in range(2):
            kit.copies.back_up()
    heads = [path.stem.rsplit("-", 1)[1] for path in snapshots.newest_first(home / "backups")]
    assert heads == ["7", "6", "5"]


def test_what_is_withdrawn_vanishes_from_own_backups_even_if_the_power_fails_meanwhile(
    kit: House, idea: Callable[..., str], home: Path, tmp_path: Path
) -> None:
    for title in ("Bleibt", "Kanarienvogel"):
        idea(title)
        kit.copies.back_up()
    rid = kit.db.read().execute("SELECT id FROM ideas WHERE title = 'Kanarienvogel'").fetchone()["id"]
    kit.db.write(store.withdraw, rid)
    after_a_cut = shutil.copytree(home, tmp_path / "cut", ignore=lambda *_: ["fieldkit.lock"])
    kit.copies.tend()
    with house.opened(config.Config(home=after_a_cut), app.ALL, "tests") as restarted:
        restarted.copies.tend()
    for place in (home, after_a_cut):
        assert b"Bleibt" in everything(place)
        assert b"Kanarienvogel" not in everything(place)
        assert len(snapshots.newest_first(place / "backups")) == 1


def test_without_room_for_a_new_backup_old_ones_do_not_keep_what_was_withdrawn(
    kit: House, idea: Callable[..., str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea("Kanarienvogel")
    kit.copies.back_up()
    monkeypatch.setattr(copies, "ROOM", 10**9)
    kit.db.write(store.withdraw, kit.db.read().execute("SELECT id FROM ideas").fetchone()["id"])
    kit.copies.tend()
    assert b"Kanarienvogel" not in everything(home)
    assert "zu wenig Platz" in kit.copies.backups().trouble


def test_backups_of_a_kit_whose_copy_fails_are_the_last_to_go(
    kit: House, idea: Callable[..., str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea()
    kit.copies.back_up()

    def damaged(*_: Path) -> snapshots.Snapshot:
        raise snapshots.Failed("beschädigt")

    monkeypatch.setattr(snapshots, "write", damaged)
    kit.db.write(store.withdraw, kit.db.read().execute("SELECT id FROM ideas").fetchone()["id"])
    kit.copies.tend()
    assert len(snapshots.newest_first(home / "backups")) == 1
    assert kit.copies.due()


def test_every_night_each_stick_gets_a_verified_copy_in_the_place_of_the_one_before(
    kit: House, idea: Callable[..., str], stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup.media, "mounted", lambda further: [media.Medium(stick, "KIT-7", 10**9, True)])
    idea("Ein Brunnen für alle")
    backup.everywhere(kit, quiet)
    idea("Eine Bank im Schatten")
    (made,) = backup.everywhere(kit, quiet)
    assert made["entries"] == journal.head(kit.db.read()).seq
    assert [file for file in stick.rglob("*") if file.is_file()] == [Path(made["file"])]
    assert rescue.bring_back(config.Config(home=kit.config.home), Path(made["file"]).parent).copy == Path(made["file"])


def test_a_medium_that_lies_on_the_kits_own_disk_is_no_place_for_a_backup(
    kit: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup.media, "mounted", lambda further: [media.Medium(tmp_path, "card", 10**9, True)])
    assert backup.everywhere(kit, quiet) == []
