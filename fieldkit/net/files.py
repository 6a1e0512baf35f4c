"""What dnsmasq, nftables and NetworkManager need to know, rendered from the kit's config: the same config, the same bytes."""

import hashlib
import os
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from .. import doors
from ..config import Config
from ..nonsense import NAME
from . import https

PORT = 8080
"""Where the kit's server listens; visitors come by port 80."""
ELSEWHERE = "198.51.100.1"
"""Every name that is not ours. Reserved for documentation (RFC 5737): some Androids take a private address for a broken network, and give up."""

RULES_FILE = "etc/nftables.d/feldkit.nft"
FOREVER = 2**31 - 1
"""Seconds; NetworkManager takes this for an endless time-out. With any other it gives a connection up without an answer to DHCP."""
CLOSED = 1
"""A port where nothing listens; whatever is sent there fails at once."""
HEAD = "# Aus der kit.toml, mit „fieldkit net render“. Änderungen bitte dort.\n"


@dataclass(frozen=True)
class File:
    """A file as it has to lie on the machine."""

    path: str
    """Without the slash it begins with."""
    text: str
    mode: int = 0o644


def render(config: Config) -> list[File]:
    """All network files of a kit."""
    files = [
        File(RULES_FILE, rules(config)),  # first: with a disk that fills up now, better rules without a hotspot
        File("etc/NetworkManager/dnsmasq-shared.d/feldkit.conf", _names(config)),
        File("etc/NetworkManager/system-connections/feldkit-ap.nmconnection", _profile(config), 0o600),
        File("etc/NetworkManager/system-connections/feldkit-cable.nmconnection", _cable(config), 0o600),
    ]
    if config.tls_name:
        files.append(File(https.FILE, HEAD + https.terminator(config)))
    if config.wireless:
        files.append(File("etc/modprobe.d/feldkit-wifi.conf", f"{HEAD}options cfg80211 ieee80211_regdom={config.country}\n"))
    return files


