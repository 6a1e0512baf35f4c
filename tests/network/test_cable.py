"""By cable: the team's way to the desk while the air is without a lock."""

import os
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit import doors
from fieldkit.net import files
from tests.network.places import KIT, Place, Visitor, command
from tests.network.world import World

pytestmark = [pytest.mark.network, pytest.mark.slow]

FIXED = str(doors.BY_CABLE.ip)
OFFICE = "192.168.178.7"
# A machine of its own as far as NetworkManager can see: its own bus, its own network, nothing that asks udev, which is not there.
MANAGED = """\
mount -o remount,ro,bind /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/NetworkManager
mount -t tmpfs tmpfs /etc/NetworkManager
mkdir -p /run/dbus /etc/NetworkManager/system-connections
install -m 600 {profile} /etc/NetworkManager/system-connections/
printf '[main]\\nplugins=keyfile\\ndhcp=internal\\n' > /etc/NetworkManager/NetworkManager.conf
dbus-daemon --system --nofork --nopidfile &
bus=$!
NetworkManager --no-daemon &
manager=$!
trap 'kill $manager $bus' EXIT
for _ in $(seq 100); do
  sleep 0.1
  [ "$(ip -4 -o address show dev eth0 | wc -l)" -ge {wanted} ] && break
done
ip -4 -o address show dev eth0
pgrep --parent $manager --list-name dnsmasq || echo "gives no addresses"
"""


@pytest.fixture(scope="module")
def laptop(world: World) -> Iterator[Place]:
    """Jonas' laptop at the other end of a cable, with an address it gave itself, and one of an office."""
    place = world.place("laptop")
    command("ip", "link", "add", "eth0", "netns", place.name, "type", "veth", "peer", "cable0", "netns", world.kit.name)
    for where, port, number, office in ((place, "eth0", "169.254.7.9", "192.168.178.20"), (world.kit, "cable0", FIXED, OFFICE)):
        command("ip", "-n", where.name, "address", "add", f"{number}/16", "dev", port)
        command("ip", "-n", where.name, "address", "add", f"{office}/24", "dev", port)
        command("ip", "-n", where.name, "link", "set", port, "up")
    yield place
    place.remove()


@pytest.mark.parametrize("address", [FIXED, OFFICE])
def test_at_a_cable_the_desk_opens_without_a_port_to_remember(laptop: Place, address: str) -> None:
    assert laptop.ask(address, "/").status == 200
    desk = laptop.ask(address, "/desk")
    assert desk.status == 303
    assert desk.headers["Location"].startswith("/staff/sign-in")
    assert "Ohne Kamera" in laptop.ask(address, "/staff/sign-in").text


def test_the_page_that_keeps_a_visitor_out_names_the_way_that_opens(laptop: Place, ayse: Visitor) -> None:
    shown = ayse.ask(KIT, "/desk")
    assert shown.status == 403
    assert f"http://{FIXED}/desk" in shown.text


def test_a_visitor_gets_to_the_portal_by_the_cables_address_and_not_to_the_desk(laptop: Place, ayse: Visitor) -> None:
    for address in (FIXED, OFFICE, "192.168.178.20"):
        answer = ayse.ask(address, "/desk")
        assert (answer.status, answer.headers["Location"]) == (302, f"http://{KIT}/start")
        with pytest.raises(ConnectionRefusedError):
            ayse.connect(address, files.PORT)


def test_a_name_that_leads_to_the_cables_address_is_a_strangers(laptop: Place) -> None:
    """Or any page on the internet could act for whoever is signed in."""
    assert laptop.ask(FIXED, "/desk", Host="evil.example").status == 302


def test_on_the_kit_the_address_of_the_poster_opens_as_long_as_the_rules_are_loaded(world: World) -> None:
    assert world.kit.ask(KIT, "/").status == 200
    with world.without_firewall(), pytest.raises(ConnectionRefusedError):
        world.kit.connect(KIT, 80)


@pytest.mark.parametrize("office", [False, True])
def test_network_manager_keeps_the_fixed_address_with_and_without_an_office(world: World, office: bool, tmp_path: Path) -> None:
    kit, other = world.place(f"plugged-{office}"), world.place(f"socket-{office}")
    command("ip", "link", "add", "eth0", "netns", kit.name, "type", "veth", "peer", "eth0", "netns", other.name)
    command("ip", "-n", other.name, "address", "add", "192.168.178.1/24", "dev", "eth0")
    command("ip", "-n", other.name, "link", "set", "eth0", "up")
    names = "--conf-file=/dev/null --keep-in-foreground --port=0 --no-ping --dhcp-range=192.168.178.30,192.168.178.40".split()
    router = ["ip", "netns", "exec", other.name, "dnsmasq", *names, f"--dhcp-leasefile={tmp_path / 'leases'}", "--pid-file"]
    server = subprocess.Popen(router) if office else None
    try:
        profile = world.folder / "etc/NetworkManager/system-connections/feldkit-cable.nmconnection"
        script = textwrap.dedent(MANAGED.format(profile=profile, wanted=2 if office else 1))
        said = kit.run("unshare", "--mount", "bash", "-c", script, env={**os.environ, "LC_ALL": "C"})
    finally:
        if server:
            world.stop(server)
        kit.remove()
        other.remove()
    assert f"inet {doors.BY_CABLE}" in said
    assert ("inet 192.168.178.3" in said) == office
    assert "gives no addresses" in said
