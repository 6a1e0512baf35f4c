"""Backups: a copy counts only when it was opened and checked, and a restored kit begins a new epoch."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fieldkit import app, config, house, journal
from fieldkit.house import House
from fieldkit.ideas import store
from fieldkit.ops import backup, check


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
    backup.restore(spare, tmp_path / "stick")
    with house.opened(config.Config(home=spare), app.ALL, "tests") as restored:
        restored.db.write(journal.new_epoch)
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
    assert backup.restore(home, tmp_path) == good


@pytest.mark.parametrize("source", ["missing.db", "empty-folder", "notes.txt"])
def test_what_is_no_backup_is_refused_in_a_sentence(home: Path, tmp_path: Path, source: str) -> None:
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "notes.txt").write_text("Einkaufszettel")
    live = (home / "fieldkit.db").read_bytes()
    with pytest.raises(backup.Failed, match="keine brauchbare Sicherung"):
        backup.restore(home, tmp_path / source)
    assert (home / "fieldkit.db").read_bytes() == live


def test_a_stick_that_cannot_be_written_is_said_so_and_nothing_is_left(kit: House, tmp_path: Path) -> None:
    (tmp_path / "stick").write_text("a file where the folder should be")
    with pytest.raises(backup.Failed, match="keine Kopie"):
        backup.command(kit, quiet, str(tmp_path / "stick"))