def write(config: Config, root: Path) -> list[Path]:
    """Write them below `root`, each at once and never readable by others while it is not meant to be. Raises OSError."""
    written = []
    for file in render(config):
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.unlink(missing_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode), "w", encoding="utf-8") as out:
            os.fchmod(out.fileno(), file.mode)
            out.write(file.text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
        written.append(path)
    return written


def seal_of(rules: str) -> str:
    """The mark by which loaded rules are told from older ones."""
    found = re.search(r'comment "(feldkit [0-9a-f]+)"', rules)
    return found[1] if found else ""


def _names(config: Config) -> str:
    kit = str(config.hotspot.ip)
    own = [config.hostname, config.tls_name, *config.hosts]
    return "\n".join(
        [
            HEAD + "# Kein Name wird anderswo erfragt, jeder führt zum Kit; local macht AAAA und HTTPS leer statt verweigert.",
            "no-resolv",
            "local=/#/",
            f"address=/#/{ELSEWHERE}",
            *(f"address=/{name}/{kit}" for name in own if re.fullmatch(NAME, name)),
            "# Windows fragt nach dieser Adresse, bevor es sein Netz prüft.",
            "address=/dns.msftncsi.com/131.107.255.255",
            "# Diese Namen gibt es nicht: Dann fragen Firefox und iCloud Private Relay das Kit statt eines fernen Servers.",
            "address=/use-application-dns.net/",
            "address=/mask.icloud.com/",
            "address=/mask-h2.icloud.com/",
            "# Wer weiterzieht, soll diese Antworten schnell vergessen.",
            "local-ttl=5",
            "# NetworkManager gibt Adressen für eine Stunde aus; auf einem Platz kommen und gehen viele.",
            f"dhcp-host=*:*:*:*:*:*,{config.lease_minutes}m",
            "# Sonst wartet jedes neue Telefon drei Sekunden, ob schon jemand seine Adresse hat.",
            "no-ping",
            "# Ein Telefon mit der Adresse eines anderen Kits bekommt gleich eine neue.",
            "dhcp-authoritative",
            "",
        ]
    )


RULES = """\
# Besuchende erreichen Adressen, Namen und Seiten des Kits, sonst nichts: weder das Internet noch einander.
table inet feldkit
delete table inet feldkit
table inet feldkit {{
  set connections {{ type ether_addr; size 4096; flags dynamic; }}
  set newcomers {{ type ether_addr; size 4096; flags dynamic,timeout; timeout 1m; }}
  set joining {{ type ether_addr; size 4096; flags dynamic,timeout; timeout 10m; }}

  chain arrive {{
    type nat hook prerouting priority dstnat; policy accept;
    iifname != "{interface}" fib daddr type local tcp dport 80 redirect to :{port}  # am Kabel: das Kit ohne Portnummer, sonst nichts
    iifname != "{interface}" accept comment "{seal}"
    tcp dport 80 redirect to :{port}
    meta l4proto {{ tcp, udp }} th dport 53 redirect to :53  # auch wer einen festen DNS-Server hat
{https}    ip daddr {{ {kit}, {broadcast}, 255.255.255.255, 224.0.0.0/4 }} meta l4proto udp accept
    meta l4proto {{ tcp, udp }} redirect to :{closed}  # ein leerer Port: unten abgewiesen, statt dass etwas wartet
  }}

  # Das Kit selbst, unter der Adresse, die auf Plakaten steht: so merkt es auch, wenn diese Regeln fehlen.
  chain begin {{
    type nat hook output priority -100; policy accept;
    ip daddr {kit} tcp dport 80 redirect to :{port}
  }}

  chain enter {{
    type filter hook input priority filter; policy accept;
    iifname != "{interface}" accept
    meta nfproto ipv6 drop
    # Ein Telefon fragt zweimal, um eine Adresse zu bekommen; niemand soll sie alle nehmen.
    udp dport 67 update @joining {{ ether saddr limit rate over 6/minute burst 20 packets }} drop
    ct state established,related accept
    udp dport {{ 53, 67 }} accept
    icmp type echo-request limit rate 50/second accept
    tcp dport {{ {open} }} jump visit
    meta l4proto tcp reject with tcp reset
    reject with icmpx port-unreachable
  }}

  # Was zu viel ist, wird nicht abgewiesen, sondern überhört: Das Gerät fragt nach einer Sekunde noch einmal.
  chain visit {{
    update @newcomers {{ ether saddr limit rate over {rate}/second burst {burst} packets }} drop
    add @connections {{ ether saddr ct count over {count} }} drop
    accept
  }}

  chain pass {{
    type filter hook forward priority filter - 5; policy accept;
    iifname "{interface}" meta l4proto tcp reject with tcp reset
    iifname "{interface}" reject with icmpx admin-prohibited
    oifname "{interface}" drop
  }}
}}
"""


def rules(config: Config) -> str:
    """The firewall, marked so that loaded rules can be told from older ones."""
    kit = config.hotspot
    values = {
        "interface": config.interface,
        "kit": kit.ip,
        "broadcast": kit.network.broadcast_address,
        "port": PORT,
        "closed": CLOSED,
        "open": f"53, 443, {PORT}" if config.tls_name else f"53, {PORT}",
        "https": f"    ip daddr {kit.ip} tcp dport 443 accept  # {config.tls_name}\n" if config.tls_name else "",
        "rate": config.new_connections_per_second,
        "burst": 3 * config.new_connections_per_second,
        "count": config.connections_per_device,
    }
    digest = hashlib.sha256(RULES.format(**values, seal="").encode()).hexdigest()[:16]
    return HEAD + RULES.format(**values, seal=f"feldkit {digest}")


def _profile(config: Config) -> str:
    """NetworkManager runs dnsmasq for it. WPA2 with CCMP and without protected frames: all that the Pi's own chip can do."""
    sections: dict[str, dict[str, object]] = {
        "connection": {
            "id": "feldkit-ap",
            "uuid": uuid.uuid5(uuid.NAMESPACE_DNS, "feldkit-ap"),
            "type": "wifi" if config.wireless else "ethernet",
            "autoconnect-priority": 100,
            "interface-name": config.interface,
            "metered": 1,  # yes: phones put off updates and backups
        }
    }
    if config.wireless:
        sections["wifi"] = {"band": "bg", "channel": config.channel, "mode": "ap", "ssid": config.ssid}
    if config.wireless and config.passphrase:
        sections["wifi-security"] = {
            "group": "ccmp;",
            "key-mgmt": "wpa-psk",
            "pairwise": "ccmp;",
            "pmf": 1,  # disabled
            "proto": "rsn;",
            "psk": config.passphrase,
        }
    sections["ipv4"] = {"address1": config.hotspot, "method": "shared"}
    sections["ipv6"] = {"addr-gen-mode": "default", "method": "disabled"}
    return _keyfile(sections)


def _cable(config: Config) -> str:
    """A guest in an office's network, never a server of addresses; on a direct cable found at its fixed address, without end or lease."""
    sections: dict[str, dict[str, object]] = {
        "connection": {
            "id": "feldkit-cable",
            "uuid": uuid.uuid5(uuid.NAMESPACE_DNS, "feldkit-cable"),
            "type": "ethernet",
            "autoconnect-priority": 50,  # before what the system has for any cable
        }
    }
    if not config.wireless:
        sections["match"] = {"interface-name": f"!{config.interface};"}
    sections["ipv4"] = {"address1": doors.BY_CABLE, "dhcp-timeout": FOREVER, "method": "auto"}
    sections["ipv6"] = {"addr-gen-mode": "default", "method": "auto"}
    return _keyfile(sections)


def _keyfile(sections: dict[str, dict[str, object]]) -> str:
    blocks = ["\n".join([f"[{title}]", *(f"{key}={value}" for key, value in lines.items())]) for title, lines in sections.items()]
    return HEAD + "\n\n".join(blocks) + "\n"
