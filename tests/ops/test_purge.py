"""After a receipt: contacts leave the kit at once, contributions after thirty days by the hub's clock, and the hub keeps them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pyrage.x25519 import Identity

from fieldkit import clock, journal, purged
from fieldkit.cli import main
from fieldkit.house import House
from fieldkit.hub import outbox, tables
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import store as reading
from fieldkit.ideas import store as ideas
from fieldkit.ops import check, purge
from fieldkit.sync import handover, store

CANARY = "Kanarienvogel"
HUB_NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


def everything(*places: Path) -> bytes:
    """Every byte under these folders."""
    return b"".join(path.read_bytes() for place in places for path in sorted(place.rglob("*")) if path.is_file())


class Days:
    """Two clocks: the hub's goes from day to day, the kit's says what a test wants."""

    def __init__(self, line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The hub answers by its own clock."""
        self.hub, self.kit = HUB_NOW, HUB_NOW
        self._at_hub = False
        inner = line.app

        def answer(environ: dict[str, Any], start: Any) -> Any:
            with self._hubs_turn():
                return inner(environ, start)

        line.app = answer
        monkeypatch.setattr(clock, "now", lambda: self.hub if self._at_hub else self.kit)

    @contextmanager
    def _hubs_turn(self) -> Iterator[None]:
        self._at_hub = True
        try:
            yield
        finally:
            self._at_hub = False


@pytest.fixture
def days(line: Any, enrolled: House, monkeypatch: pytest.MonkeyPatch) -> Days:
    """Time, to play with."""
    return Days(line, monkeypatch)


def sync(kit: House) -> None:
    """Hand over; the purge follows by itself."""
    handover.run(kit, quiet, wait=lambda _: pytest.fail("the hub did not answer"))


def count(kit: House, table: str) -> int:
    """How many rows a table has."""
    return kit.db.read().execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def at_hub(hub: Central, table: str = "ideas") -> list[dict[str, Any]]:
    """The bodies that the hub has."""
    with hub.db.read() as conn:
        rows = conn.execute(tables.records.select().where(tables.records.c.tbl == table))
        return [json.loads(row.body) for row in rows if row.body]


@pytest.fixture
def with_contact(enrolled: House, visitor: Any, idea: Callable[..., str]) -> str:
    """An idea with a contact, on a kit whose hub has keys; its code."""
    recipients = [str(Identity.generate().to_public()) for _ in range(2)]
    enrolled.db.write(lambda conn: conn.execute("UPDATE hub SET recipients = ?", [json.dumps(recipients)]).rowcount)
    visitor.move("https", "10.42.0.17")
    code = idea("Mehr Bänke", body=CANARY, contact="030 1234567", contact_consent="1")
    assert count(enrolled, "contacts") == 1
    return code


def test_a_contact_leaves_with_the_receipt_and_the_hub_keeps_it(
    days: Days, enrolled: House, hub: Central, with_contact: str
) -> None:
    sealed = enrolled.db.read().execute("SELECT sealed FROM contacts").fetchone()["sealed"].encode()
    assert sealed in everything(enrolled.config.home)
    sync(enrolled)
    assert sealed not in everything(enrolled.config.home)
    assert (count(enrolled, "contacts"), count(enrolled, "ideas")) == (0, 1)
    assert at_hub(hub, "contacts")[0]["sealed"].encode() == sealed
    assert check.report(enrolled.db.read())["ok"]
    sync(enrolled)
    assert len(at_hub(hub, "contacts")) == 1


def test_a_contribution_leaves_thirty_days_after_its_receipt(
    days: Days, enrolled: House, hub: Central, with_contact: str
) -> None:
    sync(enrolled)
    days.hub += timedelta(days=29, hours=23)
    sync(enrolled)
    assert count(enrolled, "ideas") == 1
    days.hub += timedelta(hours=1)
    sync(enrolled)
    assert (count(enrolled, "ideas"), count(enrolled, "ideas_search")) == (0, 0)
    assert [body["body"] for body in at_hub(hub)] == [CANARY]
    assert check.report(enrolled.db.read())["ok"]
    assert count(enrolled, "stops") == 1


