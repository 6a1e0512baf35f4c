"""How far a visitor gets: to the kit's pages and no further, and nobody keeps the others from them."""

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from fieldkit.net import files, machine
from tests.network import siege
from tests.network.places import KIT, Place, Visitor, command
from tests.network.world import World

pytestmark = [pytest.mark.network, pytest.mark.slow]

AT_ONCE = 0.05  # seconds
OFFICE = "203.0.113.1"
# What NetworkManager 1.42 loads for a shared connection.
SHARED = """
table ip nm-shared-wlan0 {
  chain nat_postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 10.42.0.0/24 ip daddr != 10.42.0.0/24 masquerade
  }
  chain filter_forward {
    type filter hook forward priority filter; policy accept;
    ip daddr 10.42.0.0/24 oifname "wlan0" ct state { established, related } accept
    ip saddr 10.42.0.0/24 iifname "wlan0" accept
    iifname "wlan0" oifname "wlan0" accept
    iifname "wlan0" reject
    oifname "wlan0" reject
  }
}
"""


def refused(visitor: Place, host: str, port: int) -> float:
    """How long it takes to be turned away, in seconds: the best of three, others use this machine, too."""
    waits = []
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(ConnectionRefusedError):
            visitor.connect(host, port)
        waits.append(time.monotonic() - began)
    return min(waits)


def pings(place: Place) -> int:
    """How often somebody asked whether this device is there."""
    return int(place.run("nstat", "-asz", "IcmpInEchos").split()[2])


@contextmanager
def listening(place: Place, port: int) -> Iterator[list[str]]:
    """Somebody waits for callers in there; who called."""
    callers: list[str] = []
    with place.inside():
        door = socket.create_server(("0.0.0.0", port))

    def wait() -> None:
        while True:
            try:
                line, (address, _) = door.accept()
            except OSError:
                return
            callers.append(address)
            line.close()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield callers
        time.sleep(0.1)  # who knocked last is to be heard, too
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join(5)


@pytest.mark.parametrize("host", [KIT, files.ELSEWHERE, "8.8.8.8", "192.168.178.1", "203.0.113.9"])
@pytest.mark.parametrize("port", [443, 853, 22, 8080, 65535])
def test_what_the_kit_does_not_offer_is_refused_at_once_wherever_it_was_meant_to_go(ayse: Visitor, host: str, port: int) -> None:
    assert refused(ayse, host, port) < AT_ONCE


@pytest.mark.parametrize("host", [KIT, files.ELSEWHERE, "8.8.8.8"])
def test_what_would_speak_quic_is_told_at_once_that_nobody_does(ayse: Visitor, host: str) -> None:
    with ayse.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(1)
        line.connect((host, 443))
        line.send(b"hello")
        with pytest.raises(ConnectionRefusedError):
            line.recv(1)


def test_a_kit_with_a_public_name_takes_https_itself_and_for_nobody_else(world: World, ayse: Visitor) -> None:
    with world.set_up_with(tls_name="kit7.example.org"), listening(world.kit, 443) as callers:
        with ayse.inside():
            assert machine.ask(KIT, "kit7.example.org") == KIT
        ayse.connect(KIT, 443).close()
        for host in (files.ELSEWHERE, "8.8.8.8"):
            assert refused(ayse, host, 443) < AT_ONCE
    assert callers == [ayse.address]
    assert refused(ayse, KIT, 443) < AT_ONCE


def test_the_kit_behind_the_firewall_does_offer_what_visitors_are_refused(world: World) -> None:
    """Or the tests above would prove nothing."""
    world.kit.connect(KIT, files.PORT).close()


def test_a_visitor_does_not_reach_another_through_the_kit(ayse: Visitor, ben: Visitor) -> None:
    ben.run("ip", "route", "replace", f"{ayse.address}/32", "via", KIT, "dev", "wlan0")
    with listening(ayse, 9999) as callers:
        ayse.connect("127.0.0.1", 9999).close()
        assert refused(ben, ayse.address, 9999) < AT_ONCE
    assert callers == ["127.0.0.1"]


