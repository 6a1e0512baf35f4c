"""Devices in network namespaces: a place of its own for each, with real sockets and a real DHCP client."""

import contextlib
import ctypes
import http.client
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fieldkit.net import machine

KIT = "10.42.0.1"
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)

# What a phone does with the answer of a DHCP server. The lease itself is written down for the tests.
ON_LEASE = """#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
env > "$LEASE"
ip address replace "$ip/$mask" dev "$interface"
ip route replace default via "$router"
echo "nameserver $dns" > "$RESOLV"
"""


class Place:
    """A network namespace: somebody's device."""

    def __init__(self, name: str) -> None:
        """Make it, with its own loopback and resolv.conf."""
        self.name = name
        self.resolv = Path("/etc/netns") / name / "resolv.conf"
        command("ip", "netns", "add", name)
        self.resolv.parent.mkdir(parents=True, exist_ok=True)
        self.resolv.touch()
        command("ip", "-n", name, "link", "set", "lo", "up")

    def remove(self) -> None:
        """Leave nothing behind."""
        subprocess.run(["ip", "netns", "delete", self.name], capture_output=True)
        shutil.rmtree(self.resolv.parent, ignore_errors=True)

    def run(self, *words: object, **options: Any) -> str:
        """What a program says in there. Raises CalledProcessError."""
        return command("ip", "netns", "exec", self.name, *words, **options)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Sockets made by this thread are in there."""
        with open("/proc/thread-self/ns/net") as outside, open(f"/run/netns/{self.name}") as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(outside.fileno())

    def connect(self, host: str, port: int, timeout: float = 5) -> socket.socket:
        """A TCP connection from in there to an address. Raises OSError."""
        with self.inside():
            return socket.create_connection((host, port), timeout)

    def ask(self, host: str, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        """Ask for a page the way a program does: resolve the name, connect to port 80, read it all."""
        with self.inside():
            address = host if host[0].isdigit() else machine.ask(KIT, host)
        line = http.client.HTTPConnection(host, timeout=10)
        line.sock = self.connect(address, 80)
        with contextlib.closing(line):
            line.request(method, path, headers={"Connection": "close", **headers})
            answer = line.getresponse()
            answer.text = answer.read().decode(errors="replace")  # type: ignore[attr-defined]
            return answer


class Visitor(Place):
    """Somebody with a phone, not yet on the hotspot."""

    def __init__(self, kit: Place, name: str, port: str, folder: Path) -> None:
        """Come into range: a `port` at the kit's access point. What has to be written down lies in `folder`."""
        super().__init__(name)
        self.folder = folder
        self.lease: dict[str, str] = {}
        command("ip", "link", "add", "wlan0", "netns", self.name, "type", "veth", "peer", port, "netns", kit.name)
        command("ip", "-n", kit.name, "link", "set", port, "master", "wlan0", "up")
        command("bridge", "-n", kit.name, "link", "set", "dev", port, "isolated", "on")
        # Or an address of IPv6 comes a second later, and a browser breaks off what it does: the network has changed.
        self.run("sysctl", "-q", "net.ipv6.conf.wlan0.accept_dad=0")
        command("ip", "-n", self.name, "link", "set", "wlan0", "up")

    @contextlib.contextmanager
    def browser(self, chromium: Any, home: Path) -> Iterator[Any]:
        """Chromium in there, with a home of its own; a page of it, as wide as a phone."""
        program = home / "chromium"
        program.write_text(f'#!/bin/sh\nexport HOME={home}\nexec ip netns exec {self.name} /usr/bin/chromium "$@"\n')
        program.chmod(0o755)
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        browser = chromium.browser_type.launch(executable_path=str(program), args=options)
        try:
            page = browser.new_page(locale="de-DE", viewport={"width": 360, "height": 740})
            page.set_default_timeout(15_000)
            yield page
        finally:
            browser.close()

    @property
    def address(self) -> str:
        """The address the kit gave."""
        return self.lease["ip"]

    def join(self) -> dict[str, str]:
        """Get an address from the kit with a real DHCP client; what the kit said."""
        script, lease = self.folder / "on-lease", self.folder / f"{self.name}.lease"
        script.write_text(ON_LEASE)
        script.chmod(0o755)
        told = {**os.environ, "LEASE": str(lease), "RESOLV": str(self.resolv)}
        self.run(
            "udhcpc", "-i", "wlan0", "-n", "-q", "-f", "-t", "5", "-T", "1", "-O", "43", "-O", "ntpsrv", "-s", script, env=told
        )
        self.lease = dict(line.split("=", 1) for line in lease.read_text().splitlines() if "=" in line)
        return self.lease


def command(*words: object, **options: Any) -> str:
    """What a program says. Raises CalledProcessError, with what it complained about."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr or done.stdout}")
    return done.stdout


def _enter(namespace: int) -> None:
    if LIBC.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
