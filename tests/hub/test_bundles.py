"""What comes to the hub on a stick: taken like what comes by net, or refused whole with a sentence, whatever it is."""

import gzip
import io
import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyrage
import pytest
from nacl.signing import SigningKey
from pyrage.x25519 import Identity
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client, TestResponse, encode_multipart

from fieldkit import journal, segment, wire
from fieldkit.hub import ingest, keyfile, outbox, tables
from fieldkit.hub.central import Central
from fieldkit.hub.cli import _spool_in_memory
from fieldkit.hub.kits import bundle_routes, bundles
from fieldkit.hub.kits import store as kits_store
from tests.sticks import EPOCH, ESCROW, OPERATIONS, PASSPHRASE, RECIPIENTS, Sender, key_file, locked, read_at


@pytest.fixture
def sender(hub: Central) -> Sender:
    """A kit with five ideas in its journal."""
    kit = Sender(hub)
    for number in range(1, 6):
        kit.say(f"idea{number}", {"title": f"Idee {number}"})
    return kit


@pytest.fixture
def place(tmp_path: Path, sender: Sender) -> Path:
    """The kit's folder on a stick."""
    return tmp_path / "STICK" / "FELDKIT" / sender.id


def entries(hub: Central) -> int:
    """How many entries the hub has of all kits."""
    with hub.db.read() as conn:
        return conn.scalar(select(func.count()).select_from(tables.entries)) or 0


def incidents(hub: Central) -> list[tuple[str, int]]:
    """What became a task for staff."""
    with hub.db.read() as conn:
        return [tuple(row) for row in conn.execute(select(tables.incidents.c.kind, tables.incidents.c.seq))]


def refused(hub: Central, path: Path, **how: Any) -> str:
    """Read one file that must be refused whole; the sentence."""
    before = entries(hub)
    (taken,), _ = read_at(hub, path, **how)
    assert (taken.refused != "", entries(hub)) == (True, before)
    return taken.refused


def test_files_are_taken_in_the_order_of_their_numbers(hub: Central, sender: Sender, place: Path) -> None:
    for first, last in ((4, 5), (1, 2), (3, 3)):
        sender.file(place, first, last)
    taken, (back,) = read_at(hub, place.parent.parent)
    assert [(one.from_seq, one.fresh, one.refused) for one in taken] == [(1, 2, ""), (3, 1, ""), (4, 2, "")]
    assert (back.seq, back.word) == (5, wire.check_word(sender.digest(5)))


def test_a_file_played_again_changes_nothing_and_gets_the_same_receipt(hub: Central, sender: Sender, place: Path) -> None:
    file = sender.file(place, 1, 5)
    _, (first,) = read_at(hub, file)
    (taken,), (second,) = read_at(hub, file)
    assert (taken.refused, taken.fresh, entries(hub)) == ("", 0, 5)
    assert (first.seq, first.word) == (second.seq, second.word)
    assert incidents(hub) == []


def test_the_receipt_lies_beside_the_files_signed_like_the_one_by_net(hub: Central, sender: Sender, place: Path) -> None:
    _, (back,) = read_at(hub, sender.file(place, 1, 5))
    assert back.path == place / f"{sender.id}-{EPOCH}-5.receipt.json"
    receipt = wire.heard(hub.verify_key, "receipt", json.loads(back.path.read_text())["receipt"])
    assert (receipt["kit"], receipt["epoch"], receipt["seq"], receipt["digest"]) == (sender.id, EPOCH, 5, sender.digest(5))


def test_a_newer_receipt_replaces_the_older_one(hub: Central, sender: Sender, place: Path) -> None:
    read_at(hub, sender.file(place, 1, 3))
    read_at(hub, sender.file(place, 4, 5))
    assert [path.name for path in place.glob("*.json")] == [f"{sender.id}-{EPOCH}-5.receipt.json"]


def test_a_gap_is_reported_becomes_a_task_and_the_receipt_says_how_far_we_are(hub: Central, sender: Sender, place: Path) -> None:
    sender.file(place, 1, 2)
    sender.file(place, 4, 5)
    taken, (back,) = read_at(hub, place.parent.parent)
    assert [one.refused[:24] for one in taken] == ["", "Vor diesem Paket fehlt e"]
    assert (back.seq, entries(hub), incidents(hub)) == (2, 2, [("gap", 4)])


