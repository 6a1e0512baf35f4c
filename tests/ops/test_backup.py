"""Backups: a copy counts only when it was opened and checked, and a restored kit begins a new epoch."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fieldkit import app, config, house, journal, rescue, snapshots
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
