"""`fieldkit doctor` on a kit that runs: it is not ready while visitors cannot use it."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.network.places import KIT, Visitor
from tests.network.world import World

pytestmark = [pytest.mark.network, pytest.mark.slow]

OF_THE_HOTSPOT = ("port", "access-point", "names")


def lights(world: World) -> dict[str, Any]:
    """What the kit says about its hotspot: level and word of each light."""
    done = subprocess.run(
        ["ip", "netns", "exec", world.kit.name, sys.executable, "-m", "fieldkit", "doctor", "--json"],
        env={**os.environ, "FIELDKIT_HOME": str(world.home)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return {light["check"]: (light["level"], light["word"]) for light in json.loads(done.stdout)["checks"]}


def test_a_hotspot_that_visitors_can_use_is_good(world: World, ayse: Visitor) -> None:
    said = lights(world)
    assert {said[check][0] for check in OF_THE_HOTSPOT} == {"good"}
    assert said["port"][1] == f"antwortet auf http://{KIT}"


def test_without_the_firewall_nobody_gets_in_and_the_kit_knows(world: World, ayse: Visitor) -> None:
    with world.without_firewall():
        with pytest.raises(ConnectionRefusedError):
            ayse.connect(KIT, 80)
        assert lights(world)["port"] == ("blocks", f"das Kit läuft, ist aber auf http://{KIT} nicht zu erreichen")


def test_without_dnsmasq_nobody_finds_the_kit_and_the_kit_knows(world: World, ayse: Visitor) -> None:
    world.stop(world.names)
    try:
        assert lights(world)["names"] == ("blocks", "nach feldkit.internal gefragt, sagt das Kit nichts")
    finally:
        world.start_names()


def test_a_hotspot_without_its_address_is_none(world: World, ayse: Visitor) -> None:
    world.kit.run("ip", "address", "delete", f"{KIT}/24", "dev", "wlan0")
    try:
        assert lights(world)["access-point"] == ("blocks", f"wlan0 ist an, aber nicht als Hotspot mit {KIT}")
    finally:
        world.kit.run("ip", "address", "add", f"{KIT}/24", "dev", "wlan0")