def test_a_fork_is_reported_and_overwrites_nothing(hub: Central, sender: Sender, place: Path) -> None:
    read_at(hub, sender.file(place, 1, 3))
    twin = Sender(hub)
    twin.id, twin.key = sender.id, sender.key
    for number in range(1, 5):
        twin.say(f"idea{number}", {"title": f"Idee {number}" if number < 3 else "Etwas ganz anderes"})
    assert "Gibt es dieses Kit zweimal?" in refused(hub, twin.file(place, 3, 4))
    assert incidents(hub) == [("fork", 3)]


def test_an_older_epoch_is_taken_and_said_to_be_older(hub: Central, sender: Sender, place: Path) -> None:
    old = sender.file(place, 1, 5)
    read_at(hub, old)
    fresh = Sender(hub)
    fresh.id, fresh.key, fresh.epoch = sender.id, sender.key, "0002-abcdef02"
    fresh.say("idea1", {"title": "Idee 1"})
    new = fresh.file(place, 1, 1)
    _, (back,) = read_at(hub, new)
    assert back.path.name == f"{sender.id}-0002-abcdef02-1.receipt.json"
    (taken, _), (back,) = read_at(hub, old, new)
    assert (taken.older, taken.fresh, taken.refused) == (True, 0, "")
    assert back.path.name == f"{sender.id}-0002-abcdef02-1.receipt.json"


def test_an_unknown_kit_is_refused(hub: Central, tmp_path: Path) -> None:
    stranger = Sender(hub_key=hub.verify_key)
    stranger.say("idea1", {"title": "Von irgendwo"})
    assert "nicht angemeldet" in refused(hub, stranger.file(tmp_path, 1, 1))
    assert list(tmp_path.glob("*.json")) == []


def test_a_kit_cannot_speak_for_another(hub: Central, sender: Sender, place: Path) -> None:
    assert "Unterschrift des Kits" in refused(hub, sender.file(place, 1, 5, key=Sender(hub).key))


def test_a_lost_kit_is_refused_and_noted(hub: Central, sender: Sender, place: Path) -> None:
    hub.db.write(kits_store.revoke, sender.id, "Frau Krüger")
    file = sender.file(place, 1, 5)
    assert "gesperrt" in refused(hub, file)
    assert [kind for kind, _ in incidents(hub)] == ["revoked"]
    assert list(place.glob("*.json")) == []


def test_what_is_for_another_hub_is_sent_there(hub: Central, sender: Sender, place: Path) -> None:
    sender.hub_key = bytes(SigningKey.generate().verify_key)
    assert "anderen Hub" in refused(hub, sender.file(place, 1, 5))


def test_the_second_key_opens_it_and_a_strange_one_does_not(hub: Central, sender: Sender, place: Path) -> None:
    file = sender.file(place, 1, 5)
    assert "Dieser Schlüssel öffnet" in refused(hub, file, identity=str(Identity.generate()))
    (taken,), _ = read_at(hub, file, identity=str(ESCROW))
    assert taken.fresh == 5


def test_a_file_cut_anywhere_is_refused(hub: Central, sender: Sender, place: Path) -> None:
    file = sender.file(place, 1, 5)
    content = file.read_bytes()
    for length in [*range(0, len(content), 7), len(content) - 1]:
        file.write_bytes(content[:length])
        assert refused(hub, file)


