"""Photos that come to the hub on a stick: put together from signed pieces, or refused with a sentence, and nothing of them is kept."""

import hashlib
import random
from pathlib import Path

import pytest
from nacl.signing import SigningKey
from pyrage.x25519 import Identity
from sqlalchemy import func, select

from fieldkit import blobs, piece
from fieldkit.hub import blobs as hub_blobs
from fieldkit.hub import tables
from fieldkit.hub.central import Central
from fieldkit.hub.kits import store as kits_store
from tests.sticks import Sender, read_at

PHOTO = random.Random(7).randbytes(3 * piece.LENGTH // 2)
NAME = hashlib.sha256(PHOTO).hexdigest()
SMALL = b"jpeg " * 2000


@pytest.fixture
def sender(hub: Central) -> Sender:
    """A kit with two paper cards that were photographed."""
    kit = Sender(hub)
    kit.say("idea1", {"title": "Bank", "photo_sha256": NAME})
    kit.say("idea2", {"title": "Baum", "photo_sha256": hashlib.sha256(SMALL).hexdigest()})
    return kit


@pytest.fixture
def place(tmp_path: Path, hub: Central, sender: Sender) -> Path:
    """The kit's folder on a stick; the hub has read the entries already."""
    folder = tmp_path / "STICK" / "FELDKIT" / sender.id
    read_at(hub, sender.file(folder, 1, 2))
    return folder


def held(hub: Central) -> int:
    """How many bytes of photos the hub keeps."""
    with hub.db.read() as conn:
        return conn.scalar(select(func.coalesce(func.sum(func.length(tables.blob_pieces.c.content)), 0)))


def arrived(hub: Central, sender: Sender, rid: str, content: bytes) -> bool:
    """Whether the hub has this photo of a record, whole."""
    with hub.db.read() as conn:
        return hub_blobs.content_of(conn, sender.id, "ideas", rid, hashlib.sha256(content).hexdigest()) == content


def refused(hub: Central, path: Path, **how: str) -> str:
    """Read one file that must be refused; the sentence."""
    before = held(hub)
    (taken,), _ = read_at(hub, path, **how)
    assert (taken.refused != "", held(hub)) == (True, before)
    return taken.refused


def test_photos_are_put_together_after_the_entries_that_name_them(hub: Central, sender: Sender, tmp_path: Path) -> None:
    folder = tmp_path / "STICK" / "FELDKIT" / sender.id
    sender.photo(folder, PHOTO, piece.LENGTH)
    sender.photo(folder, SMALL)
    sender.photo(folder, PHOTO)
    sender.file(folder, 1, 2)
    taken, (back,) = read_at(hub, tmp_path / "STICK")
    assert [one.refused for one in taken] == [""] * 4
    assert sorted(one.whole for one in taken[1:]) == [False, True, True]
    assert arrived(hub, sender, "idea1", PHOTO)
    assert arrived(hub, sender, "idea2", SMALL)
    assert (back.seq, back.missing) == (2, 0)


def test_what_is_missing_is_said_until_it_comes(hub: Central, sender: Sender, place: Path) -> None:
    _, (back,) = read_at(hub, sender.photo(place, PHOTO))
    assert back.missing == 2
    _, (back,) = read_at(hub, sender.photo(place, PHOTO, piece.LENGTH), sender.photo(place, SMALL))
    assert back.missing == 0


def test_a_piece_played_again_changes_nothing(hub: Central, sender: Sender, place: Path) -> None:
    for _ in range(2):
        (taken,), _ = read_at(hub, sender.photo(place, SMALL))
        assert (taken.refused, taken.whole, held(hub)) == ("", True, len(SMALL))


def test_a_photo_that_began_by_net_is_finished_by_stick(hub: Central, sender: Sender, place: Path) -> None:
    hub.db.write(hub_blobs.take_piece, sender.id, NAME, 0, len(PHOTO), PHOTO[:70_000])
    read_at(hub, sender.photo(place, PHOTO), sender.photo(place, PHOTO, piece.LENGTH))
    assert arrived(hub, sender, "idea1", PHOTO)


def test_a_piece_behind_a_gap_waits_for_the_one_before(hub: Central, sender: Sender, place: Path) -> None:
    assert "Stück davor" in refused(hub, sender.photo(place, PHOTO, piece.LENGTH))


def test_a_photo_nobody_names_is_refused(hub: Central, sender: Sender, place: Path) -> None:
    assert "keinen Eintrag" in refused(hub, sender.photo(place, b"something else"))
    sender.say("idea2", None)
    read_at(hub, sender.file(place, 3, 3))
    assert "keinen Eintrag" in refused(hub, sender.photo(place, SMALL))


def test_another_photo_under_a_good_name_is_refused(hub: Central, sender: Sender, place: Path) -> None:
    wrong = SMALL[:-1] + b"!"
    assert "sein Name" in refused(hub, sender.photo(place, wrong, blob=hashlib.sha256(SMALL).hexdigest()))


def test_pieces_that_do_not_make_the_photo_are_thrown_away_together(hub: Central, sender: Sender, place: Path) -> None:
    wrong = PHOTO[:-1] + b"!"
    files = [sender.photo(place, wrong, start, blob=NAME) for start in (0, piece.LENGTH)]
    (_, last), (back,) = read_at(hub, *files)
    assert "nicht das Foto" in last.refused
    assert (held(hub), back.missing) == (0, 2)


@pytest.mark.parametrize(
    "says", [{"start": 1}, {"size": len(SMALL) + 1}, {"size": 1}, {"start": piece.LENGTH}, {"size": blobs.LARGEST + 1}], ids=str
)
def test_a_header_that_does_not_fit_its_bytes_is_refused(hub: Central, sender: Sender, place: Path, says: dict[str, int]) -> None:
    assert refused(hub, sender.photo(place, SMALL, **says))


def test_a_stranger_a_twin_and_a_lost_kit_are_refused(hub: Central, sender: Sender, place: Path, tmp_path: Path) -> None:
    assert "nicht angemeldet" in refused(hub, Sender(hub_key=hub.verify_key).photo(tmp_path, SMALL))
    assert "Unterschrift des Kits" in refused(hub, sender.photo(place, SMALL, key=Sender(hub).key))
    assert "keinen Eintrag" in refused(hub, Sender(hub).photo(tmp_path, SMALL))
    hub.db.write(kits_store.revoke, sender.id, "Frau Krüger")
    assert "gesperrt" in refused(hub, sender.photo(place, SMALL))


def test_what_is_for_another_hub_or_another_key_is_refused(hub: Central, sender: Sender, place: Path) -> None:
    file = sender.photo(place, SMALL)
    assert "Dieser Schlüssel öffnet" in refused(hub, file, identity=str(Identity.generate()))
    sender.hub_key = bytes(SigningKey.generate().verify_key)
    assert "anderen Hub" in refused(hub, sender.photo(place, SMALL))


def test_a_file_that_was_renamed_is_refused(hub: Central, sender: Sender, place: Path) -> None:
    assert "Der Name passt nicht" in refused(hub, sender.photo(place, SMALL).rename(place / f"photo-{NAME}-0000000000.age"))


def test_a_file_cut_or_flipped_anywhere_is_refused(hub: Central, sender: Sender, place: Path) -> None:
    file = sender.photo(place, SMALL)
    content = file.read_bytes()
    for at in range(0, len(content), 997):
        file.write_bytes(content[:at])
        assert refused(hub, file)
        file.write_bytes(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
        assert refused(hub, file)
