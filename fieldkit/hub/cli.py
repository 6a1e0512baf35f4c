"""The commands of the hub; thin."""

import json
import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import click

from .. import config, control, credentials, invitation, stick
from ..doors import HUB_READ, HUB_ROLES
from ..ops.terminal import Progress, number
from ..serve import serve
from . import ceremony, keyfile, keys, leftovers
from .app import create_wsgi
from .archive import Archive
from .central import Central, database_url, opened
from .commands import COMMANDS
from .contacts import export
from .kits import reading
from .kits import store as kits_store
from .kits.bundle_routes import LARGEST_UPLOAD
from .team import store as team


@click.group()
def hub() -> None:
    """Das zentrale CityLAB: empfangen, lesen, antworten."""


@hub.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse, auf der der Hub antwortet.")
@click.option("--port", default=9090, show_default=True, type=click.IntRange(1, 65535))
@click.option("--proxy", type=click.Path(path_type=Path), help="Socket, durch den der TLS-Dienst dieser Maschine alle bringt.")
@click.option("--address", default="", help="Öffentliche Adresse des Hubs, zum Beispiel https://hub.example.org")
def serve_command(host: str, port: int, proxy: Path | None, address: str) -> None:
    """Den Hub starten; hinter TLS mit --proxy und --address."""
    _check_address(address)
    home = config.prepare_hub()
    with opened(home, f"fieldkit hub serve --port {port}") as central:
        own = host if host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - compared, not bound
        central.address = address.rstrip("/") or f"http://{own}:{port}"
        listener = control.Listener(home, lambda name: partial(COMMANDS[name], central))
        try:
            _spool_in_memory()
            with leftovers.removed_when_quiet(central.db):
                serve(create_wsgi(central), host, port, lambda: welcome(central), LARGEST_UPLOAD, proxy)
        finally:
            listener.close()


@hub.command()
@click.argument("name")
@click.option("--url", default="", help="Adresse, unter der das Kit den Hub erreicht, zum Beispiel https://hub.example.org")
def enrol(name: str, url: str) -> None:
    """Eine Anmelde-Zeile für ein Kit ausgeben; sie gilt einmal."""
    _check_address(url)
    made = run("enrol", name=name, url=url.rstrip("/"))
    click.echo(f"Anmelde-Zeile für „{name}“, gültig für ein Kit, das {made['url']} erreicht.")
    click.echo("Auf dem Kit eingeben: fieldkit enrol ZEILE (oder am Tisch unter „Übergabe“).")
    click.echo(made["string"])


@hub.command("kits")
@click.option("--json", "machine", is_flag=True, help="Für Programme: JSON.")
def kits_command(machine: bool) -> None:
    """Welche Kits was übergeben haben."""
    home = config.find_hub_home()
    url = database_url(home)
    found = []
    if not url.startswith("sqlite:///") or (home / "hub.db").exists():
        archive = Archive(url, readonly=True)
        with archive.read() as conn:
            found = kits_store.everything(conn)
        archive.close()
    if machine:
        click.echo(json.dumps([{key: kit[key] for key in ("name", "epoch", "seq", "digest", "records")} for kit in found]))
    for kit in [] if machine else found:
        click.echo(
            f"{kit['name']}: {number(kit['seq'], 'Eintrag', 'Einträge')}, {number(kit['records'], 'Datensatz', 'Datensätze')}, {kit['word']}"
        )


@hub.command("keys")
@click.argument("folder", metavar="ORDNER", type=click.Path(path_type=Path))
def keys_command(folder: Path) -> None:
    """Schlüssel für Kontakte und Sticks machen, auf einen Stick; noch einmal: neue Schlüssel."""
    try:
        ceremony.hold(folder, run)
    except keys.Refused as refused:
        raise click.ClickException(str(refused)) from None


@hub.group("staff")
def staff_group() -> None:
    """Wer am Hub liest und antwortet."""


@staff_group.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(HUB_ROLES), default=HUB_READ, show_default=True, help="Lesen, antworten, verwalten.")
def staff_add(name: str, role: str) -> None:
    """Eine Karte für eine Person ausstellen."""
    made = run("staff add", name=name, role=role)
    click.echo(f"Karte für {name}, nur jetzt zu sehen:\n  Link: {made['link']}\n  PIN:  {made['pin']}")