def test_a_flipped_bit_anywhere_is_refused(hub: Central, sender: Sender, place: Path) -> None:
    file = sender.file(place, 1, 5)
    content = file.read_bytes()
    for at in range(0, len(content), 11):
        file.write_bytes(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
        assert refused(hub, file)


def test_a_name_that_does_not_fit_is_refused(hub: Central, sender: Sender, place: Path) -> None:
    file = sender.file(place, 1, 2)
    assert "Der Name passt nicht" in refused(hub, file.rename(place / sender.contents(3, 5).name))


def test_a_batch_that_is_not_what_the_header_says_is_refused(hub: Central, sender: Sender, place: Path) -> None:
    other = Sender(hub)
    other.say("idea1", {"title": "Untergeschoben"})
    assert "andere Einträge" in refused(hub, sender.file(place, 1, 5, batch=other.batch(1, 1)))
    assert "andere Einträge" in refused(hub, sender.file(place, 1, 5, batch=sender.batch(1, 4)))


def test_records_nested_without_end_are_refused(hub: Central, sender: Sender, place: Path) -> None:
    for depth in (9, 900, 50_000):
        body = '{"a":' + "[" * depth + "]" * depth + "}"
        sender.entries[0] |= {"body": body, "body_hash": journal.body_hash(bytes.fromhex("ab" * 16), body)}
        sender.entries[0]["digest"] = journal.chain("", sender.id, EPOCH, sender.entries[0])
        assert re.search("lesbar|JSON", refused(hub, sender.file(place, 1, 1)))


def test_a_bomb_is_not_unpacked(hub: Central, sender: Sender, place: Path) -> None:
    assert "zu groß" in refused(hub, sender.file(place, 1, 5, batch=gzip.compress(bytes(20_000_000), 9)))


def test_a_huge_file_is_not_even_read(hub: Central, tmp_path: Path) -> None:
    with (tmp_path / "huge.age").open("wb") as file:
        file.write(segment.MAGIC)
        file.truncate(10**11)
    assert "zu groß" in refused(hub, tmp_path / "huge.age")


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 5000, b"FELDKIT", b"%PDF-1.7", b"-----BEGIN AGE ENCRYPTED FILE-----\n", segment.MAGIC]
)
def test_what_is_no_such_file_at_all_gets_a_sentence(hub: Central, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.age").write_bytes(content)
    assert refused(hub, tmp_path / "x.age")


@pytest.mark.parametrize("plain", [b"", b"\n", b"{}\n", b"x" * 100_000, b"\xff\n" * 10, b'{"kind":"segment"}\n' + b"[" * 100_000])
def test_what_is_sealed_to_us_by_nobody_we_know_gets_a_sentence(hub: Central, tmp_path: Path, plain: bytes) -> None:
    (tmp_path / "x.age").write_bytes(pyrage.encrypt(plain, [OPERATIONS.to_public()]))
    assert "erste Zeile" in refused(hub, tmp_path / "x.age")


def test_links_folders_and_pipes_keep_nobody_waiting(hub: Central, sender: Sender, place: Path, tmp_path: Path) -> None:
    good = sender.file(tmp_path / "elsewhere", 1, 5)
    place.mkdir(parents=True)
    os.mkfifo(place / "a.age")
    (place / "b.age").mkdir()
    (place / "c.age").symlink_to(good)
    (place / "._0001.age").write_bytes(b"what a Mac leaves behind")
    taken, _ = read_at(hub, place.parent.parent)
    assert [one.name for one in taken] == ["a.age", "b.age", "c.age"]
    assert all(one.refused for one in taken)
    assert entries(hub) == 0


def test_a_linked_folder_is_not_entered(hub: Central, sender: Sender, place: Path, tmp_path: Path) -> None:
    sender.file(tmp_path / "elsewhere", 1, 5)
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "elsewhere")
    assert read_at(hub, place.parent.parent) == ([], [])
    assert list((tmp_path / "elsewhere").glob("*.json")) == []


def test_a_receipt_that_cannot_be_written_is_said_and_the_entries_are_here(hub: Central, sender: Sender, place: Path) -> None:
    file = sender.file(place, 1, 5)
    (place / f"{sender.id}-{EPOCH}-5.receipt.json").mkdir()
    (taken,), (back,) = read_at(hub, file)
    assert (taken.fresh, back.fault != "") == (5, True)


def test_the_answer_file_stays_small_and_leaves_the_rest_for_the_next(
    hub: Central, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "ANSWER_BYTES", 2000)
    for number in range(20):
        hub.db.write(outbox.say, hub.signing_key, sender.id, "answer", "ideas", f"idea{number}", {"body": "x" * 200})
    heard: list[dict[str, Any]] = []
    while made := bundles.answer(hub, sender.id, EPOCH, heard[-1]["seq"] if heard else 0):
        found = wire.heard(hub.verify_key, "answers", json.loads(made.content)["answers"])["entries"]
        if not found:
            break
        assert len(made.content) < 3000
        heard += found
    assert [piece["rid"] for piece in heard] == [f"idea{number}" for number in range(20)]


# The key


def test_a_key_opens_with_its_passphrase_only() -> None:
    assert keyfile.unlock(key_file(), PASSPHRASE) == str(OPERATIONS)
    with pytest.raises(keyfile.Shut, match="Passwort"):
        keyfile.unlock(key_file(), "falsch")


def test_a_key_file_that_would_take_this_machine_for_ever_is_refused_in_a_sentence() -> None:
    endless = re.sub(rb"(-> scrypt \S+) \d+", rb"\1 40", key_file())
    with pytest.raises(keyfile.Shut, match="zu langsam"):
        keyfile.unlock(endless, PASSPHRASE)


