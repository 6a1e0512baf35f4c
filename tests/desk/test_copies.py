"""What the desk says about copies, and what a facilitator can do about them."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldkit import notices
from fieldkit.house import House
from fieldkit.hub import tables
from fieldkit.hub.central import Central
from fieldkit.sync import handover
from tests.conftest import Browser


@pytest.fixture
def stick(kit: House) -> Iterator[Path]:
    """A stick, plugged in, as the page finds it."""
    path = Path(tempfile.mkdtemp(prefix="stick-", dir="/dev/shm"))
    object.__setattr__(kit.config, "media", (str(path),))
    kit.copies.second._further = kit.config.media
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_a_stick_becomes_the_second_copy_at_the_press_of_a_button(
    facilitator: Browser, kit: House, stick: Path, idea: Callable[..., str]
) -> None:
    idea("Auf zwei Medien")
    assert "1 Kopie" in facilitator.get("/desk").text
    page = facilitator.get("/desk/copies").text
    assert "nur auf diesem Kit" in page
    assert stick.name in page
    answer = facilitator.post("/desk/copies", data={"medium": str(stick)}, follow_redirects=True)
    assert "zweite Kopie" in answer.text
    assert f"2 Kopien, Stick „{stick.name}“" in facilitator.get("/desk").text
    assert any(b"Auf zwei Medien" in path.read_bytes() for path in stick.rglob("*.db"))


def test_a_stick_that_fails_is_red(facilitator: Browser, kit: House, stick: Path, idea: Callable[..., str]) -> None:
    facilitator.post("/desk/copies", data={"medium": str(stick)})
    kit.copies.second._tail._file.close()
    idea()
    assert 'light bad"><a href="/desk/copies">Kopien' in facilitator.get("/desk").text
    assert "antwortet nicht" in facilitator.get("/desk/copies").text


@pytest.mark.parametrize("place", ["/", "/etc", "", "/dev/shm/gone"])
def test_nothing_else_can_be_named(facilitator: Browser, kit: House, stick: Path, place: str) -> None:
    answer = facilitator.post("/desk/copies", data={"medium": place})
    assert (answer.status_code, "steckt nicht mehr" in answer.text) == (422, True)


def test_without_a_stick_the_page_says_what_to_do(facilitator: Browser) -> None:
    assert "Gerade steckt kein Stick" in facilitator.get("/desk/copies").text


def test_an_own_backup_is_no_second_copy(facilitator: Browser, kit: House, idea: Callable[..., str]) -> None:
    idea()
    kit.copies.back_up()
    html = facilitator.get("/desk").text
    assert "1 Kopie, Sicherung vom" in html
    assert 'light warn"><a href="/desk/copies">Kopien' in html


def test_a_notice_stands_until_somebody_settles_it(facilitator: Browser, kit: House) -> None:
    facts = {"aside": "quarantine-1", "copy": "fieldkit-x.db", "taken": 2, "missing": 1}
    kit.db.write(lambda conn: notices.say(conn, "damaged", **facts))
    html = facilitator.get("/desk").text
    for words in ("Die Datenbank war beschädigt", "quarantine-1", "2 Einträge kamen", "Mindestens 1 Eintrag fehlt"):
        assert words in html
    assert facilitator.post("/desk/notices/1").status_code == 303
    assert "Die Datenbank war beschädigt" not in facilitator.get("/desk").text
    assert kit.db.read().execute("SELECT settled_by FROM notices").fetchone()[0] == "Jonas"


@pytest.mark.parametrize("kind", notices.TITLES)
def test_every_kind_of_notice_has_its_words(kit: House, kind: str) -> None:
    kit.db.write(notices.say, kind)
    said = notices.standing(kit.db.read())[0]
    assert said["title"]
    assert all(sentence.endswith(".") for sentence in said["sentences"])


def test_what_was_set_aside_is_deleted_only_by_its_name(facilitator: Browser, kit: House) -> None:
    aside = kit.config.home / "quarantine-20261122-140000"
    aside.mkdir()
    (aside / "fieldkit.db").write_bytes(b"old")
    assert aside.name in facilitator.get("/desk/copies").text
    for name in ("backups", "..", "quarantine-1", ""):
        assert facilitator.post("/desk/copies/aside", data={"folder": name}).status_code == 404
    assert aside.exists()
    assert facilitator.post("/desk/copies/aside", data={"folder": aside.name}).status_code == 303
    assert not aside.exists()


def test_the_page_reports_what_was_purged(facilitator: Browser, kit: House) -> None:
    row = ["2026-12-22T13:00:00Z", "0001-a", 12, json.dumps({"contacts": 2, "ideas": 1})]
    kit.db.write(lambda conn: conn.execute("INSERT INTO purges (at, epoch, seq, counts) VALUES (?, ?, ?, ?)", row).rowcount)
    html = facilitator.get("/desk/copies").text
    assert "Kontakte: 2, Ideen: 1" in html
    assert "22.12.26" in html


@pytest.mark.parametrize("path", ["/desk/copies", "/desk/copies/aside", "/desk/notices/1"])
def test_visitors_have_no_business_here(visitor: Any, path: str) -> None:
    assert visitor.post(path).status_code == 403


def test_the_hub_hears_how_many_copies_there_are(enrolled: House, hub: Central, stick: Path) -> None:
    def heard() -> int:
        handover.run(enrolled, lambda *_: None)
        with hub.db.read() as conn:
            return conn.execute(tables.kits.select()).one().copies

    assert heard() == 1
    enrolled.copies.second.make(stick)
    assert heard() == 2
