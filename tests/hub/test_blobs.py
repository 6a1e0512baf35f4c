"""Pieces of photos at the hub: from whom they come, in which order, and whether the whole is what its name says."""

import hashlib
import random
from typing import Any

import pytest
from sqlalchemy import select

from fieldkit import wire
from fieldkit.hub import blobs, tables
from fieldkit.hub.central import Central
from tests.hub.test_entries import FakeKit

PHOTO = random.Random(7).randbytes(2500)
NAME = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def sender(hub: Central) -> FakeKit:
    """A kit of a release we do not know: it sent a record with a photo from a table that we have never seen."""
    return with_photo(FakeKit(hub))


def with_photo(kit: FakeKit) -> FakeKit:
    """Let a kit send a record that names the photo."""
    kit.say("tree1", {"species": "Linde", "leaf_sha256": NAME, "note": "x"}, table="trees")
    assert kit.send(kit.packed(len(kit.entries), len(kit.entries))).status_code == 201
    return kit


def piece(kit: FakeKit, start: int, end: int, content: bytes = PHOTO, size: int = len(PHOTO), name: str = NAME) -> Any:
    """Send a piece; the status and how many bytes the hub holds."""
    answer = kit.call("POST", f"/api/v1/kits/{kit.id}/blobs/{name}?start={start}&size={size}", content[start:end])
    return answer.status_code, answer.json.get("held")


def missing(kit: FakeKit) -> list[dict[str, Any]]:
    """What the hub says it misses."""
    answer = kit.call("GET", f"/api/v1/kits/{kit.id}/blobs?epoch=0001-abcdef01&seq={len(kit.entries)}")
    said = wire.heard(kit.hub.verify_key, "blobs", answer.json)
    assert said["digest"] == kit.digest(len(kit.entries))
    return said["missing"]


def stored(kit: FakeKit) -> tuple[int, bytes | None]:
    """How many blobs the record misses, and its photo."""
    with kit.hub.db.read() as conn:
        count = conn.scalar(select(tables.records.c.missing).where(tables.records.c.kit == kit.id))
        return count, blobs.content_of(conn, kit.id, "trees", "tree1", NAME)


def test_pieces_make_a_whole_and_the_record_complete(sender: FakeKit) -> None:
    assert missing(sender) == [{"sha256": NAME, "held": 0}]
    assert stored(sender) == (1, None)
    assert [piece(sender, 0, 1000), piece(sender, 1000, 2000)] == [(201, 1000), (201, 2000)]
    assert missing(sender) == [{"sha256": NAME, "held": 2000}]
    assert piece(sender, 2000, 2500) == (201, 2500)
    assert missing(sender) == []
    assert stored(sender) == (0, PHOTO)


def test_a_piece_twice_or_too_early_changes_nothing(sender: FakeKit) -> None:
    assert [piece(sender, 0, 1000)[1], piece(sender, 0, 1000)[1], piece(sender, 2000, 2500)[1]] == [1000, 1000, 1000]
    piece(sender, 1000, 2500)
    assert piece(sender, 0, 1000) == (201, 2500)
    assert stored(sender) == (0, PHOTO)


def test_what_is_not_what_its_name_says_is_thrown_away_and_may_come_again(sender: FakeKit) -> None:
    wrong = PHOTO[:-1] + b"?"
    piece(sender, 0, 1000, wrong)
    assert piece(sender, 1000, 2500, wrong)[0] == 422
    assert missing(sender) == [{"sha256": NAME, "held": 0}]
    assert piece(sender, 0, 2500) == (201, 2500)
    assert stored(sender) == (0, PHOTO)


def test_another_size_than_before_begins_anew(sender: FakeKit) -> None:
    piece(sender, 0, 1000)
    assert piece(sender, 1000, 2000, size=9999) == (201, 0)
    assert piece(sender, 0, 2500) == (201, 2500)


def test_a_second_kit_with_the_same_photo_need_not_send_it(sender: FakeKit) -> None:
    other = with_photo(FakeKit(sender.hub))
    piece(sender, 0, 1000)
    assert piece(other, 1000, 2500) == (201, 2500)
    assert stored(sender) == stored(other) == (0, PHOTO)
    assert missing(with_photo(FakeKit(sender.hub))) == []


def test_the_photo_goes_with_the_last_record_that_names_it(sender: FakeKit) -> None:
    other = with_photo(FakeKit(sender.hub))
    piece(sender, 0, 2500)
    for kit, left in ((sender, PHOTO), (other, None)):
        kit.say("tree1", None, table="trees")
        kit.send(kit.packed(2, 2))
        assert stored(other)[1] == left
    with sender.hub.db.read() as conn:
        assert conn.execute(select(tables.blobs)).all() == conn.execute(select(tables.blob_pieces)).all() == []


def test_a_record_with_another_photo_lets_the_first_go(sender: FakeKit) -> None:
    piece(sender, 0, 2500)
    other = hashlib.sha256(b"other").hexdigest()
    sender.say("tree1", {"leaf_sha256": other}, table="trees")
    sender.send(sender.packed(2, 2))
    assert [one["sha256"] for one in missing(sender)] == [other]
    assert stored(sender) == (1, None)
    assert piece(sender, 0, 5, b"other", 5, other) == (201, 5)
    assert stored(sender)[0] == 0


def test_a_photo_nobody_named_is_not_taken(sender: FakeKit) -> None:
    stranger = FakeKit(sender.hub)
    assert piece(stranger, 0, 2500)[0] == 404
    assert piece(sender, 0, 5, b"other", 5, hashlib.sha256(b"other").hexdigest())[0] == 404


@pytest.mark.parametrize(
    ("start", "size"), [("0", "0"), ("0", str(10**9)), ("x", "2500"), ("0", ""), ("-1", "2500"), ("0", "9" * 30)]
)
def test_impossible_sizes_are_refused(sender: FakeKit, start: str, size: str) -> None:
    answer = sender.call("POST", f"/api/v1/kits/{sender.id}/blobs/{NAME}?start={start}&size={size}", PHOTO)
    assert answer.status_code in (400, 404)
    assert answer.json["error"].endswith(".")


def test_pieces_past_the_end_or_empty_or_huge_change_nothing(sender: FakeKit) -> None:
    assert piece(sender, 0, 2500, size=100) == (201, 0)
    assert piece(sender, 0, 0) == (201, 0)
    assert piece(sender, 0, 600_000, bytes(600_000), 600_000)[0] == 413
    assert missing(sender) == [{"sha256": NAME, "held": 0}]


def test_what_a_visitor_types_is_never_taken_for_a_photo(sender: FakeKit) -> None:
    sender.say("tree2", {"title": NAME, "body": f"leaf_sha256: {NAME}", "list_sha256": [NAME], "odd_sha256": "zz"}, table="trees")
    assert sender.send(sender.packed(2, 2)).status_code == 201
    assert [one["sha256"] for one in missing(sender)] == [NAME]
    with sender.hub.db.read() as conn:
        assert conn.scalar(select(tables.records.c.missing).where(tables.records.c.rid == "tree2")) == 0


def test_a_call_about_photos_that_is_not_signed_gets_nothing(sender: FakeKit) -> None:
    path = f"/api/v1/kits/{sender.id}/blobs"
    assert sender._client.get(f"{path}?epoch=x&seq=1").status_code == 403
    assert sender._client.post(f"{path}/{NAME}?start=0&size=2500", data=PHOTO).status_code == 403