def test_a_machine_that_was_busy_while_its_speed_was_measured_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = iter([pyrage.DecryptError("Excessive work parameter for passphrase."), None])

    def decrypt(content: bytes, words: str) -> bytes:
        if slow := next(measured):
            raise slow
        return pyrage.passphrase.decrypt(content, words)

    monkeypatch.setattr(keyfile, "passphrase", SimpleNamespace(decrypt=decrypt))
    assert keyfile.unlock(key_file(), PASSPHRASE) == str(OPERATIONS)


@pytest.mark.parametrize("content", [b"", b"AGE-SECRET-KEY-1", b"\xff" * 500, pyrage.encrypt(b"x", [OPERATIONS.to_public()])])
def test_what_is_no_key_file_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(keyfile.Shut, match="keine Schlüsseldatei"):
        keyfile.unlock(content, PASSPHRASE)


@pytest.mark.parametrize("inside", [b"", b"# nur ein Kommentar\n", b"kein Schluessel", b"\xff\xfe"])
def test_a_locked_file_without_a_key_in_it_is_said_to_be_none(inside: bytes) -> None:
    with pytest.raises(keyfile.Shut, match="keine Schlüsseldatei"):
        keyfile.unlock(locked(inside, "x"), "x")


# The page


@pytest.fixture
def drop(reader: Client) -> Callable[..., TestResponse]:
    """Mrs Krüger drops files on the page."""

    def post(*files: Path, key: bytes | None = None, words: str = PASSPHRASE) -> TestResponse:
        sent = [FileStorage(io.BytesIO(file.read_bytes()), file.name) for file in files]
        locked_key = FileStorage(io.BytesIO(key_file() if key is None else key), "operations.key.age")
        boundary, body = encode_multipart({"passphrase": words, "files": sent, "key": locked_key})
        return reader.post("/kits/bundle", data=body, content_type=f"multipart/form-data; boundary={boundary}")

    return post


def test_mrs_krueger_drops_files_and_takes_the_receipt_home(
    hub: Central, sender: Sender, place: Path, drop: Callable[..., TestResponse], reader: Client
) -> None:
    page = drop(sender.file(place, 3, 5), sender.file(place, 1, 2))
    assert page.status_code == 200
    assert wire.check_word(sender.digest(5)) in page.text
    link = re.search(r'href="(/kits/\w+/receipt[^"]*)"', page.text)
    assert link is not None
    answer = reader.get(link[1].replace("&amp;", "&"))
    assert f'filename="{sender.id}-{EPOCH}-5.receipt.json"' in answer.headers["Content-Disposition"]
    receipt = wire.heard(hub.verify_key, "receipt", answer.json["receipt"])
    assert (receipt["seq"], receipt["digest"]) == (5, sender.digest(5))


def test_a_made_up_number_in_an_address_leads_no_kit_astray(
    hub: Central, sender: Sender, place: Path, drop: Callable[..., TestResponse], reader: Client
) -> None:
    link = re.search(r'href="(/kits/\w+/receipt[^"]*)"', drop(sender.file(place, 1, 5)).text)[1].replace("&amp;", "&")
    for other in (
        re.sub(r"heard=\d+", "heard=999999999999999", link),
        link.replace(EPOCH, "0009-abcdef01"),
        link.split("&sig")[0],
    ):
        assert other != link
        assert reader.get(other).status_code == 404
    assert bundles.answer(hub, sender.id, EPOCH, 999_999_999_999_999) is not None
    with hub.db.read() as conn:
        assert outbox.last_number(conn, sender.id) < 100


def test_who_read_which_file_is_written_down_and_the_passphrase_nowhere(
    hub: Central, sender: Sender, place: Path, drop: Callable[..., TestResponse], caplog: pytest.LogCaptureFixture
) -> None:
    page = drop(sender.file(place, 1, 5))
    with hub.db.read() as conn:
        (line,) = conn.execute(select(tables.audit.c.who, tables.audit.c.act, tables.audit.c.kit, tables.audit.c.note)).all()
    assert tuple(line) == ("Frau Krüger", "stick", sender.id, f"{EPOCH}-0000000001-0000000005.age")
    assert PASSPHRASE not in page.text + caplog.text
    kept = b"".join(path.read_bytes() for path in hub.home.rglob("*") if path.is_file())
    assert PASSPHRASE.encode() not in kept
    assert str(OPERATIONS).encode() not in kept


