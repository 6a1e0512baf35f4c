"""The two keys: made on a stick, never overwritten, told to every kit, and good for Debian's age."""

import os
import pty
import re
import stat
import time
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from werkzeug.test import Client

from fieldkit import config, seal
from fieldkit import kit as identity
from fieldkit.cli import main
from fieldkit.house import House
from fieldkit.hub import central, commands, keyfile, keys, tables
from fieldkit.hub.central import Central
from fieldkit.sync import handover

CONTACT = {"contact": "ayse@example.org"}


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


def sync(kit: House) -> dict[str, Any]:
    """Hand over without waiting between tries."""
    return handover.run(kit, quiet, wait=lambda _: None)


def test_the_fingerprint_is_short_and_the_same_in_any_order() -> None:
    one, other = "age1aaaa", "age1bbbb"
    assert re.fullmatch(r"\d{4}( \d{4}){4}", seal.fingerprint([one, other]))
    assert seal.fingerprint([one, other]) == seal.fingerprint([other, one])
    assert seal.fingerprint([one]) != seal.fingerprint([other])
    assert seal.fingerprint([]) == ""


def test_new_keys_are_told_to_every_kit_and_not_counted_as_an_answer(
    hub: Central, enrolled: House, recipients: dict[str, str]
) -> None:
    assert identity.recipients(enrolled.db.read()) == []
    fingerprint = commands.new_keys(hub, quiet, recipients)["fingerprint"]
    assert sync(enrolled)["answers"] == 0
    assert identity.recipients(enrolled.db.read()) == [recipients["operations"], recipients["escrow"]]
    assert seal.fingerprint(identity.recipients(enrolled.db.read())) == fingerprint


def test_hub_and_kit_show_the_same_fingerprint(
    hub: Central, enrolled: House, recipients: dict[str, str], facilitator: Client, reader: Client
) -> None:
    fingerprint = commands.new_keys(hub, quiet, recipients)["fingerprint"]
    sync(enrolled)
    assert fingerprint in facilitator.get("/sync").text
    assert fingerprint in reader.get("/kits").text


def test_a_kit_enrolled_with_an_old_line_hears_of_newer_keys(
    kit: House, hub: Central, line: Any, recipients: dict[str, str]
) -> None:
    string = commands.enrol(hub, quiet, "Kit 7")["string"]
    commands.new_keys(hub, quiet, recipients)
    kit.command("enrol")(kit, quiet, string)
    sync(kit)
    assert identity.recipients(kit.db.read()) == list(hub.recipients)


def test_new_keys_are_in_the_protocol(hub: Central, recipients: dict[str, str]) -> None:
    fingerprint = commands.new_keys(hub, quiet, recipients)["fingerprint"]
    with hub.db.read() as conn:
        line = conn.execute(select(tables.audit).where(tables.audit.c.act == "keys")).one()
    assert (line.who, line.note) == ("fieldkit", fingerprint)


@pytest.mark.parametrize("there", ["operations.key.age", "escrow.key.age", "LIESMICH.txt"])
def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("kostbar")
    with pytest.raises(keys.Refused, match=re.escape(there)):
        keys.make(tmp_path, dict.fromkeys(keys.ROLES, "x" * 12))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {there: "kostbar"}


def test_a_stick_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(keys.Refused, match="eingesteckt"):
        keys.check_folder(tmp_path / "nothing")


