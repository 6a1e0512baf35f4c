"""Setting up a device: the questions of `fieldkit setup`, and what systemd runs at every start. Thin."""

import click

from .. import config
from ..config import Config
from . import boot_config

ASKED = {"name": "Name dieses Kits", "ssid": "Name des WLANs"}


def ask(settings: Config) -> tuple[Config, str]:
    """Ask who sits at the terminal: the kit with its new names, and who gets the first card; empty when nobody shall."""
    click.echo("Mit der Eingabetaste bleibt, was in Klammern steht.")
    names = {"name": settings.name, "ssid": settings.ssid}
    while True:
        names = {entry: click.prompt(label, names[entry]) for entry, label in ASKED.items()}
        entries = {**config.read_toml(settings.home / "kit.toml"), **names}
        try:
            settings = config.made_of(settings.home, entries)
            break
        except config.ConfigError as fault:
            click.secho(str(fault), fg="red")
    boot_config.write(settings.home, entries)
    click.echo("Geänderte Namen gelten, sobald das Gerät neu startet.")
    return settings, click.prompt("Wer bekommt die erste Karte für den Tisch? (leer: niemand)", "", show_default=False).strip()


@click.group()
def device() -> None:
    """Dieses Gerät: was systemd bei jedem Start tut."""


@device.command()
def apply() -> None:
    """Eine kit.toml von der Boot-Partition übernehmen, einmal; danach steht dort kein Passwort mehr."""
    try:
        sentences = boot_config.apply(config.find_home())
    except (boot_config.NotApplied, OSError) as fault:
        raise click.ClickException(str(fault)) from None
    for sentence in sentences or ["Auf der Boot-Partition liegt nichts Neues."]:
        click.echo(sentence)
