"""Handing over on a stick: what lies there is checked, only the hub can read it, and only its receipt counts."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey
from pyrage import decrypt
from werkzeug.test import Client

from fieldkit import journal, stick, wire
from fieldkit.house import House
from fieldkit.hub import outbox
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import store as reading
from fieldkit.ideas import store as ideas
from fieldkit.storage import media
from fieldkit.sync import Failed, bundle, handover, store
from tests.sticks import OPERATIONS, PASSPHRASE, RECIPIENTS, give_keys, opened_with_age, read_at

WORDS = "Der Brunnen am Richardplatz soll wieder laufen"


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


@pytest.fixture
def hub_database() -> str:
    """SQLite, as without being told: what kits do with a stick is the same for any database."""
    return ""


def write(kit: House, usb: Path) -> dict[str, Any]:
    """Press the button."""
    return bundle.write(kit, quiet, str(usb))


def pieces(kit: House, usb: Path) -> list[Path]:
    """The files for the hub."""
    return sorted((usb / "FELDKIT" / kit.kit.id).glob("*.age"))


def receipt_on(usb: Path) -> Path:
    """The one receipt on the stick."""
    (found,) = usb.glob("FELDKIT/*/*.receipt.json")
    return found


def confirmed(kit: House) -> int:
    """How far the hub has confirmed."""
    return store.confirmed(kit.db.read()).seq


def test_a_stick_goes_to_the_hub_and_back_and_all_agree(away: House, hub: Central, usb: Path, idea: Callable[..., str]) -> None:
    idea(WORDS)
    head = journal.head(away.db.read())
    outcome = write(away, usb)
    assert (outcome["entries"], outcome["written"], outcome["confirmed"]) == (head.seq, 1, 0)
    (taken,), (back,) = read_at(hub, usb)
    assert (taken.refused, taken.kit_name, taken.fresh) == ("", "Kit 7", head.seq)
    with hub.db.read() as conn:
        assert [row["title"] for row in reading.listing(conn, reading.Question())[0]] == [WORDS]
    outcome = write(away, usb)
    assert (outcome["confirmed"], outcome["entries"], outcome["notes"]) == (head.seq, 0, [])
    assert back.word == wire.check_word(head.digest) == outcome["word"]


def test_only_the_hub_can_read_it_and_it_needs_nothing_but_debians_age(
    away: House, usb: Path, idea: Callable[..., str], tmp_path: Path
) -> None:
    idea(WORDS)
    write(away, usb)
    (file,) = pieces(away, usb)
    assert WORDS in opened_with_age(file, tmp_path)
    assert all(WORDS.encode() not in path.read_bytes() for path in usb.rglob("*") if path.is_file())
    assert "fieldkit hub read" in (usb / "FELDKIT" / "LIESMICH.txt").read_text()


def test_answers_come_back_on_the_stick(away: House, hub: Central, usb: Path, idea: Callable[..., str]) -> None:
    rid = idea(WORDS)
    write(away, usb)
    read_at(hub, usb)
    assert write(away, usb)["answers"] == 0
    words = {"status": "doing", "body": "Im Mai läuft er.", "office": "Wasserbetriebe"}
    hub.db.write(outbox.answer, hub.signing_key, away.kit.id, rid, words, "Frau Krüger")
    read_at(hub, usb)  # the files are gone from it, the folder of the kit is there
    assert write(away, usb)["answers"] == 1
    (said,) = away.db.read().execute("SELECT body FROM answers WHERE rid = ?", [rid]).fetchone()
    assert said == "Im Mai läuft er."
    assert write(away, usb)["answers"] == 0


def test_what_lies_there_unchanged_is_not_written_again(away: House, usb: Path, idea: Callable[..., str]) -> None:
    idea("Eine")
    write(away, usb)
    before = {path: path.stat().st_mtime_ns for path in usb.rglob("*") if path.is_file()}
    assert (write(away, usb)["written"], write(away, usb)["kept"]) == (0, 1)
    assert {path: path.stat().st_mtime_ns for path in usb.rglob("*") if path.is_file()} == before
    idea("Noch eine")
    outcome = write(away, usb)
    assert (outcome["written"], outcome["kept"]) == (1, 1)
    assert [path.name[14:35] for path in pieces(away, usb)] == ["0000000001-0000000003", "0000000004-0000000004"]


def test_a_season_goes_in_several_files_and_on_after_a_break(
    away: House, hub: Central, usb: Path, idea: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_ENTRIES", 5)
    for number in range(20):
        idea(f"Idee {number}")
    steps = []
    bundle.write(away, lambda done, total, _: steps.append((done, total)), str(usb))
    assert steps == [(0, 22), (5, 22), (10, 22), (15, 22), (20, 22), (22, 22)]
    taken, (back,) = read_at(hub, usb)
    assert ([one.fresh for one in taken], back.seq) == ([5, 5, 5, 5, 2], 22)


def test_words_withdrawn_after_writing_are_not_left_on_the_stick(away: House, usb: Path, idea: Callable[..., str]) -> None:
    rid = idea(WORDS)
    write(away, usb)
    away.db.write(ideas.withdraw, rid)
    assert write(away, usb)["written"] == 1
    (file,) = pieces(away, usb)
    assert WORDS not in gzip.decompress(decrypt(file.read_bytes(), [OPERATIONS]).split(b"\n", 1)[1]).decode()


@pytest.mark.parametrize("harm", ["flipped", "short", "gone"])
def test_a_file_that_was_harmed_is_noticed_and_written_anew(
    away: House, hub: Central, usb: Path, idea: Callable[..., str], harm: str
) -> None:
    idea()
    write(away, usb)
    (file,) = pieces(away, usb)
    content = file.read_bytes()
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(content[:-1] if harm == "short" else content[:-1] + bytes([content[-1] ^ 1]))
    assert write(away, usb)["written"] == 1
    (taken,), _ = read_at(hub, usb)
    assert taken.refused == ""


def test_new_keys_of_the_hub_mean_new_files(away: House, usb: Path, idea: Callable[..., str]) -> None:
    idea()
    write(away, usb)
    away.db.write(lambda conn: conn.execute("UPDATE hub SET recipients = ?", [json.dumps(RECIPIENTS[:1])]))
    assert write(away, usb)["written"] == 1


def test_what_the_hub_has_confirmed_is_cleared_from_the_stick(
    away: House, hub: Central, usb: Path, idea: Callable[..., str]
) -> None:
    idea()
    write(away, usb)
    read_at(hub, usb)
    idea("Danach")
    assert (write(away, usb)["written"], len(pieces(away, usb))) == (1, 1)
    assert list(usb.glob("FELDKIT/*/*.receipt.json")) == []


def test_what_went_by_net_does_not_go_by_stick(enrolled: House, hub: Central, usb: Path, idea: Callable[..., str]) -> None:
    give_keys(hub)
    idea()
    handover.run(enrolled, quiet)
    assert write(enrolled, usb)["entries"] == 0
    assert list(usb.iterdir()) == []


def test_without_keys_of_the_hub_nothing_is_written(enrolled: House, usb: Path, idea: Callable[..., str]) -> None:
    idea()
    with pytest.raises(Failed, match="fieldkit hub keys"):
        write(enrolled, usb)
    assert list(usb.iterdir()) == []


def test_a_kit_that_knows_no_hub_says_so(kit: House, usb: Path, idea: Callable[..., str]) -> None:
    idea()
    with pytest.raises(Failed, match="keinem Hub"):
        write(kit, usb)


def test_a_stick_that_is_not_there_is_said_to_be_so(away: House, usb: Path, idea: Callable[..., str]) -> None:
    idea()
    with pytest.raises(Failed, match="gibt es nicht"):
        write(away, usb / "weg")


def test_a_medium_that_keeps_something_else_is_noticed(
    away: House, usb: Path, idea: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    idea()
    sync = os.fsync

    def spoil(descriptor: int) -> None:
        """A worn-out cell: a bit is another by the time the data lies on the medium."""
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith(".age.part"):
            last = os.fstat(descriptor).st_size - 1
            with open(f"/proc/self/fd/{descriptor}", "r+b") as file:
                file.seek(last)
                spoilt = bytes([file.read(1)[0] ^ 1])
                file.seek(last)
                file.write(spoilt)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", spoil)
    with pytest.raises(Failed, match="etwas anderes zurück"):
        write(away, usb)
    assert confirmed(away) == 0


@pytest.mark.parametrize("deep", [False, True])
def test_a_link_on_the_stick_leads_nowhere(away: House, usb: Path, tmp_path: Path, idea: Callable[..., str], deep: bool) -> None:
    idea()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if deep:
        (usb / "FELDKIT").mkdir()
        (usb / "FELDKIT" / away.kit.id).symlink_to(elsewhere)
    else:
        (usb / "FELDKIT").symlink_to(elsewhere)
    with pytest.raises(Failed, match="liegt eine Datei"):
        write(away, usb)
    assert list(elsewhere.iterdir()) == []


def test_two_who_write_the_same_stick_do_not_get_mixed_up(away: House, usb: Path, idea: Callable[..., str]) -> None:
    idea()
    with stick.opened(usb, "FELDKIT", away.kit.id), pytest.raises(Failed, match="gerade schon"):
        write(away, usb)


@pytest.mark.slow
def test_from_new_keys_to_equal_heads_with_commands_alone(serve: Callable[..., Any], usb: Path, tmp_path: Path) -> None:
    def fieldkit(home: Path, *command: str, expect: int = 0) -> str:
        environment = {**os.environ, "FIELDKIT_HOME": str(home), "FIELDKIT_PASSPHRASE": PASSPHRASE}
        done = subprocess.run([sys.executable, "-m", "fieldkit", *command], env=environment, capture_output=True, text=True)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    hub, kit = serve("hub", "serve"), serve("serve", "--demo")
    keys = tmp_path / "keys"
    keys.mkdir()
    fieldkit(hub.home, "hub", "keys", str(keys))
    fieldkit(kit.home, "enrol", fieldkit(hub.home, "hub", "enrol", "Kit 7", "--url", hub.url).splitlines()[-1])
    written = fieldkit(kit.home, "bundle", "write", str(usb))
    assert "Du kannst den Stick jetzt abziehen." in written
    read = fieldkit(hub.home, "hub", "read", str(usb), "--key", str(keys / "operations.key.age"))
    entries, word = written.split()[0], written.split("Prüfwort: ")[1].split()[0]
    assert f"{entries} Einträge bestätigt, Prüfwort {word}." in read
    assert f"{entries} von {entries} Einträgen bestätigt" in fieldkit(kit.home, "bundle", "receipt", str(receipt_on(usb)))
    kit.stop()  # and when it does not serve, the command does it itself
    assert "auf den Stick muss nichts" in fieldkit(kit.home, "bundle", "write", str(usb))


# Receipts


def take(kit: House, content: bytes | str | dict[str, Any], usb: Path) -> dict[str, Any]:
    """Hand the kit a receipt file."""
    file = usb / "some.receipt.json"
    content = json.dumps(content) if isinstance(content, dict) else content
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return bundle.receipt(kit, quiet, str(file))


@pytest.fixture
def answered(away: House, hub: Central, usb: Path, idea: Callable[..., str]) -> dict[str, Any]:
    """The answer file of the hub for everything the kit has."""
    idea(WORDS)
    write(away, usb)
    read_at(hub, usb)
    file = receipt_on(usb)
    content = json.loads(file.read_text())
    file.unlink()
    return content


def test_a_receipt_can_be_handed_over_by_name(away: House, usb: Path, answered: dict[str, Any]) -> None:
    head = journal.head(away.db.read())
    outcome = take(away, answered, usb)
    assert (outcome["confirmed"], outcome["total"], outcome["word"]) == (head.seq, head.seq, wire.check_word(head.digest))


def test_a_receipt_with_one_letter_changed_confirms_nothing(away: House, usb: Path, answered: dict[str, Any]) -> None:
    for name, value in (("seq", 2), ("hub_time", "2030-01-01T00:00:00Z"), ("digest", "0" * 64), ("sig", "0" * 128)):
        with pytest.raises(Failed, match="Unterschrift"):
            take(away, answered | {"receipt": answered["receipt"] | {name: value}}, usb)
    assert confirmed(away) == 0


def test_a_receipt_of_another_hub_or_for_another_kit_confirms_nothing(
    away: House, hub: Central, usb: Path, answered: dict[str, Any]
) -> None:
    said = {key: value for key, value in answered["receipt"].items() if key != "sig"}
    with pytest.raises(Failed, match="Unterschrift"):
        take(away, answered | {"receipt": wire.sign(SigningKey.generate(), "receipt", said)}, usb)
    with pytest.raises(Failed, match="anderes Kit"):
        take(away, answered | {"receipt": wire.sign(hub.signing_key, "receipt", said | {"kit": "x" * 16})}, usb)
    assert confirmed(away) == 0


def test_a_receipt_for_entries_we_do_not_have_shows_a_copy_of_the_kit(
    away: House, hub: Central, usb: Path, answered: dict[str, Any]
) -> None:
    said = {key: value for key, value in answered["receipt"].items() if key != "sig"} | {"digest": "0" * 64}
    with pytest.raises(Failed, match="Kopie dieses Kits"):
        take(away, answered | {"receipt": wire.sign(hub.signing_key, "receipt", said)}, usb)
    assert confirmed(away) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00\xff" * 100, b"[]", b"null", b"{}", b'{"receipt": 7, "answers": []}', b'{"receipt": {"sig": "00"}}', b'{"a":' * 900,
        b"[" * 100_000, b'{"receipt": {"sig": ' + b"[" * 700 + b"]" * 700 + b"}}",
    ],
)  # fmt: skip
def test_a_file_that_is_no_receipt_gets_a_sentence(away: House, usb: Path, content: bytes) -> None:
    with pytest.raises(Failed, match="Beleg|Unterschrift"):
        take(away, content, usb)
    assert confirmed(away) == 0


def test_a_huge_receipt_is_not_even_read(away: House, usb: Path) -> None:
    with (usb / "huge.receipt.json").open("wb") as file:
        file.truncate(10**11)
    with pytest.raises(Failed, match="zu groß"):
        bundle.receipt(away, quiet, str(usb / "huge.receipt.json"))


def test_a_pipe_or_a_link_instead_of_a_receipt_keeps_nobody_waiting(
    away: House, usb: Path, idea: Callable[..., str], tmp_path: Path
) -> None:
    idea()
    place = usb / "FELDKIT" / away.kit.id
    place.mkdir(parents=True)
    os.mkfifo(place / "pipe.receipt.json")
    (place / "link.receipt.json").symlink_to(tmp_path / "home" / "kit.toml")
    (place / "folder.receipt.json").mkdir()
    outcome = write(away, usb)
    assert [note.split(":")[0] for note in outcome["notes"]] == ["folder.receipt.json", "link.receipt.json", "pipe.receipt.json"]
    assert outcome["written"] == 1


def test_an_old_receipt_played_again_confirms_nothing(
    away: House, hub: Central, usb: Path, answered: dict[str, Any], idea: Callable[..., str]
) -> None:
    """The hub was restored from a backup, and knows less than it confirmed once: only its newest word counts."""
    take(away, answered, usb)
    assert confirmed(away) == 3
    said = {"kit": away.kit.id, "epoch": journal.head(away.db.read()).epoch, "seq": 1, "hub_time": "2039-01-01T00:00:00Z"}
    said["digest"] = store.digest_at(away.db.read(), said["epoch"], 1)
    take(away, answered | {"receipt": wire.sign(hub.signing_key, "receipt", said)}, usb)
    assert confirmed(away) == 1
    outcome = take(away, answered, usb)
    assert "älter als der letzte" in outcome["notes"][0]
    assert confirmed(away) == 1
    assert write(away, usb)["entries"] == 2


def test_a_kit_set_back_learns_it_from_the_receipt_and_begins_anew(
    away: House, hub: Central, usb: Path, answered: dict[str, Any]
) -> None:
    epoch = journal.head(away.db.read()).epoch
    said = {key: value for key, value in answered["receipt"].items() if key != "sig"} | {"seq": 99, "digest": "0" * 64}
    outcome = take(away, answered | {"receipt": wire.sign(hub.signing_key, "receipt", said)}, usb)
    assert "beginnt neu" in outcome["notes"][0]
    assert journal.head(away.db.read()).epoch > epoch
    assert "vor dem Neubeginn" in take(away, answered, usb)["notes"][0]
    write(away, usb)
    taken, _ = read_at(hub, usb)
    assert [one.refused for one in taken] == ["", ""]  # the old epoch is still there, too


def test_answers_with_a_gap_before_them_are_not_taken(away: House, hub: Central, usb: Path, answered: dict[str, Any]) -> None:
    said = {"kit": away.kit.id, "after": 5, "entries": []}
    with pytest.raises(Failed, match="fehlen welche"):
        take(away, answered | {"answers": wire.sign(hub.signing_key, "answers", said)}, usb)


def test_a_restored_hub_goes_on_behind_what_the_kit_has_heard(
    away: House, hub: Central, usb: Path, answered: dict[str, Any], idea: Callable[..., str]
) -> None:
    take(away, answered, usb)
    away.db.write(lambda conn: conn.execute("UPDATE hub SET inbox = 900000000"))
    rid = away.db.read().execute("SELECT id FROM ideas").fetchone()[0]
    words = {"status": "doing", "body": "Ja.", "office": "Amt"}
    hub.db.write(outbox.answer, hub.signing_key, away.kit.id, rid, words, "Frau Krüger")
    idea("Neu")
    write(away, usb)
    read_at(hub, usb)
    assert write(away, usb)["answers"] == 1


# The page on the desk


def test_a_kit_without_a_stick_says_so_kindly(away: House, facilitator: Client) -> None:
    page = facilitator.get("/sync/stick")
    assert page.status_code == 200
    assert "Hier steckt noch kein Stick" in page.text


@pytest.fixture
def plugged(away: House, usb: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The kit, with the stick in it."""
    object.__setattr__(away.config, "media", (str(usb),))
    return away