@pytest.mark.parametrize(
    "kit_clock",
    [datetime(1970, 1, 1, tzinfo=UTC), HUB_NOW - timedelta(hours=1), HUB_NOW + timedelta(days=40), HUB_NOW.replace(year=2036)],
    ids=["1970", "an hour slow", "forty days fast", "ten years fast"],
)
def test_a_wrong_clock_purges_nothing_too_early_and_nothing_too_late(
    days: Days, enrolled: House, with_contact: str, kit_clock: datetime
) -> None:
    sync(enrolled)
    days.kit = kit_clock
    purge.run(enrolled)
    sync(enrolled)
    assert count(enrolled, "ideas") == 1
    days.hub += timedelta(days=30)
    sync(enrolled)
    assert count(enrolled, "ideas") == 0


def test_a_hub_that_thought_it_was_1970_makes_nothing_old(days: Days, enrolled: House, with_contact: str) -> None:
    days.hub = datetime(1970, 1, 1, tzinfo=UTC)
    sync(enrolled)
    days.hub = HUB_NOW
    sync(enrolled)
    assert count(enrolled, "ideas") == 1


def test_what_is_not_confirmed_stays_however_old(days: Days, enrolled: House, idea: Callable[..., str], line: Any) -> None:
    idea("Übergeben")
    sync(enrolled)
    days.hub += timedelta(days=31)
    days.kit = days.hub
    idea("Noch nicht übergeben")
    line.cut()
    assert purge.run(enrolled) == {}
    assert count(enrolled, "ideas") == 2  # and without a newer receipt nobody knows that a month has passed


def test_an_idea_people_still_talk_about_stays_with_all_that_hangs_on_it(
    days: Days, enrolled: House, idea: Callable[..., str], visitor: Any
) -> None:
    idea("Alt und still")
    idea("Alt, aber im Gespräch")
    still, talked = (row["id"] for row in enrolled.db.read().execute("SELECT id FROM ideas ORDER BY rowid"))
    for rid in (still, talked):
        enrolled.db.write(ideas.support, rid)
    sync(enrolled)
    days.hub += timedelta(days=20)
    enrolled.db.write(ideas.support, talked)
    sync(enrolled)
    days.hub += timedelta(days=11)
    sync(enrolled)
    assert [row["id"] for row in enrolled.db.read().execute("SELECT id FROM ideas")] == [talked]
    assert ideas.one(enrolled.db.read(), talked)["support"] == 2
    assert check.report(enrolled.db.read())["ok"]


def test_what_was_merged_goes_with_what_it_was_merged_into(
    days: Days, enrolled: House, hub: Central, idea: Callable[..., str]
) -> None:
    idea("Bank")
    idea("Bänke")
    main, twin = (row["id"] for row in enrolled.db.read().execute("SELECT id FROM ideas ORDER BY rowid"))
    sync(enrolled)
    days.hub += timedelta(days=20)
    enrolled.db.write(journal.save, "ideas", {"id": twin, "merged_into": main})
    sync(enrolled)
    days.hub += timedelta(days=11)
    sync(enrolled)
    assert count(enrolled, "ideas") == 2
    days.hub += timedelta(days=20)
    sync(enrolled)
    assert count(enrolled, "ideas") == 0
    assert {body["merged_into"] for body in at_hub(hub)} == {None, main}


def test_no_byte_of_what_was_purged_stays_anywhere(
    days: Days, enrolled: House, with_contact: str, stick: Path, idea: Callable[..., str]
) -> None:
    enrolled.copies.second.make(stick)
    enrolled.copies.back_up()
    idea("Noch eine", body=f"{CANARY} zwei")
    home = enrolled.config.home
    assert all(CANARY.encode() in everything(place) for place in (home, home / "backups", stick))
    sync(enrolled)
    days.hub += timedelta(days=30)
    sync(enrolled)
    enrolled.copies.tend()
    content = everything(home, stick)
    assert CANARY.encode() not in content
    assert CANARY.lower().encode() not in content
    assert enrolled.copies.second.standing().copies == 2
    assert len(list((home / "backups").glob("*.db"))) == 1


