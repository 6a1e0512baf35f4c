"""`fieldkit check --repair`: journal and tables agree again, what was done is said, and nothing is deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from fieldkit import journal
from fieldkit.cli import main
from fieldkit.house import House
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import store as reading
from fieldkit.ideas import store as ideas
from fieldkit.ops import check, repair
from fieldkit.sync import handover


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


def meddle(kit: House, *statements: str) -> None:
    """Change the database behind the journal's back."""
    for statement in statements:
        kit.db.write(lambda conn, statement: conn.execute(statement).rowcount, statement)


def mended(kit: House) -> dict[str, Any]:
    """Repair, and what came of it."""
    return check.command(kit, quiet, mend=True)


def test_a_sound_kit_is_left_alone(kit: House, idea: Callable[..., str]) -> None:
    idea()
    before = journal.head(kit.db.read())
    outcome = mended(kit)
    assert (outcome["ok"], outcome["repaired"], journal.head(kit.db.read())) == (True, [], before)


def test_a_changed_row_is_entered_as_it_stands(kit: House, idea: Callable[..., str]) -> None:
    idea("Mehr Bänke")
    before = journal.head(kit.db.read())
    meddle(kit, "UPDATE ideas SET title = 'Mehr Brunnen'")
    outcome = mended(kit)
    assert outcome["ok"], outcome
    assert "wie es in der Tabelle steht" in outcome["repaired"][0]
    assert (outcome["epoch"], outcome["seq"]) == (before.epoch, before.seq + 1)
    assert ideas.listing(kit.db.read(), ideas.Question(words="Brunnen"))[1] == 1


def test_lost_rows_come_back_with_all_that_hung_on_them(kit: House, idea: Callable[..., str], visitor: Any) -> None:
    idea("Mehr Bänke", body="Am Brunnen")
    rid = kit.db.read().execute("SELECT id FROM ideas").fetchone()["id"]
    kit.db.write(ideas.support, rid)
    visitor.fill(f"/ideas/{rid}/comments", body="Gute Idee")
    meddle(kit, "DELETE FROM ideas")
    assert kit.db.read().execute("SELECT count(*) FROM supports").fetchone()[0] == 0
    outcome = mended(kit)
    assert outcome["ok"], outcome
    assert len(outcome["repaired"]) == 2 + kit.db.read().execute("SELECT count(*) FROM comments").fetchone()[0]
    shown = ideas.one(kit.db.read(), rid)
    assert (shown["title"], shown["support"]) == ("Mehr Bänke", 1)


def test_what_nobody_can_prove_any_more_is_entered_as_erased(kit: House, idea: Callable[..., str]) -> None:
    idea("Mehr Bänke")
    meddle(kit, "UPDATE journal SET body = NULL, salt = NULL WHERE tbl = 'ideas'", "DELETE FROM ideas")
    outcome = mended(kit)
    assert outcome["ok"], outcome
    assert "als gelöscht eingetragen" in outcome["repaired"][0]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE journal SET at = '2001-01-01T00:00:00Z' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 2",
        "UPDATE journal SET body = replace(body, 'Bänke', 'Banken') WHERE tbl = 'ideas'",
    ],
)
def test_a_broken_chain_is_left_behind_and_the_hub_shows_everything_once(
    enrolled: House, hub: Central, idea: Callable[..., str], damage: str
) -> None:
    idea("Mehr Bänke")
    handover.run(enrolled, quiet)
    meddle(enrolled, damage)
    assert not check.report(enrolled.db.read())["ok"]
    outcome = mended(enrolled)
    assert outcome["ok"], outcome
    assert outcome["epoch"][:4] == "0002"
    assert "unterbrochen" in outcome["repaired"][0]
    handover.run(enrolled, quiet)
    with hub.db.read() as conn:
        assert [found["title"] for found in reading.listing(conn, reading.Question())[0]] == ["Mehr Bänke"]
    assert mended(enrolled)["repaired"] == []


def test_a_damaged_file_is_not_repaired_but_taken_from_a_copy_at_the_next_start() -> None:
    with pytest.raises(repair.NotPossible, match="neu starten"):
        repair.repair(Damaged(), ())


def test_the_command_repairs_and_ends_well(home: Any) -> None:
    told = CliRunner().invoke(main, ["check", "--repair"])
    assert (told.exit_code, "Alles in Ordnung" in told.output) == (0, True), told.output


class Damaged:
    """A connection to a file that has lost a page."""

    def execute(self, _: str) -> Any:
        """The answer of `PRAGMA quick_check`."""
        return self

    def fetchall(self) -> list[tuple[str]]:
        """What it complains about."""
        return [("Tree 5 page 7: btreeInitPage() returns error code 11",)]