def wait(kit: House) -> None:
    """Until the stick is written."""
    job = kit.jobs.last("stick")
    assert job is not None
    assert job.ended.wait(20)


def test_the_facilitator_writes_a_stick_with_one_button(
    plugged: House, facilitator: Client, usb: Path, hub: Central, idea: Callable[..., str]
) -> None:
    idea(WORDS)
    page = facilitator.get("/sync/stick").text
    assert "STICK" in page
    assert "Auf diesen Stick übergeben" in page
    assert facilitator.post("/sync/stick", data={"stick": str(usb)}).status_code == 303
    wait(plugged)
    page = facilitator.get("/sync/stick").text
    assert "Du kannst den Stick jetzt abziehen." in page
    assert wire.check_word(journal.head(plugged.db.read()).digest) in page
    read_at(hub, usb)
    facilitator.post("/sync/stick", data={"stick": str(usb)})
    wait(plugged)
    assert "Alles ist übergeben." in facilitator.get("/sync/stick").text
    assert confirmed(plugged) == 3


def test_only_a_stick_that_is_plugged_in_can_be_chosen(plugged: House, facilitator: Client, tmp_path: Path) -> None:
    answer = facilitator.post("/sync/stick", data={"stick": str(tmp_path)})
    assert answer.status_code == 422
    assert "steckt nicht mehr" in answer.text
    assert plugged.jobs.last("stick") is None


def test_the_page_says_why_it_did_not_work(plugged: House, facilitator: Client, usb: Path, idea: Callable[..., str]) -> None:
    idea()
    (usb / "FELDKIT").write_text("Das ist mein Feld.")
    facilitator.post("/sync/stick", data={"stick": str(usb)})
    wait(plugged)
    page = facilitator.get("/sync/stick").text
    assert "Das hat nicht geklappt." in page
    assert "auf dem Kit ist alles da" in page


def test_without_keys_the_page_says_what_is_missing(enrolled: House, facilitator: Client, idea: Callable[..., str]) -> None:
    idea()
    assert "Der Hub hat noch keine Schlüssel." in facilitator.get("/sync/stick").text


def test_a_stick_with_a_name_nobody_can_write_is_left_out(away: House, facilitator: Client, tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/ST\xffCK")
    os.mkdir(odd)
    object.__setattr__(away.config, "media", (odd,))
    assert len(media.mounted([odd])) >= 1
    assert "Hier steckt noch kein Stick" in facilitator.get("/sync/stick").text
