"""Homes and ports that cannot work are refused in one sentence, with exit code 1 and without a traceback."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def refused(outcome):
    """The sentence of a command that was refused as it should be."""
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert outcome.stderr.count("\n") <= 2, outcome.stderr
    return outcome.stderr


@pytest.mark.parametrize("command", ["serve", "setup", "check", "demo"])
def test_a_home_that_cannot_be_made(fieldkit, command):
    assert "lässt sich nicht beschreiben" in refused(fieldkit("/proc/no/home", command))


def test_a_home_that_is_a_file(fieldkit, tmp_path):
    (tmp_path / "file").write_text("x")
    assert "lässt sich nicht beschreiben" in refused(fieldkit(tmp_path / "file", "setup"))


def test_a_read_only_home(open_home, tmp_path):
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
        pytest.skip("no user namespaces here")
    place = tmp_path / "read-only"
    place.mkdir()
    script = (
        'mount --bind "$1" "$2" && mount -o remount,ro,bind "$2" && FIELDKIT_HOME="$2" exec "$3" -m fieldkit serve --port 8139'
    )
    outcome = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", open_home, place, sys.executable], capture_output=True, text=True, timeout=60
    )
    sentence = refused(outcome)
    assert str(place) in sentence
    assert "Read-only file system" in sentence


def test_a_port_that_is_taken(fieldkit, open_home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = refused(fieldkit(open_home, "serve", "--port", str(port)))
    assert f"Auf Port {port} antwortet schon ein anderes Programm" in sentence
    assert f"--port {port + 1}" in sentence


def test_a_second_kit_on_the_same_home_is_told_who_works_there(serve, fieldkit, open_home):
    first = serve("serve", home=open_home)
    sentence = refused(fieldkit(open_home, "serve", "--port", "8138"))
    assert f"„fieldkit serve --port {first.port}“ (Prozess {first.process.pid})" in sentence


def test_a_command_works_while_the_kit_serves(serve, fieldkit, open_home):
    serve("serve", home=open_home)
    outcome = fieldkit(open_home, "check")
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.parametrize("port", ["0", "70000", "-1", "achtzig"])
def test_a_port_that_does_not_exist(fieldkit, open_home, port):
    assert fieldkit(open_home, "serve", "--port", port).returncode == 2


def test_a_broken_database_is_set_aside_untouched_and_the_kit_comes_up(serve, open_home):
    (open_home / "fieldkit.db").write_bytes(b"no database" * 1000)
    for left in ("-wal", "-shm"):
        (open_home / f"fieldkit.db{left}").unlink(missing_ok=True)
    serve("serve", home=open_home)
    aside = next(open_home.glob("quarantine-*"))
    assert (aside / "fieldkit.db").read_bytes() == b"no database" * 1000
    assert aside.name in (open_home / "server.log").read_text()


def test_a_lock_left_behind_by_a_kit_that_was_killed_is_no_obstacle(serve, open_home):
    first = serve("serve", home=open_home)
    first.process.kill()
    first.process.wait()
    assert (open_home / "fieldkit.lock").exists()
    serve("serve", home=open_home)


def test_a_home_with_spaces_umlauts_and_a_very_long_path(serve, open_home, tmp_path):
    home = tmp_path.joinpath("Kit für Neukölln", *["ein sehr langer Ordnername"] * 5)
    shutil.copytree(open_home, home)
    assert len(os.fsencode(home)) > 150
    serve("serve", home=home)
