"""The commands of the kit; thin. Those that write run in the kit that is serving, or open the house themselves."""

import contextlib
import json
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from . import app, config, control, db, house, web
from .methods import cards
from .ops import device, examples, lifeline, terminal
from .ops.repair import NotPossible as NotRepairable
from .serve import PortTaken, serve
from .staff import store as staff_store
from .storage import second_copy, snapshots
from .sync import Failed as SyncFailed

FAULTS = (
    *(config.ConfigError, db.InUse, db.Unreadable, db.StorageFull, control.Refused, PortTaken),
    *(NotRepairable, snapshots.Failed, second_copy.NotPossible, examples.NotEmpty, staff_store.Refused, SyncFailed),
)
GROUPS = {
    "device": ".ops.device",
    "doctor": ".ops.doctor.cli",
    "hub": ".hub.cli",
    "net": ".net.cli",
    "workshops": ".workshops.cli",
}
"""Commands with a file of their own, and which it is."""


class Commands(click.Group):
    """Faults that have a sentence of their own are told in that sentence, never as a traceback."""

    def make_context(self, *words: Any, **options: Any) -> click.Context:
        """Read what was typed."""
        with terminal.in_german(()):
            return super().make_context(*words, **options)

    def invoke(self, context: click.Context) -> Any:
        """Run the command."""
        with terminal.in_german(FAULTS):
            return super().invoke(context)

    def list_commands(self, context: click.Context) -> list[str]:
        """All commands by name."""
        return sorted([*super().list_commands(context), *GROUPS])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """A command by its name. Those with a file of their own are loaded only when asked for: the hub's SQLAlchemy would cost every kit 13 MB and 0.2 s."""
        if name in GROUPS:
            return getattr(import_module(GROUPS[name], __package__), name)
        return super().get_command(context, name)


as_json = click.option("--json", "machine", is_flag=True, help="Für Programme: JSON.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fieldkit")
def main() -> None:
    """Feldkit, das Kit des Mobilen CityLAB Berlin: ohne Internet, für alle."""


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse, auf der das Kit antwortet.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option("--demo", is_flag=True, help="Ein neues Kit mit Beispieldaten beginnen.")
@click.option(
    "--proxy", type=click.Path(path_type=Path), help="Socket, durch den der TLS-Dienst dieses Geräts Besuchende bringt."
)
def serve_command(host: str, port: int, demo: bool, proxy: Path | None) -> None:
    """Das Kit starten."""
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
    own = "127.0.0.1" if everywhere else host
    # A device answers on all its addresses; visitors know it by the one in its kit.toml.
    settings = config.prepare("" if everywhere and not config.in_checkout() else f"http://{own}:{port}")
    with house.opened(settings, app.ALL, f"fieldkit serve --port {port}") as home:
        if demo and examples.brand_new(home):
            examples.command(home, terminal.Progress())
        home.office.stock()
        answer = app.create_wsgi(home)
        listener = control.Listener(settings.home, lambda name: partial(home.command(name), home))
        try:
            serve(answer, host, port, lambda: _serving(home, own, port), partial(web.largest, home), proxy)
        finally:
            listener.close()


def _serving(home: house.House, host: str, port: int) -> None:
    """The port is open: say so, and let the rooms begin what they do by themselves."""
    terminal.welcome(home)
    for room in home.rooms:
        if room.serving:
            room.serving(home)
    lifeline.begin(host, port)


@main.command()
def setup() -> None:
    """Datenordner, Schlüssel und Datenbank anlegen; im Terminal fragt es auch nach Namen und der ersten Person am Tisch."""
    settings, person = config.prepare(), ""
    if sys.stdin.isatty():
        settings, person = device.ask(settings)
    with contextlib.suppress(db.InUse), house.opened(settings, app.ALL, "fieldkit setup"):
        pass
    click.echo(f"Eingerichtet: {settings.home}\nHotspot: {settings.ssid}, Passwort: {settings.passphrase}")
    if person:
        _issue_card(person)