def test_its_owner_is_told_where_to_read_it(days: Days, enrolled: House, with_contact: str, visitor: Any) -> None:
    sync(enrolled)
    days.hub += timedelta(days=30)
    sync(enrolled)
    answer = visitor.post("/receipts", data={"code": with_contact})
    assert answer.status_code == 200
    assert "in der Zentrale angekommen" in answer.text
    enrolled.db.write(lambda conn: conn.execute("UPDATE hub SET url = 'https://hub.example'").rowcount)
    assert f"https://hub.example/r/{with_contact}" in visitor.post("/receipts", data={"code": with_contact}).text


def test_an_answer_that_comes_later_is_passed_over_and_a_withdrawal_is_known(
    days: Days, enrolled: House, hub: Central, with_contact: str, visitor: Any
) -> None:
    rid = enrolled.db.read().execute("SELECT id FROM ideas").fetchone()["id"]
    sync(enrolled)
    days.hub += timedelta(days=30)
    sync(enrolled)
    words = {"status": "doing", "body": "Gern.", "office": "Amt"}
    hub.db.write(outbox.answer, hub.signing_key, enrolled.kit.id, rid, words, "Frau Krüger")
    sync(enrolled)
    assert count(enrolled, "answers") == 0
    hub.db.write(outbox.say, hub.signing_key, enrolled.kit.id, outbox.ERASE, "ideas", rid, {})
    sync(enrolled)
    assert visitor.post("/receipts", data={"code": with_contact}).status_code == 404
    assert check.report(enrolled.db.read())["ok"]


def test_a_new_epoch_neither_brings_purged_rows_back_nor_erases_them_at_the_hub(
    days: Days, enrolled: House, hub: Central, with_contact: str
) -> None:
    sync(enrolled)
    days.hub += timedelta(days=30)
    sync(enrolled)
    enrolled.db.write(journal.new_epoch)
    sync(enrolled)
    with hub.db.read() as conn:
        assert [found["title"] for found in reading.listing(conn, reading.Question())[0]] == ["Mehr Bänke"]
    assert len(at_hub(hub, "contacts")) == 1
    assert (count(enrolled, "ideas"), check.report(enrolled.db.read())["ok"]) == (0, True)


def test_a_hub_that_was_set_back_confirms_less_and_nothing_goes_on_its_old_word(
    days: Days, enrolled: House, with_contact: str
) -> None:
    sync(enrolled)
    epoch = journal.head(enrolled.db.read()).epoch
    digest = enrolled.db.read().execute("SELECT digest FROM journal WHERE seq = 1").fetchone()[0]
    receipt = {"epoch": epoch, "seq": 1, "digest": digest, "hub_time": "2027-03-01T12:00:00Z"}
    enrolled.db.write(store.confirm, receipt)
    purge.run(enrolled)
    assert count(enrolled, "ideas") == 1


def test_the_report_says_what_went_when_and_up_to_which_entry(days: Days, enrolled: House, with_contact: str) -> None:
    sync(enrolled)
    seq = journal.head(enrolled.db.read()).seq
    days.hub += timedelta(days=30)
    sync(enrolled)
    first, second = purge.report(enrolled.db.read())[::-1]
    assert (first["counts"], first["seq"], first["at"]) == ({"contacts": 1}, seq, "2026-11-22T13:00:00Z")
    assert (second["counts"], second["at"]) == ({"ideas": 1}, "2026-12-22T13:00:00Z")


def test_the_command_reports_in_words_and_in_json(home: Path, switch_on: Any) -> None:
    assert "Noch nichts gelöscht" in CliRunner().invoke(main, ["purge"]).output
    done = "INSERT INTO purges VALUES (1, '2026-11-22T13:00:00Z', '0001-a', 7, '{\"contacts\": 2}')"
    with switch_on() as kit:
        kit.db.write(lambda conn: conn.execute(done).rowcount)
    assert "2026-11-22T13:00:00Z: Kontakte: 2, übergeben bis Eintrag 7" in CliRunner().invoke(main, ["purge"]).output
    assert json.loads(CliRunner().invoke(main, ["purge", "--json"]).output)["purges"][0]["counts"] == {"contacts": 2}


def test_nothing_is_purged_without_a_hub(kit: House, idea: Callable[..., str]) -> None:
    idea()
    assert purge.run(kit) == {}
    assert not purged.by_receipt(kit.db.read(), "nothing")