def test_a_visitor_reaches_neither_the_desk_nor_the_way_to_it(world: World, ben: Visitor) -> None:
    for path in ("/desk", "/staff/sign-in", "/printing"):
        answer = ben.ask(KIT, path)
        assert answer.status == 403, path
        assert "Am Gerät selbst" in answer.text
    line = world.kit.connect("127.0.0.1", files.PORT)
    with line:
        line.sendall(b"GET /staff/sign-in HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert b" 200 " in line.recv(64)  # on the device itself it opens


def test_a_kit_with_internet_keeps_it_to_itself(world: World, ayse: Visitor) -> None:
    office = world.place("office")
    command("ip", "link", "add", "eth0", "netns", office.name, "type", "veth", "peer", "eth0", "netns", world.kit.name)
    command("ip", "-n", office.name, "address", "add", f"{OFFICE}/24", "dev", "eth0")
    command("ip", "-n", office.name, "link", "set", "eth0", "up")
    command("ip", "-n", world.kit.name, "address", "add", "203.0.113.2/24", "dev", "eth0")
    command("ip", "-n", world.kit.name, "link", "set", "eth0", "up")
    office.run("ip", "route", "add", "10.42.0.0/24", "via", "203.0.113.2")
    world.kit.run("nft", "-f", "-", input=SHARED)
    with listening(office, 7777) as callers, listening(ayse, 9999) as back:
        world.kit.connect(OFFICE, 7777).close()
        assert refused(ayse, OFFICE, 7777) < AT_ONCE
        assert ayse.ask(OFFICE, "/").status == 302  # to the portal
        with pytest.raises(RuntimeError):
            ayse.run("busybox", "ping", "-c", "1", "-W", "1", OFFICE)
        with pytest.raises(TimeoutError):
            office.connect(ayse.address, 9999, timeout=0.5)
    assert (callers, back) == (["203.0.113.2"], [])
    assert pings(office) == 0  # not even on the way there

    with listening(office, 7777) as callers, world.without_firewall():
        ayse.connect(OFFICE, 7777).close()
        ayse.run("busybox", "ping", "-c", "1", "-W", "1", OFFICE)
    assert pings(office) == 1
    assert callers == ["203.0.113.2"]  # NetworkManager's rules alone let everybody through
    world.kit.run("nft", "delete", "table", "ip", "nm-shared-wlan0")
    office.remove()


def test_one_phone_that_wants_2500_slow_connections_keeps_nobody_from_any_page(
    newcomer: Callable[[], Visitor], ben: Visitor
) -> None:
    siege.slowest_page(ben)  # everybody before has seen them, too
    with siege.slow_connections(newcomer(), 2500) as held:
        time.sleep(1)
        assert statistics.median(siege.slowest_page(ben) for _ in range(3)) < 0.5
    assert 6 <= max(held) <= 24


def test_without_the_limits_the_same_phone_shuts_everybody_out(
    world: World, newcomer: Callable[[], Visitor], ben: Visitor
) -> None:
    """Or the test above would prove nothing."""
    greedy = newcomer()
    with world.without_firewall(siege.without_limits(world.config)), siege.slow_connections(greedy, 2500) as held:
        time.sleep(1)
        with pytest.raises(TimeoutError):
            siege.slowest_page(ben)
    assert max(held) > 2000


def test_more_addresses_do_not_get_a_phone_more_connections(newcomer: Callable[[], Visitor]) -> None:
    greedy = newcomer()
    own = [greedy.address]
    for number in range(240, 250):
        own.append(f"10.42.0.{number}")
        greedy.run("ip", "address", "add", f"{own[-1]}/24", "dev", "wlan0")
    with siege.slow_connections(greedy, 300, own) as held:
        time.sleep(3)
    assert max(held) <= 24


def test_a_phone_that_knocks_without_end_is_let_in_at_a_measure_and_the_others_at_once(
    newcomer: Callable[[], Visitor], ben: Visitor
) -> None:
    hasty = newcomer()
    began, let_in, waits = time.monotonic(), 0, []
    for number in range(120):
        with suppress(TimeoutError):
            hasty.connect(KIT, 80, timeout=0.05).close()
            let_in += 1
        if number % 40 == 39:
            knocked = time.monotonic()
            ben.connect(KIT, 80).close()
            waits.append(time.monotonic() - knocked)
    assert 20 <= let_in <= 60 + 20 * (time.monotonic() - began) + 1
    assert max(waits) < 0.9  # who is unheard waits for a second


def test_a_phone_that_let_its_connections_go_may_have_new_ones(newcomer: Callable[[], Visitor]) -> None:
    somebody = newcomer()
    with siege.slow_connections(somebody, 100) as held:
        time.sleep(1)
    assert max(held) == 24
    time.sleep(2)
    assert somebody.ask(KIT, "/").status == 200