def test_good_and_bad_files_in_one_go_are_told_apart(
    hub: Central, sender: Sender, place: Path, tmp_path: Path, drop: Callable[..., TestResponse]
) -> None:
    (tmp_path / "rechnung.age").write_bytes(b"%PDF-1.7")
    page = drop(sender.file(place, 1, 5), tmp_path / "rechnung.age")
    assert page.status_code == 200
    assert "5 neue Einträge" in page.text
    assert "keine Übergabe-Datei" in page.text
    assert entries(hub) == 5


def test_a_wrong_passphrase_is_said_and_not_shown_again(sender: Sender, place: Path, drop: Callable[..., TestResponse]) -> None:
    page = drop(sender.file(place, 1, 5), words="nicht dieses")
    assert page.status_code == 422
    assert "Passwort passt nicht" in page.text
    assert "nicht dieses" not in page.text


def test_an_empty_form_says_everything_that_is_missing(reader: Client) -> None:
    page = reader.post("/kits/bundle", data={"passphrase": ""}, content_type="multipart/form-data")
    assert page.status_code == 422
    for sentence in ("wähle die Dateien", "wähle die Schlüsseldatei", "gib das Passwort"):
        assert sentence in page.text


def test_too_much_at_once_gets_a_sentence(
    sender: Sender, place: Path, drop: Callable[..., TestResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sender.file(place, 1, 5)
    monkeypatch.setattr(bundle_routes, "MOST_BYTES", 5000)
    page = drop(*[file] * 10)
    assert page.status_code == 422
    assert "fieldkit hub read" in page.text
    monkeypatch.undo()
    page = drop(*[file] * 120)
    assert page.status_code == 422


def test_a_form_as_large_as_allowed_goes_through(
    hub: Central, drop: Callable[..., TestResponse], tmp_path: Path, sender: Sender, place: Path
) -> None:
    for number in range(5):
        (tmp_path / f"{number}.age").write_bytes(segment.MAGIC + os.urandom(segment.MOST_BYTES - 100))
    page = drop(sender.file(place, 1, 5), *tmp_path.glob("*.age"))
    assert page.status_code == 200
    assert entries(hub) == 5


def test_a_stranger_gets_neither_the_page_nor_a_receipt(hub: Central, sender: Sender, reader: Client) -> None:
    stranger = Client(reader.application)
    assert stranger.get("/kits/bundle").status_code == 303
    assert stranger.get(f"/kits/{sender.id}/receipt").status_code == 303
    assert stranger.post("/kits/bundle", headers={"Origin": "http://localhost"}).status_code == 403


@pytest.mark.parametrize(
    "query", ["?heard=x", "?heard=5", "?heard=²", "?epoch=a%0ab", "?epoch=€", "?epoch=0002-abcdef01&heard=0&sig=00"]
)
def test_an_odd_address_finds_no_receipt(sender: Sender, reader: Client, query: str) -> None:
    assert reader.get(f"/kits/{sender.id}/receipt{query}").status_code == 404
    assert reader.get("/kits/nobody/receipt").status_code == 404


def test_a_receipt_for_a_kit_whose_stick_was_cleared_is_there_too(
    hub: Central, sender: Sender, place: Path, reader: Client
) -> None:
    read_at(hub, sender.file(place, 1, 5))
    said = wire.heard(hub.verify_key, "receipt", reader.get(f"/kits/{sender.id}/receipt").json["receipt"])
    assert (said["epoch"], said["seq"]) == (EPOCH, 5)


def test_large_uploads_do_not_pass_through_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    _spool_in_memory()
    with tempfile.TemporaryFile() as file:
        where = os.readlink(f"/proc/self/fd/{file.fileno()}")
    if os.access("/dev/shm", os.W_OK):
        assert where.startswith("/dev/shm/")


def test_sealed_to_two_recipients(sender: Sender, place: Path) -> None:
    assert len(RECIPIENTS) == 2
    assert sender.file(place, 1, 5).read_bytes().count(b"-> X25519") == 2


def test_staff_decide_that_a_forked_kit_begins_anew_and_the_receipt_says_so(hub: Central, sender: Sender, place: Path) -> None:
    read_at(hub, sender.file(place, 1, 3))
    hub.db.write(ingest.note, sender.id, "fork", EPOCH, 3)
    hub.db.write(lambda conn: conn.execute(tables.incidents.update().values(decision=ingest.BEGIN_ANEW)))
    _, (back,) = read_at(hub, sender.file(place, 1, 3))
    assert json.loads(back.path.read_text())["receipt"]["begin_anew"]
