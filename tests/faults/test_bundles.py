"""A hundred thousand harmed bundles: harmed as a whole, sealed again, signed again by a kit gone mad. None is taken, none breaks anything.

As a script it prints the figures: python -m tests.faults.test_bundles
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from pyrage import encrypt
from sqlalchemy import func, select

from fieldkit import segment, wire
from fieldkit.hub import central, tables
from fieldkit.hub.kits import bundles
from tests.harm import HUB, Harm, two_kits
from tests.sticks import OPERATIONS, PASSPHRASE, Sender, give_keys, key_file

MANY = {
    "sealed": 2_000, "opened": 22_000, "header": 16_000, "batch": 45_000,
    "photo_sealed": 1_000, "photo_opened": 8_000, "photo_header": 6_000,
}  # fmt: skip


def trial(many: dict[str, int]) -> dict[str, Any]:
    """Show harmed bundles to the hub's checks: how many were accepted, how many broke something, and which sentences were said."""
    sender, other = two_kits()
    harm = Harm(sender, other)
    keys = {kit.id: bytes(kit.key.verify_key) for kit in (sender, other)}
    for unharmed in (harm.opened, harm.photo_opened):
        assert bundles.verified(unharmed, HUB, keys.get)[0].kit == sender.id
    found: dict[str, Any] = {"bundles": 0, "accepted": [], "uncaught": [], "sentences": Counter()}
    began = time.perf_counter()
    for layer, count in many.items():
        for content in harm.bundles(layer, count):
            found["bundles"] += 1
            try:
                plain = segment.unseal(content, str(OPERATIONS)) if layer.endswith("sealed") else content
                bundles.verified(plain, HUB, keys.get)
                found["accepted"].append((layer, content))
            except wire.Garbage as garbage:
                found["sentences"][re.sub(r"\d+|„.*“", "…", str(garbage))] += 1
            except BaseException as error:  # pyrage's panics are no Exceptions
                found["uncaught"].append((layer, content, repr(error)))
    found["seconds"] = time.perf_counter() - began
    return found


@pytest.mark.slow
def test_of_a_hundred_thousand_harmed_bundles_none_is_taken_and_none_breaks_anything() -> None:
    found = trial(MANY)
    assert found["bundles"] == 100_000
    assert (found["accepted"][:3], found["uncaught"][:3]) == ([], [])
    assert len(found["sentences"]) >= 15  # the checks deep inside were reached, too


def test_a_thousand_harmed_bundles_are_refused_at_once() -> None:
    found = trial(dict.fromkeys(MANY, 150))
    assert (found["bundles"], found["accepted"], found["uncaught"]) == (1050, [], [])


@pytest.mark.slow
def test_the_command_refuses_hundreds_of_harmed_files_and_the_hub_goes_on_serving(
    tmp_path: Path, serve: Callable[..., Any]
) -> None:
    home, place = tmp_path / "hub", tmp_path / "STICK" / "FELDKIT" / "kit"
    home.mkdir()
    place.mkdir(parents=True)
    (tmp_path / "operations.key.age").write_bytes(key_file())
    with central.opened(home, "tests") as hub:
        give_keys(hub)
        sender = Sender(hub)
        sender.say("idea1", {"title": "Mehr Bänke"})
        harm = Harm(sender, Sender(hub))
    for number, layer in enumerate(sorted(MANY) * 30):
        (content,) = harm.bundles(layer, 1)
        sealed = content if layer.endswith("sealed") else encrypt(content, [OPERATIONS.to_public()])
        (place / f"{number:03}.age").write_bytes(sealed)
    server = serve("hub", "serve", home=home)
    command = [
        sys.executable,
        "-m",
        "fieldkit",
        "hub",
        "read",
        str(tmp_path / "STICK"),
        "--key",
        str(tmp_path / "operations.key.age"),
    ]
    environment = {**os.environ, "FIELDKIT_HOME": str(home), "FIELDKIT_PASSPHRASE": PASSPHRASE}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.count("Nicht übernommen. "), done.stderr) == (1, 210, "")
    assert "Traceback" not in server.log.read_text()
    server.stop()
    with central.opened(home, "tests") as hub, hub.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(tables.entries)) == 0


if __name__ == "__main__":
    outcome = trial(MANY)
    accepted, uncaught = len(outcome["accepted"]), len(outcome["uncaught"])
    click.echo(f"{outcome['bundles']:,} bundles in {outcome['seconds']:.1f} s: {accepted} accepted, {uncaught} uncaught errors")
    for sentence, times in outcome["sentences"].most_common():
        click.echo(f"{times:8,}  {sentence}")
    sys.exit(accepted + uncaught > 0)
