"""The commands of the hotspot; thin."""

import sys
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import click

from .. import config
from ..ops import terminal
from ..wifi import wifi_qr
from . import files, machine


@click.group()
def net() -> None:
    """Der Hotspot: Netzdateien schreiben, diesen Rechner prüfen, den WLAN-Code zeigen."""


@net.command()
@click.argument("folder", metavar="ORDNER", type=click.Path(file_okay=False, path_type=Path))
def render(folder: Path) -> None:
    """Die Dateien für dnsmasq, nftables und NetworkManager unter ORDNER schreiben; auf dem Gerät ist das «/»."""
    try:
        written = files.write(_settings(), folder)
    except PermissionError as error:
        raise click.ClickException(f"{error.filename} lässt sich nur mit sudo schreiben.") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename} lässt sich nicht schreiben: {error.strerror}.") from None
    for path in written:
        click.echo(path)


@net.command()
def check() -> None:
    """Sagen, was auf diesem Rechner anders ist als in der kit.toml, und was zu tun ist."""
    found = list(machine.differences(_settings()))
    for fix, together in groupby(found, attrgetter("fix")):
        for difference in together:
            click.secho(difference.what, fg="red")
        click.echo(f"  → {fix}")
    if not found:
        click.echo("Der Hotspot ist, wie die kit.toml ihn will.")
    sys.exit(1 if found else 0)


@net.command()
def qr() -> None:
    """Den WLAN-Code zeigen: Wer ihn scannt, ist im Hotspot."""
    settings = _settings()
    click.echo(terminal.qr(wifi_qr(settings.ssid, settings.passphrase)))
    click.echo(f"  WLAN:     {settings.ssid}\n  Passwort: {settings.passphrase or 'keins, das Netz ist offen'}")


def _settings() -> config.Config:
    # Not config.prepare(): under sudo the home would come to belong to root, and no kit shall begin with an open network by accident.
    if not (config.find_home() / "kit.toml").exists():
        raise click.ClickException("Dieses Kit ist noch nicht eingerichtet. Bitte zuerst: fieldkit setup")
    return config.load()
