"""Joining the hotspot: an address at once, a name for everything, and what was given stays given."""

import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from fieldkit.net import files, machine
from fieldkit.portal.probes import PROBES
from tests.network import crowd
from tests.network.places import KIT, Visitor, command
from tests.network.world import World

pytestmark = [pytest.mark.network, pytest.mark.slow]

SYSTEMS = {host: probe.systems for probe in PROBES for host in (ask.split("/")[0] for ask in probe.asks)}
CANARIES = ("use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com")


def resolve(visitor: Visitor, *questions: str, server: str = KIT) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What dnsmasq says, asked in one breath: question -> status and answers. A question is a name and a type."""
    words = [word for question in questions for word in question.split()]
    said = visitor.run("dig", "+noall", "+comments", "+answer", f"@{server}", *words).split(";; Got answer:")[1:]
    assert len(said) == len(questions)
    return {question: (re.search(r"status: (\w+)", text)[1], tuple(re.findall(r"^[^;\n]+\sIN\s+\w+\s+(\S+)$", text, re.M)))
            for question, text in zip(questions, said, strict=True)}  # fmt: skip


def test_a_phone_gets_an_address_and_is_told_that_the_kit_knows_every_name(ayse: Visitor) -> None:
    assert ayse.address.startswith("10.42.0.")
    assert (ayse.lease["router"], ayse.lease["dns"], ayse.lease["mask"]) == (KIT, KIT, "24")
    assert ayse.lease["lease"] == "1800"  # seconds: others want to come, too
    assert bytes.fromhex(ayse.lease["opt43"]) == b"ANDROID_METERED"
    assert "ntpsrv" not in ayse.lease  # nobody would answer there


def test_a_phone_does_not_wait_for_its_address(world: World) -> None:
    somebody = world.visitor()
    began = time.monotonic()
    somebody.join()
    assert time.monotonic() - began < 1.5  # dnsmasq's own check would take three seconds


@pytest.mark.parametrize("systems", sorted(set(SYSTEMS.values())))
def test_every_system_finds_the_kit_where_it_looks_for_the_internet(ayse: Visitor, systems: str) -> None:
    hosts = [host for host, known in SYSTEMS.items() if known == systems]
    said = resolve(ayse, *(f"{host} {kind}" for host in hosts for kind in ("A", "AAAA", "HTTPS")))
    for host in hosts:
        assert said[f"{host} A"] == ("NOERROR", (files.ELSEWHERE,))
        # An empty answer, not a refusal: after that some would ask elsewhere, or wait.
        assert said[f"{host} AAAA"] == said[f"{host} HTTPS"] == ("NOERROR", ())


@pytest.mark.parametrize("canary", CANARIES)
def test_browsers_that_would_ask_a_far_server_learn_that_here_they_must_not(ayse: Visitor, canary: str) -> None:
    said = resolve(ayse, f"{canary} A", f"{canary} AAAA", f"www.{canary} A")
    assert set(said.values()) == {("NXDOMAIN", ())}


def test_windows_gets_the_address_it_asks_for_to_see_whether_names_work(ayse: Visitor) -> None:
    assert resolve(ayse, "dns.msftncsi.com A") == {"dns.msftncsi.com A": ("NOERROR", ("131.107.255.255",))}


def test_a_phone_with_a_dns_server_of_its_own_is_answered_by_the_kit_all_the_same(ayse: Visitor) -> None:
    for server in ("8.8.8.8", "10.42.0.1", "198.51.100.1"):
        assert resolve(ayse, "feldkit.internal A", "captive.apple.com A", server=server) == {
            "feldkit.internal A": ("NOERROR", (KIT,)),
            "captive.apple.com A": ("NOERROR", (files.ELSEWHERE,)),
        }
    assert "10.42.0.1" in ayse.run("dig", "+tcp", "+short", "@9.9.9.9", "feldkit.internal")


@pytest.mark.parametrize("host", [KIT, "feldkit.internal"])
def test_the_kit_answers_by_name_and_by_number(ayse: Visitor, host: str) -> None:
    answer = ayse.ask(host, "/")
    assert answer.status == 200
    assert "Feldkit" in answer.text


def test_a_crowd_of_two_hundred_gets_two_hundred_addresses(world: World) -> None:
    with world.visitor().inside():
        leases = crowd.join("wlan0", 200)
    assert len(set(leases.values())) == 200
    with world.visitor().inside():
        assert crowd.join("wlan0", 200) == leases  # who comes back gets the same again


def test_one_phone_that_wants_every_address_leaves_enough_for_the_others(world: World, newcomer: Callable[[], Visitor]) -> None:
    greedy = world.visitor()
    with greedy.inside(), pytest.raises(TimeoutError):
        crowd.join("wlan0", 20, card=bytes.fromhex("02feed020000"))
    assert newcomer().ask(KIT, "/").status == 200


def test_the_hotspot_restarted_gives_everybody_the_address_they_had(world: World, ayse: Visitor, ben: Visitor) -> None:
    before = [ayse.address, ben.address]
    world.stop(world.names)
    world.start_names()
    assert [visitor.join()["ip"] for visitor in (ben, ayse)] == before[::-1]
    assert ayse.ask("feldkit.internal", "/").status == 200


def test_a_phone_that_comes_from_another_kit_gets_a_new_address_at_once(world: World) -> None:
    somebody = world.visitor()
    with somebody.inside():
        assert crowd.insist("wlan0", "10.42.7.77") == crowd.NAK


def test_the_check_is_content_with_this_kit_and_says_what_breaks(world: World, newcomer: Callable[[], Visitor]) -> None:
    def said() -> str:
        with world.kit.inside():
            return "\n".join(difference.what for difference in machine.differences(world.config, world.folder))

    assert said() == ""
    with world.without_firewall():
        assert said() == "Besuchende kämen über dieses Kit in fremde Netze: Es leitet weiter, und die Firewall ist nicht geladen."
    with world.without_firewall(files.rules(replace(world.config, connections_per_device=30))):
        assert said() == "Die Firewall ist mit älteren Regeln geladen."
    assert said() == ""
    world.stop(world.names)
    assert said() == f"Nach feldkit.internal gefragt, sagt das Kit nichts statt {KIT}."
    world.start_names()
    command("ip", "-n", world.kit.name, "address", "del", str(world.config.hotspot), "dev", "wlan0")
    try:
        assert "wlan0 hat die Adresse 10.42.0.1/24 nicht: Der Hotspot läuft nicht." in said()
    finally:
        command("ip", "-n", world.kit.name, "address", "add", str(world.config.hotspot), "dev", "wlan0")
    assert said() == ""
    assert newcomer().ask(KIT, "/").status == 200


def test_nobody_is_asked_to_use_ipv6(world: World, ayse: Visitor) -> None:
    addresses = ayse.run("ip", "-6", "-brief", "address", "show", "dev", "wlan0", "scope", "global")
    assert addresses.strip() == ""
    assert "inet6" not in command("ip", "-n", world.kit.name, "address", "show", "dev", "wlan0")
    with ayse.inside(), pytest.raises(OSError, match="Network is unreachable"):
        socket.create_connection(("2001:db8::1", 80), 1)
