"""Photos go along on the stick, sealed like the entries; a row is complete when the hub says that they have come."""

import hashlib
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fieldkit import blobs, ids, piece
from fieldkit.house import House
from fieldkit.hub import tables
from fieldkit.hub.central import Central
from fieldkit.ideas import store as ideas
from fieldkit.sync import bundle, store
from tests.sticks import OPERATIONS, read_at

PHOTO = random.Random(7).randbytes(2 * piece.LENGTH + 5)

Card = Callable[..., str]


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


@pytest.fixture
def hub_database() -> str:
    """SQLite, as without being told."""
    return ""


@pytest.fixture
def card(away: House, stop: dict[str, Any]) -> Card:
    """Types in a paper card with a photo; its id."""

    def enter(content: bytes = PHOTO) -> str:
        return away.db.write(ideas.enter_paper, {"id": ids.new_id(), "title": "Bank", "strokes": 0, "photo": content}, "Jonas")

    return enter


def write(kit: House, usb: Path) -> dict[str, Any]:
    """Press the button."""
    return bundle.write(kit, quiet, str(usb))


def photos_on(usb: Path) -> list[Path]:
    """The files with pieces of photos."""
    return sorted(usb.glob("FELDKIT/*/photo-*.age"))


def missing_at(hub: Central, rid: str) -> int:
    """How many blobs the hub misses of a record."""
    with hub.db.read() as conn:
        return conn.scalar(select(tables.records.c.missing).where(tables.records.c.rid == rid))


def test_a_photo_goes_to_the_hub_and_its_arrival_comes_back(away: House, hub: Central, usb: Path, card: Card) -> None:
    rid = card()
    outcome = write(away, usb)
    assert (outcome["photos"], len(photos_on(usb)), store.complete(away.db.read())) == (1, 3, False)
    taken, (back,) = read_at(hub, usb)
    assert [one.refused for one in taken] == [""] * 4
    assert (missing_at(hub, rid), back.missing) == (0, 0)
    outcome = write(away, usb)
    assert (outcome["photos"], outcome["entries"], photos_on(usb), store.complete(away.db.read())) == (0, 0, [], True)


def test_nobody_but_the_hub_sees_it_and_debians_age_opens_it(away: House, usb: Path, card: Card, tmp_path: Path) -> None:
    card()
    write(away, usb)
    (tmp_path / "key.txt").write_text(str(OPERATIONS))
    script = 'for file; do age --decrypt --identity "$KEY" "$file" | tail -n +2; done'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *map(str, photos_on(usb))], env={"KEY": str(tmp_path / "key.txt"), "PATH": "/usr/bin:/bin"},
        capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout == PHOTO
    assert all(PHOTO[:40] not in path.read_bytes() for path in usb.rglob("*") if path.is_file())


def test_what_lies_there_is_not_written_again_and_what_was_spoilt_is(away: House, usb: Path, card: Card) -> None:
    card()
    write(away, usb)
    before = {path: path.read_bytes() for path in photos_on(usb)}
    write(away, usb)
    assert {path: path.read_bytes() for path in photos_on(usb)} == before
    spoilt = photos_on(usb)[1]
    spoilt.write_bytes(before[spoilt][:-1])
    write(away, usb)
    assert [path for path in photos_on(usb) if path.read_bytes() != before[path]] == [spoilt]


def test_only_what_is_still_missing_goes_a_second_time(away: House, hub: Central, usb: Path, card: Card) -> None:
    card()
    lost = card(b"another card")
    write(away, usb)
    (file,) = usb.glob(f"FELDKIT/*/photo-{hashlib.sha256(b'another card').hexdigest()}-*.age")
    file.unlink()
    _, (back,) = read_at(hub, usb)
    assert back.missing == 1
    outcome = write(away, usb)
    assert (outcome["entries"], outcome["photos"], [path.name for path in photos_on(usb)]) == (0, 1, [file.name])
    read_at(hub, usb)
    write(away, usb)
    assert (missing_at(hub, lost), store.complete(away.db.read()), photos_on(usb)) == (0, True, [])


def test_new_cards_go_without_the_photos_that_have_arrived(away: House, hub: Central, usb: Path, card: Card) -> None:
    card()
    write(away, usb)
    read_at(hub, usb)
    card(b"another card")
    assert write(away, usb)["photos"] == 1
    assert len(photos_on(usb)) == 1


def test_a_card_that_was_withdrawn_takes_its_photo_off_the_stick(away: House, usb: Path, card: Card) -> None:
    rid = card()
    write(away, usb)
    away.db.write(ideas.withdraw, rid)
    assert write(away, usb)["photos"] == 0
    assert photos_on(usb) == []


def test_a_damaged_photo_stays_behind_with_a_note_and_all_else_goes(away: House, hub: Central, usb: Path, card: Card) -> None:
    rid = card()
    card(b"another card")
    path = blobs.file(away.config.home / "blobs", hashlib.sha256(PHOTO).hexdigest())
    path.write_bytes(PHOTO[:-1])
    outcome = write(away, usb)
    assert (outcome["photos"], len(photos_on(usb))) == (1, 1)
    assert "beschädigt" in outcome["notes"][0]
    read_at(hub, usb)
    write(away, usb)
    assert (missing_at(hub, rid), store.complete(away.db.read())) == (1, False)


def test_a_list_of_photos_from_another_receipt_is_not_believed(away: House, hub: Central, usb: Path, card: Card) -> None:
    card()
    write(away, usb)
    for photo in photos_on(usb):
        photo.unlink()
    read_at(hub, usb)
    (answer,) = usb.glob("FELDKIT/*/*.receipt.json")
    content = answer.read_text()
    assert '"missing":["' in content
    answer.write_text(content.replace('"missing":["', '"missing":["0'))
    assert "Unterschrift" in write(away, usb)["notes"][0]
    assert not store.complete(away.db.read())