@pytest.fixture
def hub_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A command at a hub that is not serving."""
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "hubhome"))
    monkeypatch.delenv("FIELDKIT_HUB_DATABASE", raising=False)

    def run(*words: str, typed: str = "", passphrase: str = "") -> Any:
        return CliRunner().invoke(main, ["hub", *words], input=typed, env={"FIELDKIT_PASSPHRASE": passphrase or None})

    return run


@pytest.mark.slow
def test_the_ceremony_asks_for_two_different_passphrases(hub_command: Callable[..., Any], tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    first, second = "birke löffel wolke", "kanal apfel zwirn"
    typed = "".join(f"{words}\n" * 2 for words in ("kurz", first, first, second))
    done = hub_command("keys", str(stick), typed=typed)
    assert done.exit_code == 0, done.output
    assert "mindestens 12" in done.output
    assert "ein anderes" in done.output
    private = {role: keyfile.unlock(keys.file_of(stick, role).read_bytes(), words)
               for role, words in zip(keys.ROLES, (first, second), strict=True)}  # fmt: skip
    fingerprint = re.search(r"\d{4}( \d{4}){4}", done.output)[0]
    assert fingerprint in (stick / "LIESMICH.txt").read_text()
    assert first not in done.output
    on_the_hub = b"".join(path.read_bytes() for path in (tmp_path / "hubhome").rglob("*") if path.is_file())
    assert not any(key.encode() in on_the_hub or key in done.output for key in private.values())


@pytest.mark.slow
def test_making_keys_again_asks_first_and_takes_another_stick(
    hub_command: Callable[..., Any], tmp_path: Path, recipients: dict[str, str]
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with central.opened(config.prepare_hub(), "tests") as hub:
        before = commands.new_keys(hub, quiet, recipients)["fingerprint"]
    refused = hub_command("keys", str(stick), typed="\n", passphrase="x" * 12)
    assert (refused.exit_code, "nichts geändert" in refused.output, list(stick.iterdir())) == (1, True, [])
    again = hub_command("keys", str(stick), typed="neu\n", passphrase="x" * 12)
    assert again.exit_code == 0, again.output
    said = re.findall(r"\d{4}(?: \d{4}){4}", again.output)
    assert (said[0], said[-1] == before) == (before, False)
    assert "Alte Dateien behalten" in again.output
    assert "liegt schon" in hub_command("keys", str(stick), passphrase="x" * 12).output


def test_keys_beside_the_hub_are_warned_about(
    hub_command: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hubhome").mkdir()
    monkeypatch.setattr(keys, "make", lambda *_: (_ for _ in ()).throw(keys.Refused("Hier ist Schluss.")))
    done = hub_command("keys", str(tmp_path / "hubhome"), passphrase="x" * 12)
    assert "gehören auf einen Stick" in done.output
    assert "Hier ist Schluss." in done.output


def test_files_whose_public_halves_the_hub_could_not_take_are_taken_away_again(
    hub_command: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(keys.passphrase, "encrypt", lambda content, words: b"locked")  # only the order of events matters here
    monkeypatch.setitem(commands.COMMANDS, "keys", lambda *_, **__: (_ for _ in ()).throw(keys.Refused("voll")))
    done = hub_command("keys", str(stick), passphrase="x" * 12)
    assert done.exit_code != 0
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ConnectionAbortedError])
def test_files_of_keys_that_count_stay_although_the_answer_was_lost(
    hub_command: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(keys.passphrase, "encrypt", lambda content, words: b"locked")  # only the order of events matters here

    def taken_and_lost(*said: Any, **more: Any) -> None:
        commands.new_keys(*said, **more)
        raise fault

    monkeypatch.setitem(commands.COMMANDS, "keys", taken_and_lost)
    done = hub_command("keys", str(stick), passphrase="x" * 12)
    assert done.exit_code != 0
    with central.opened(config.prepare_hub(), "tests") as hub:
        assert seal.fingerprint(hub.recipients) in done.output
    assert sorted(path.name for path in stick.iterdir()) == ["LIESMICH.txt", "escrow.key.age", "operations.key.age"]
    assert ("gelten. Die Dateien bleiben" in done.output) == (fault is not KeyboardInterrupt)


def test_files_stay_when_nobody_can_say_which_keys_count(
    hub_command: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(keys.passphrase, "encrypt", lambda content, words: b"locked")

    def gone(*_: Any, **__: Any) -> None:
        monkeypatch.setitem(commands.COMMANDS, "fingerprint", gone)
        raise OSError

    monkeypatch.setitem(commands.COMMANDS, "keys", gone)
    done = hub_command("keys", str(stick), passphrase="x" * 12)
    assert "Vielleicht hat der Hub" in done.output
    assert len(list(stick.iterdir())) == 3


@pytest.mark.slow
def test_private_keys_are_for_their_owner_only(stick: Any) -> None:
    for role in keys.ROLES:
        assert stat.S_IMODE(stick.file(role).stat().st_mode) == 0o600
        assert b"AGE-SECRET-KEY" not in stick.file(role).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("role", keys.ROLES)
def test_debians_age_opens_a_contact_with_either_key_file(stick: Any, tmp_path: Path, role: str) -> None:
    sealed = tmp_path / "contact.age"
    sealed.write_bytes(b64decode(seal.seal(CONTACT, list(stick.public.values()))))
    opened = tmp_path / "contact.json"
    age("-d", "-i", str(stick.file(role)), "-o", str(opened), str(sealed), passphrase=stick.passphrase)
    assert "ayse@example.org" in opened.read_text()


def age(*words: str, passphrase: str) -> None:
    """Debian's age, which asks for a passphrase at a terminal and nowhere else."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvp("age", ["age", *words])
    said = b""
    deadline = time.monotonic() + 60
    while b"passphrase" not in said and time.monotonic() < deadline:
        said += os.read(terminal, 1000)
    os.write(terminal, passphrase.encode() + b"\n")
    while time.monotonic() < deadline:
        try:
            said += os.read(terminal, 1000)
        except OSError:  # it is gone
            break
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, said


@pytest.mark.slow
def test_a_passphrase_that_is_wrong_opens_nothing(stick: Any) -> None:
    with pytest.raises(keyfile.Shut, match="Passwort"):
        keyfile.unlock(stick.file().read_bytes(), "geraten")