@hub.command("read")
@click.argument("paths", metavar="DATEI_ODER_STICK...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path), help="Zum Beispiel operations.key.age")
def read_command(paths: tuple[Path, ...], key_file: Path) -> None:
    """Einlesen, was Kits auf Sticks geschrieben haben; der Beleg kommt daneben."""
    try:
        files, folders = reading.find(paths)
        if not files and not folders:
            raise click.ClickException("Hier liegt nichts, was ein Kit geschrieben hat.")
        identity = unlock(key_file)
    except OSError as error:
        raise click.ClickException(f"Der Stick lässt sich nicht lesen ({error.strerror}).") from None
    taken = []
    for file, one in reading.take_all(files, identity, run, Progress()):
        taken.append((file, one))
        click.echo(f"{one.name}: {reading.sentence(one)}")
    given = list(reading.give_back(taken, folders, run))
    for back in given:
        click.echo(f"{back.kit_name}: {number(back.seq, 'Eintrag', 'Einträge')} bestätigt, Prüfwort {back.word or 'noch keins'}.")
        if back.missing:
            click.echo(f"  Fotos, die noch fehlen: {back.missing}.")
        click.echo(f"  Kein Beleg geschrieben. {back.fault}" if back.fault else f"  Beleg: {back.path}")
    sys.exit(1 if any(one.refused for _, one in taken) or any(back.fault for back in given) else 0)


@hub.command("contacts")
@click.argument("place", metavar="ORT")
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path), help="Zum Beispiel operations.key.age")
def contacts_command(place: str, key_file: Path) -> None:
    """Die Kontakte von einem Ort als Tabelle (CSV) ausgeben, zum Beispiel: hub contacts "Rathausplatz" --key ... > datei.csv"""
    identity = unlock(key_file)
    found = run("contacts", place=place)
    if not found:
        raise click.ClickException(f"Von „{place}“ liegt hier kein Kontakt. Der Ort muss heißen wie bei der Station.")
    table = export.opened(found, identity, lambda title: click.echo(f"Mit diesem Schlüssel nicht zu öffnen: {title}", err=True))
    click.echo(table, nl=False)


def unlock(key_file: Path) -> str:
    """The private key in a file, with the passphrase that is asked for; `FIELDKIT_PASSPHRASE` is for scripts."""
    try:
        locked = stick.read_file(key_file, keyfile.MOST_BYTES)
        words = os.environ.get("FIELDKIT_PASSPHRASE") or click.prompt("Passwort der Schlüsseldatei", hide_input=True, err=True)
        return keyfile.unlock(locked, words)
    except stick.Fault as fault:
        raise click.ClickException(f"{key_file}: {fault}") from None
    except keyfile.Shut as shut:
        raise click.ClickException(str(shut)) from None


def run(name: str, /, **arguments: Any) -> Any:
    """Have the serving hub do something, or do it here when none is serving."""
    home = config.prepare_hub()
    progress = Progress()
    try:
        return control.ask(home, name, progress, **arguments)
    except ConnectionError:
        with opened(home, f"fieldkit hub {name}") as central:
            try:
                return COMMANDS[name](central, progress, **arguments)
            except team.Refused as refused:
                raise click.ClickException(str(refused)) from None


def _check_address(given: str) -> None:
    if given and not invitation.is_safe(given.rstrip("/")):
        raise click.ClickException("Die Adresse muss so aussehen: https://hub.example.org")


def _spool_in_memory() -> None:
    """Large uploads pass through temporary files; with a stick's files comes a passphrase, which must not touch the disk."""
    if os.access("/dev/shm", os.W_OK):  # noqa: S108 - nothing is named there: the files have no name
        tempfile.tempdir = "/dev/shm"  # noqa: S108


def welcome(central: Central) -> None:
    """Tell whoever started the hub where to go."""
    click.secho("\nDer Hub läuft.", bold=True)
    click.echo(f"  Für das Team:  {central.address}/")
    with central.db.read() as conn:
        if team.nobody_yet(conn):
            central.first_link = credentials.new_secret()
            click.echo(f"  Erste Anmeldung, einmalig: {central.address}/first/{central.first_link}")
    click.echo(f"  Ein Kit anmelden: fieldkit hub enrol NAME --url {central.address}")
    click.echo(f"  Daten:         {central.home}")
    if not central.recipients:
        click.echo("  Noch ohne Schlüssel: Kontakte und Stick gehen erst nach «fieldkit hub keys ORDNER».")
    click.echo("  Beenden mit Strg+C.\n")
    sys.stdout.flush()
