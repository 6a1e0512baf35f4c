"""A Debian machine of our own, made by mmdebstrap and started with its real systemd, without any network."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from fieldkit.config import PACKAGE

CHECKOUT = PACKAGE.parent
PROGRAMS = "mmdebstrap systemd-nspawn nsenter shellcheck".split()
SYSTEM = "systemd systemd-sysv udev dbus openssl".split()
NEEDED = "python3 network-manager dnsmasq-base nftables wpasupplicant iproute2 nginx".split()
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def missing() -> str:
    """Why there can be no such machine here, or nothing."""
    if os.geteuid():
        return "Tests of the device need root: they make a Debian system and start it."
    absent = [program for program in PROGRAMS if not shutil.which(program)]
    return f"Tests of the device need these programs, too: {', '.join(absent)} (see .ci/run)." if absent else ""


def debian(root: Path) -> None:
    """Make the system, from wherever this machine gets its own packages."""
    sources = subprocess.run(
        ["apt-get", "indextargets", "--format", "deb $(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages", "Origin: Debian"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    suite = next(
        line.split("=")[1] for line in Path("/etc/os-release").read_text().splitlines() if line.startswith("VERSION_CODENAME")
    )
    subprocess.run(
        [
            "mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--include={','.join(SYSTEM + NEEDED)}",
            "--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude=/usr/share/{doc,man,locale}/*", suite, root, "-",
        ],
        input="\n".join(sorted(set(sources.splitlines()))), text=True, check=True,
    )  # fmt: skip
    (root / "boot/firmware").mkdir(exist_ok=True)
    (root / "etc/systemd/system/systemd-firstboot.service").symlink_to("/dev/null")  # it asks for a root password


class Machine:
    """One that is switched on and off."""

    def __init__(self, root: Path) -> None:
        """It is off."""
        self.root = root

    def switch_on(self) -> None:
        """Start it, and wait until systemd has started everything."""
        self._process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--console=pipe", "--boot", "-D", self.root],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.wait_for(lambda: self.says("systemctl", "is-system-running") in ("running", "degraded"), 90)

    def switch_off(self) -> None:
        """Pull the plug, if it is still on."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(60)

    def is_off(self) -> bool:
        """Whether it has switched itself off."""
        return self._process.poll() is not None

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess:
        """A command on it, as root. Raises RuntimeError with what it complained about."""
        done = subprocess.run(self._inside(*words), capture_output=True, text=True, timeout=300)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done

    def says(self, *words: str) -> str:
        """What a command on it prints."""
        return self.run(*words, check=False).stdout.strip()

    def state(self, unit: str) -> dict[str, str]:
        """What systemd knows of a unit."""
        return dict(line.split("=", 1) for line in self.says("systemctl", "show", unit).splitlines() if "=" in line)

    def wait_for(self, true: object, seconds: float) -> None:
        """Wait until it is so. Raises RuntimeError with the machine's journal."""
        deadline = time.monotonic() + seconds
        while not true():  # type: ignore[operator]
            if time.monotonic() > deadline or self.is_off():
                raise RuntimeError(
                    "\n".join(self.says("journalctl", "--no-pager", "--lines=60").splitlines()) if not self.is_off() else "off"
                )
            time.sleep(0.1)

    def health(self) -> str:
        """What the kit answers on the machine; empty while it does not."""
        question = (
            "import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=5).read().decode())"
        )
        return self.says("python3", "-c", question)

    def _inside(self, *words: str) -> list[str]:
        pid = self._process.pid
        try:
            first = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
        except (IndexError, OSError):
            return ["false"]  # not yet there, or gone
        return ["nsenter", "-t", first, "-m", "-u", "-i", "-n", "-p", "-r", "-w", "env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", *words]  # fmt: skip
