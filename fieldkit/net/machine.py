"""What of the hotspot is not on this machine as the kit's config has it: files, and what runs."""

import contextlib
import json
import secrets
import socket
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..config import Config
from . import files

RENDER = "sudo fieldkit net render /"
UP = "sudo nmcli connection reload && sudo nmcli connection up feldkit-ap"
LOAD = f"sudo nft -f /{files.RULES_FILE}"


@dataclass(frozen=True)
class Difference:
    """Something that is not as it should be."""

    what: str
    """A sentence."""
    fix: str
    """What to type or do."""


def differences(config: Config, root: Path = Path("/")) -> Iterator[Difference]:
    """Everything that differs, what comes first in the order of repair first. Needs root to see it all."""
    yield from _files(config, root)
    yield from _interface(config)
    yield from _rules(config)
    yield from _names(config)
    if not opens(config):
        ip = config.hotspot.ip
        yield Difference(
            f"Auf Plakaten steht {config.address}, im Hotspot öffnet sich nur http://{ip}.",
            f'In der kit.toml: address = "http://{ip}"',
        )


def opens(config: Config) -> bool:
    """Whether the address on posters leads to the kit in the hotspot: a name or number of it, and a port the firewall lets in."""
    address = urlsplit(config.address)
    if address.scheme == "https":
        return address.hostname == config.tls_name and address.port in (None, 443)
    own = {str(config.hotspot.ip), config.hostname, config.tls_name, *config.hosts}
    return address.hostname in own and address.port in (None, 80)


def _files(config: Config, root: Path) -> Iterator[Difference]:
    for file in files.render(config):
        path = root / file.path
        try:
            text, mode = path.read_text(encoding="utf-8", errors="replace"), path.stat().st_mode & 0o777
        except FileNotFoundError:
            yield Difference(f"{path} fehlt.", RENDER)
        except OSError as error:
            yield Difference(f"{path} lässt sich nicht lesen ({error.strerror}).", "sudo fieldkit net check")
        else:
            if text != file.text:
                yield Difference(f"{path} ist anders, als die kit.toml es will.", RENDER)
            elif mode != file.mode:
                yield Difference(
                    f"{path} hat die Rechte {mode:o} statt {file.mode:o}; NetworkManager nimmt sie so nicht.", RENDER
                )


def _interface(config: Config) -> Iterator[Difference]:
    try:
        found = {link["ifname"]: link for link in json.loads(_run("ip", "-json", "address", "show"))}
    except _Silent as reason:
        yield Difference(f"Die Netzanschlüsse lassen sich nicht lesen: {reason}.", "sudo apt install iproute2")
        return
    if config.interface not in found:
        others = ", ".join(sorted(found.keys() - {"lo"})) or "keine"
        yield Difference(
            f"Den Netzanschluss {config.interface} gibt es hier nicht (vorhanden: {others}).",
            "In der kit.toml „interface“ berichtigen",
        )
        return
    addresses = found[config.interface]["addr_info"]
    if str(config.hotspot) not in {f"{has['local']}/{has['prefixlen']}" for has in addresses}:
        yield Difference(f"{config.interface} hat die Adresse {config.hotspot} nicht: Der Hotspot läuft nicht.", UP)
    if any(has["family"] == "inet6" for has in addresses):
        yield Difference(f"Auf {config.interface} ist IPv6 an; Telefone fragen dann nach Adressen, die niemand beantwortet.", UP)


def _rules(config: Config) -> Iterator[Difference]:
    try:
        loaded = files.seal_of(_run("nft", "list", "chain", "inet", "feldkit", "arrive"))
    except _Silent as reason:
        if "not permitted" in str(reason):
            yield Difference("Die Regeln der Firewall lassen sich nur mit sudo lesen.", "sudo fieldkit net check")
            return
        if "No such file or directory" not in str(reason):
            yield Difference(f"Die Regeln der Firewall lassen sich nicht lesen: {reason}.", "sudo apt install nftables")
            return
        loaded = ""
    if not loaded and _forwards():
        yield Difference(
            "Besuchende kämen über dieses Kit in fremde Netze: Es leitet weiter, und die Firewall ist nicht geladen.", LOAD
        )
    elif not loaded:
        yield Difference("Die Firewall ist nicht geladen: Port 80 führt nirgendwohin.", LOAD)
    elif loaded != files.seal_of(files.rules(config)):
        yield Difference("Die Firewall ist mit älteren Regeln geladen.", f"{RENDER} && {LOAD}")


def _forwards() -> bool:
    return Path("/proc/sys/net/ipv4/ip_forward").read_text().strip() == "1"


def _names(config: Config) -> Iterator[Difference]:
    for name, said, wanted in misled(config):
        yield Difference(f"Nach {name} gefragt, sagt das Kit {said or 'nichts'} statt {wanted}.", f"{RENDER} && {UP}")
        return


def misled(config: Config) -> Iterator[tuple[str, str, str]]:
    """Names for which phones in the hotspot get another answer than they should: name, answer, and what it should be."""
    kit = str(config.hotspot.ip)
    for name, wanted in ((config.hostname, kit), ("www.berlin.de", files.ELSEWHERE)):
        said = ask(kit, name)
        if said != wanted:
            yield name, said, wanted


def ask(server: str, name: str, tries: int = 3) -> str:
    """The first IPv4 address a DNS server has for a name; nothing when it has none or does not answer, within a second each try."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = secrets.token_bytes(2) + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", 1, 1)
    for _ in range(tries):
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(1)
            line.connect((server, 53))
            line.send(question)
            return _first_address(line.recv(512), question)
    return ""


def _first_address(answer: bytes, question: bytes) -> str:
    answered = answer[:2] == question[:2] and answer[6:8] != b"\0\0"
    # After the question: a name of two bytes, type, class, seconds, length, then the address.
    address = answer[len(question) + 12 :][:4]
    return socket.inet_ntoa(address) if answered and len(address) == 4 else ""


class _Silent(Exception):
    """A program did not answer; the text says why."""


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603 - words of our own
    except FileNotFoundError:
        raise _Silent(f"{command[0]} ist nicht installiert") from None
    except subprocess.CalledProcessError as error:
        raise _Silent(error.stderr.strip()) from None
    except subprocess.TimeoutExpired:
        raise _Silent(f"{command[0]} antwortet nicht") from None
    return done.stdout
