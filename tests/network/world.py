"""A square in network namespaces: the kit with its hotspot, and visitors with phones of their own. Needs root.

Everything is real but the radio. The kit's namespace has a bridge named `wlan0` for the air, whose ports are isolated as an access point with client
isolation does it; dnsmasq runs with the words NetworkManager 1.42 starts it with; the files are those of `fieldkit net render`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fieldkit import config
from fieldkit.config import Config
from fieldkit.net import files, machine
from tests.network.places import KIT, Place, Visitor, command

PROGRAMS = "ip bridge nft dnsmasq udhcpc busybox dig chromium nmcli sysctl".split()
PREFIX = "feldkit-"


def missing() -> str:
    """Why there can be no square on this machine, or nothing."""
    if os.geteuid():
        return "Tests of the network need root: they make network namespaces."
    absent = [program for program in PROGRAMS if not shutil.which(program)]
    return f"Tests of the network need these programs, too: {', '.join(absent)} (see .ci/run)." if absent else ""


class World:
    """The square."""

    def __init__(self, folder: Path, home: Path, name: str) -> None:
        """Nothing is up yet; `home` is that of a kit that was set up."""
        self.folder, self.home, self.name = folder, home, name
        self._afterwards = contextlib.ExitStack()
        self._visitors = 0

    def __enter__(self) -> "World":
        """Set up the hotspot and start the kit; takes everything down again when that fails."""
        with contextlib.ExitStack() as afterwards:
            self._afterwards = afterwards
            self._open()
            self._afterwards = afterwards.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the square."""
        self._afterwards.close()

    def _open(self) -> None:
        with (self.home / "kit.toml").open("a") as toml:
            toml.write(f'address = "http://{KIT}"\n')
        self.config = self._load()
        self.kit = self._place(Place, f"{self.name}-kit")
        # With a network card of its own: a bridge without one takes the lowest of its ports', another with every visitor.
        command("ip", "-n", self.kit.name, "link", "add", "wlan0", "address", "02:fe:ed:ff:ff:ff", "type", "bridge")
        self.kit.run("sysctl", "-q", "net.ipv6.conf.wlan0.disable_ipv6=1", "net.ipv4.ip_forward=1")  # as NetworkManager does
        # Radio is no bridge: with this on, the firewall would see its frames, and send refusals that nobody recognises.
        self.kit.run("sysctl", "-q", "-e", "net.bridge.bridge-nf-call-iptables=0")
        command("ip", "-n", self.kit.name, "address", "add", str(self.config.hotspot), "dev", "wlan0")
        command("ip", "-n", self.kit.name, "link", "set", "wlan0", "up")
        self._set_up(self.config)
        self.start_kit()

    @contextlib.contextmanager
    def set_up_with(self, **changes: str) -> Iterator[None]:
        """For a while the hotspot has other entries in its kit.toml; the server has not heard of them."""
        self.stop(self.names)
        self._set_up(replace(self.config, **changes))
        try:
            yield
        finally:
            self.stop(self.names)
            self._set_up(self.config)

    def _set_up(self, settings: Config) -> None:
        files.write(settings, self.folder)
        self.kit.run("nft", "-f", self.folder / files.RULES_FILE)
        self.start_names()

    def _load(self) -> Config:
        before = os.environ.get("FIELDKIT_HOME")
        os.environ["FIELDKIT_HOME"] = str(self.home)
        try:
            return config.load()
        finally:
            if before is None:
                del os.environ["FIELDKIT_HOME"]
            else:
                os.environ["FIELDKIT_HOME"] = before

    def start_names(self) -> None:
        """Start dnsmasq as NetworkManager does."""
        self.names = self._start(
            "dnsmasq", "--conf-file=/dev/null", "--no-hosts", "--keep-in-foreground", "--bind-interfaces", "--except-interface=lo",
            "--clear-on-reload", "--strict-order", f"--listen-address={KIT}", "--dhcp-range=10.42.0.10,10.42.0.254,60m",
            "--dhcp-option-force=43,ANDROID_METERED", f"--dhcp-leasefile={self.folder / 'leases'}", f"--pid-file={self.folder / 'pid'}",
            f"--conf-dir={self.folder / 'etc/NetworkManager/dnsmasq-shared.d'}",
        )  # fmt: skip
        self._until(lambda: self._in_kit(lambda: machine.ask(KIT, "feldkit.internal")) == KIT, "dnsmasq does not answer")

    def start_kit(self) -> None:
        """Start the kit's server."""
        self.server = self._start(sys.executable, "-m", "fieldkit", "serve", "--host", "0.0.0.0", "--port", str(files.PORT))
        self._until(self._kit_answers, "the kit does not answer")

    @contextlib.contextmanager
    def without_firewall(self, rules: str = "") -> Iterator[None]:
        """For a while there is none, or another one."""
        self.kit.run("nft", "-f", "-", input="delete table inet feldkit\n" + rules)
        try:
            yield
        finally:
            self.kit.run("nft", "-f", self.folder / files.RULES_FILE)

    def stop(self, process: subprocess.Popen) -> None:
        """End a process that was started here, and wait for it."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def place(self, what: str) -> Place:
        """Another place that is not on the hotspot."""
        return self._place(Place, f"{self.name}-{what}")

    def visitor(self) -> Visitor:
        """Somebody comes onto the square; they leave with the world."""
        self._visitors += 1
        return self._place(Visitor, self.kit, f"{self.name}-visitor-{self._visitors}", f"air{self._visitors}", self.folder)

    def _place(self, kind: type[Any], *words: Any) -> Any:
        place = kind(*words)
        self._afterwards.callback(place.remove)
        return place

    def _start(self, *words: str) -> subprocess.Popen:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self.kit.name, *words],
                env={**os.environ, "FIELDKIT_HOME": str(self.home)}, stdout=log, stderr=log,
            )  # fmt: skip
        self._afterwards.callback(self.stop, process)
        return process

    def _kit_answers(self) -> bool:
        try:
            self.kit.connect("127.0.0.1", files.PORT).close()
        except OSError:
            return False
        return True

    def _in_kit(self, question: Any) -> Any:
        with self.kit.inside():
            return question()

    def _until(self, true: Any, otherwise: str) -> None:
        deadline = time.monotonic() + 30
        while not true():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{otherwise}:\n{(self.folder / 'log').read_text(errors='replace')}")
            time.sleep(0.05)


def sweep() -> None:
    """Remove what runs that were killed left behind: namespaces named after processes that are no more, and who is in them."""
    for line in command("ip", "netns", "list").splitlines():
        name = line.split()[0]
        if name.startswith(PREFIX) and not Path("/proc", name.split("-")[1]).exists():
            for pid in command("ip", "netns", "pids", name).split():
                os.kill(int(pid), signal.SIGKILL)
            command("ip", "netns", "delete", name)
            shutil.rmtree(Path("/etc/netns") / name, ignore_errors=True)