@main.command("check")
@as_json
@click.option("--repair", is_flag=True, help="Journal und Tabellen wieder in Einklang bringen; gelöscht wird nichts.")
def check_command(machine: bool, repair: bool) -> None:
    """Datenbank, Journal und Tabellen prüfen."""
    outcome = run("check", mend=repair)
    if machine:
        click.echo(json.dumps(outcome))
    else:
        for sentence in outcome.get("repaired", []):
            click.echo(sentence)
        for fault in outcome["faults"]:
            click.secho(fault, fg="red")
        if outcome["ok"]:
            click.echo(f"Alles in Ordnung: {outcome['seq']} Einträge im Journal, Epoche {outcome['epoch']}.")
    sys.exit(0 if outcome["ok"] else 1)


@main.group()
def methods() -> None:
    """Die Methodenkarten."""


@methods.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
def methods_check(folder: Path | None) -> None:
    """Alle Karten prüfen: nennt Datei, Zeile und was zu tun ist."""
    problems = list(cards.check(folder or config.folder("data") / "methods"))
    for problem in problems:
        click.echo(problem)
    if problems:
        raise click.ClickException(f"{len(problems)} Stellen sind zu verbessern.")
    click.echo("Alle Karten sind in Ordnung.")


@main.command()
@click.argument("string")
def enrol(string: str) -> None:
    """Das Kit beim Hub anmelden, mit der Zeile, die «fieldkit hub enrol» ausgibt."""
    click.echo(f"Angemeldet bei {run('enrol', string=string)['hub']}.")


@main.command()
@as_json
def sync(machine: bool) -> None:
    """Alles an den Hub übergeben und Antworten holen."""
    outcome = run("sync")
    if machine:
        click.echo(json.dumps(outcome))
    else:
        total = terminal.number(outcome["confirmed"] + outcome["pending"], "Eintrag", "Einträgen")
        click.echo(f"{outcome['confirmed']} von {total} bestätigt.")
        if outcome["photos"]:
            click.echo(f"Fotos übergeben: {outcome['photos']}.")
        if outcome["missing"]:
            click.echo(f"Am Hub fehlen noch Fotos, die auf diesem Kit nicht zu finden sind: {outcome['missing']}.")
        if outcome["word"]:
            click.echo(f"Prüfwort: {outcome['word']} (am Hub steht dasselbe)")


@main.group()
def bundle() -> None:
    """Die Übergabe auf einem Stick."""


@bundle.command("write")
@click.argument("folder", metavar="STICK", type=click.Path(path_type=Path))
def bundle_write(folder: Path) -> None:
    """Auf einen Stick schreiben, was der Hub noch nicht bestätigt hat."""
    outcome = run("bundle write", folder=str(folder.absolute()))
    for note in outcome["notes"]:
        click.echo(note)
    if outcome["answers"]:
        click.echo(f"{terminal.number(outcome['answers'], 'Antwort', 'Antworten')} des Hubs übernommen.")
    if not outcome["entries"] and not outcome["photos"]:
        click.echo(
            f"Der Hub hat alles bestätigt ({terminal.number(outcome['total'], 'Eintrag', 'Einträge')}), auf den Stick muss nichts."
        )
        return
    if outcome["entries"]:
        click.echo(
            f"{terminal.number(outcome['entries'], 'Eintrag liegt', 'Einträge liegen')} geprüft auf dem Stick "
            f"(Dateien: {outcome['written']} neu, {outcome['kept']} unverändert). Prüfwort: {outcome['word']}"
        )
    if outcome["photos"]:
        click.echo(f"Fotos, die geprüft auf dem Stick liegen: {outcome['photos']}.")
    click.secho("Du kannst den Stick jetzt abziehen.", bold=True)


