"""How this kit is set up: one frozen dataclass from the environment and `kit.toml`. Refuses nonsense in a sentence."""

import os
import re
import secrets
import tomllib
from dataclasses import dataclass, fields, replace
from ipaddress import IPv4Interface
from pathlib import Path
from typing import Any

from . import nonsense

PACKAGE = Path(__file__).parent


class ConfigError(Exception):
    """The kit cannot start like this; the text says what to change."""


def folder(name: str) -> Path:
    """Where `templates`, `static` or `data` lie: inside an installed wheel, beside the package in a checkout."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


@dataclass(frozen=True)
class Config:
    """Everything about a kit that is not in its database."""

    home: Path
    """The folder of the live database, keys and backups."""
    name: str = "Feldkit"
    ssid: str = "Feldkit"
    """Name of the hotspot, as printed on the poster."""
    passphrase: str = ""
    """Passphrase of the hotspot; made at random by `fieldkit setup`."""
    address: str = "http://10.42.0.1"
    """The address visitors open; printed on the poster."""
    interface: str = "wlan0"
    """Where the hotspot is: the Wi-Fi chip, or an Ethernet port with an access point behind it."""
    network: str = "10.42.0.1/24"
    """The kit's own address on the hotspot, and how many addresses there are."""
    hostname: str = "feldkit.internal"
    """The kit's name on the hotspot; `.internal` is reserved for private networks."""
    tls_name: str = ""
    """The kit's public name, when a certificate for it lies in `tls/`."""
    country: str = "DE"
    """Whose rules the radio keeps to; without a country it stays off."""
    channel: int = 6
    """Wi-Fi channel in the 2.4 GHz band, which every phone has."""
    lease_minutes: int = 30
    """How long a phone may keep its address: people come and go."""
    connections_per_device: int = 24
    """How many connections a phone may hold; a browser opens six."""
    new_connections_per_second: int = 20
    """How many a phone may begin each second, three times as many at once."""
    desk_over_plain_wifi: bool = False
    """Whether the team's pages open without encryption over the hotspot, too, where card and PIN can be read along."""
    contact_over_plain_wifi: bool = False
    """Whether visitors may leave a contact without encryption over the hotspot, where it can be read along."""
    hosts: tuple[str, ...] = ()
    """Further names under which this kit answers."""
    media: tuple[str, ...] = ()
    """Folders that count as plugged-in media, such as a second disk; sticks are found by themselves."""
    purge_days: int = 30
    """Days after the hub's receipt until contributions are erased here; contacts are erased at once."""

    @property
    def database(self) -> Path:
        """The live database."""
        return self.home / "fieldkit.db"

    @property
    def hotspot(self) -> IPv4Interface:
        """The kit's address on the hotspot, with its network."""
        return IPv4Interface(self.network)

    @property
    def wireless(self) -> bool:
        """Whether the kit is the access point itself: Linux names Wi-Fi devices `wl...`."""
        return self.interface.startswith("wl")

    def own_hosts(self) -> frozenset[str]:
        """Every host name that is the kit itself; all others are the portal's."""
        names = {
            "localhost",
            "127.0.0.1",
            "[::1]",
            _host(self.address),
            str(self.hotspot.ip),
            self.hostname,
            self.tls_name,
            *self.hosts,
        }
        return frozenset(names - {""})


def load(address: str = "") -> Config:
    """Read the `kit.toml` in `FIELDKIT_HOME`; `address` is used when the file names none.

    Raises ConfigError when a value cannot work, with a sentence that names it.
    """
    home = find_home()
    values = read_toml(home / "kit.toml")
    if not address and in_checkout():
        address = "http://127.0.0.1:8080"
    if address:
        values.setdefault("address", address)
    return made_of(home, values)


def made_of(home: Path, values: dict[str, Any]) -> Config:
    """The configuration of the kit at `home` with these entries of a `kit.toml`. Raises ConfigError with all that is wrong."""
    names = {field.name for field in fields(Config)} - {"home"}
    wrong = [f"Der Eintrag „{name}“ ist unbekannt. Bitte entfernen." for name in values if name not in names]
    known = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items() if name in names}
    config = Config(home=home, **known)
    wrong += nonsense.sentences(config)
    if wrong:
        raise ConfigError(f"{home / 'kit.toml'}: {' '.join(wrong)}")
    return config if "address" in values else replace(config, address=f"http://{config.hotspot.ip}")


def in_checkout() -> bool:
    """Whether we run from a checkout of the project, not as an installed device."""
    return (PACKAGE.parent / "pyproject.toml").is_file()


def find_home() -> Path:
    """`FIELDKIT_HOME`; without it `.local` in a checkout, `/var/lib/fieldkit` on a device."""
    default = PACKAGE.parent / ".local" if in_checkout() else Path("/var/lib/fieldkit")
    return Path(os.environ.get("FIELDKIT_HOME") or default).expanduser().resolve()


def find_hub_home() -> Path:
    """`FIELDKIT_HOME`; without it `.hub` in a checkout, `/var/lib/fieldkit-hub` on a server: kit and hub never share."""
    default = PACKAGE.parent / ".hub" if in_checkout() else Path("/var/lib/fieldkit-hub")
    return Path(os.environ.get("FIELDKIT_HOME") or default).expanduser().resolve()


def prepare_hub() -> Path:
    """The hub's home, made where it is missing. Raises ConfigError when it cannot be written."""
    home = find_hub_home()
    _make_writable(home)
    return home


def prepare(address: str = "") -> Config:
    """Make the home and a first `kit.toml` where they are missing, then load.

    Raises ConfigError when the home cannot be written, with what to do.
    """
    home = find_home()
    _make_writable(home)
    if not (home / "kit.toml").exists():
        _write_first_toml(home / "kit.toml")
    return load(address)


def _make_writable(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.write_bytes(bytes(4096))
        probe.unlink(missing_ok=True)  # several processes of one hub may look at once
    except OSError as error:
        raise ConfigError(
            f"Der Ordner {home} lässt sich nicht beschreiben ({error.strerror}). "
            "Bitte Rechte und freien Platz prüfen oder FIELDKIT_HOME auf einen anderen Ordner setzen."
        ) from None


def _write_first_toml(path: Path) -> None:
    path.write_text(
        "# Dieses Kit. Nach einer Änderung bitte neu starten.\n"
        f'ssid = "Feldkit-{secrets.randbelow(90) + 10}"\n'
        f'passphrase = "{new_passphrase()}"\n',
        encoding="utf-8",
    )
    path.chmod(0o600)


def new_passphrase() -> str:
    """A random passphrase for the hotspot."""
    # Letters that nobody confuses, in groups, never all hexadecimal: some scanners read pure hex as raw bytes.
    return "-".join(["".join(secrets.choice("abdefghjkmnpqrstuvwxyz") for _ in range(4)) for _ in range(3)])


def read_toml(path: Path) -> dict[str, Any]:
    """The entries of a `kit.toml`; none where there is no such file. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows begins with a mark
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise ConfigError(f"{path} ist nicht lesbar. Bitte im Editor neu speichern, mit der Kodierung UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{path} ist nicht lesbar: {error.strerror}.") from None
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise ConfigError(f"{path} ist nicht lesbar: {nonsense.illegible(text, error)}") from None


def _host(address: str) -> str:
    return re.sub(r":\d+$", "", address.split("://", 1)[1])