@bundle.command("receipt")
@click.argument("file", metavar="DATEI", type=click.Path(path_type=Path))
def bundle_receipt(file: Path) -> None:
    """Den Beleg übernehmen, den der Hub auf den Stick gelegt hat."""
    outcome = run("bundle receipt", file=str(file.absolute()))
    for note in outcome["notes"]:
        click.echo(note)
    word = f", Prüfwort {outcome['word']}" if outcome["word"] else ""
    total = terminal.number(outcome["total"], "Eintrag", "Einträgen")
    answers = terminal.number(outcome["answers"], "Antwort", "Antworten")
    click.echo(f"{outcome['confirmed']} von {total} bestätigt{word}. {answers}.")


@main.command()
def demo() -> None:
    """Ein leeres Kit mit Beispielen füllen."""
    click.echo(f"Das Kit zeigt jetzt Beispieldaten ({run('demo')['entries']} Einträge).")


@main.group()
def staff() -> None:
    """Wer sich am Tisch anmelden darf."""


@staff.command("add")
@click.argument("name")
def staff_add(name: str) -> None:
    """Eine Karte für eine Person ausstellen."""
    _issue_card(name)


def _issue_card(name: str) -> None:
    made = run("staff add", name=name)
    click.echo(f"Karte für {name}, nur jetzt zu sehen:\n  Link: {made['link']}\n  PIN:  {made['pin']}")


@main.command()
@click.argument("name")
def pin(name: str) -> None:
    """Einer Person eine neue PIN geben."""
    click.echo(f"Neue PIN für {name}, nur jetzt zu sehen: {run('pin', name=name)['pin']}")


@main.command("backup")
@click.argument("folder", metavar="[ORDNER]", type=click.Path(path_type=Path), required=False)
def backup_command(folder: Path | None) -> None:
    """Eine geprüfte Kopie in ORDNER schreiben; ohne ORDNER auf jeden Stick, der steckt."""
    copies = [run("backup", folder=str(folder.absolute()))] if folder else run("backup everywhere")
    for made in copies:
        click.echo(f"Geprüfte Kopie mit {terminal.number(made['entries'], 'Eintrag', 'Einträgen')}: {made['file']}")
    if not copies:
        click.echo("Es steckt kein Stick, auf den geschrieben werden kann: keine Sicherung.")


@main.command("purge")
@as_json
def purge_command(machine: bool) -> None:
    """Löschen, was der Hub bestätigt hat und nicht mehr hier liegen muss; sagt auch, was wann gelöscht wurde."""
    outcome = run("purge")
    if machine:
        click.echo(json.dumps(outcome))
        return
    for done in outcome["purges"]:
        click.echo(
            f"{done['at']}: {terminal.counted(done['counts'])}, übergeben bis Eintrag {done['seq']} der Epoche {done['epoch']}."
        )
    if not outcome["purges"]:
        click.echo(f"Noch nichts gelöscht. Kontakte gehen nach der Übergabe, Beiträge {outcome['days']} Tage danach.")


@main.command("copy")
@click.argument("folder", type=click.Path(path_type=Path))
def copy_command(folder: Path) -> None:
    """Einen Stick zur zweiten Kopie machen: Dort liegt dann jeder Beitrag, bevor «Danke» erscheint."""
    made = run("copy", folder=str(folder.absolute()))
    click.echo(f"Zweite Kopie auf „{made['label']}“. Der Stick bleibt im Kit stecken.")


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
def restore(source: Path) -> None:
    """Eine Sicherung oder zweite Kopie zurückholen; das Kit darf dabei nicht laufen."""
    settings = config.prepare()
    with house.opened(settings, app.ALL, "fieldkit restore", source.absolute()) as home:
        outcome = home.command("check")(home, terminal.Progress())
        for sentence in terminal.sentences(home):
            click.echo(sentence)
    click.echo(f"Neue Epoche {outcome['epoch']}, {outcome['seq']} Einträge.")


def run(name: str, /, **arguments: Any) -> Any:
    """Have the serving kit do something, or do it here when none is serving."""
    settings = config.prepare()
    progress = terminal.Progress()
    try:
        return control.ask(settings.home, name, progress, **arguments)
    except ConnectionError:
        with house.opened(settings, app.ALL, f"fieldkit {name}") as home:
            return home.command(name)(home, progress, **arguments)
