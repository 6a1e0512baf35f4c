"""Making the hub's keys at a terminal: asks, warns, writes to the stick, and only then tells the hub."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from .. import config, seal
from . import keys

WHOSE = {"operations": "den Betrieb", "escrow": "den Ersatz, von jemand anderem eingetippt"}


def hold(folder: Path, run: Callable[..., Any]) -> None:
    """Make both keys in `folder`; `run` asks the hub. Raises keys.Refused, and leaves nothing behind then.

    Whatever else goes wrong, files of keys that the hub may use already stay.
    """
    keys.check_folder(folder)
    if folder.resolve().is_relative_to(config.find_hub_home()):
        click.secho(
            "Achtung: Dieser Ordner liegt beim Hub. Private Schlüssel gehören auf einen Stick, nicht hierher.", fg="yellow"
        )
    _ask_before_replacing(run("fingerprint")["fingerprint"])
    passphrases = _ask_passphrases()
    click.echo("Schlüssel werden gemacht, das dauert einige Sekunden.")
    public = keys.make(folder, passphrases)
    fingerprint = seal.fingerprint(list(public.values()))
    try:
        run("keys", public=public)
    except BaseException as reason:
        # Whoever presses Ctrl-C may do so while the hub is at work: what it says now need not hold.
        _clear_away_unless_used(folder, fingerprint, _asked(run) if isinstance(reason, Exception) else None)
        raise
    click.echo(f"Geschrieben: {', '.join(str(keys.file_of(folder, role)) for role in keys.ROLES)} und LIESMICH.txt")
    click.echo(f"Fingerabdruck für den Deckel des Koffers: {fingerprint}")
    click.echo("Angemeldete Kits erfahren davon bei der nächsten Übergabe; dort steht dann derselbe Fingerabdruck.")
    click.echo("Die Datei escrow.key.age bitte auf einen zweiten Stick, zu jemand anderem, und hier löschen.")


def _asked(run: Callable[..., Any]) -> str | None:
    """The fingerprint of the keys that count; None when nobody can be asked."""
    try:
        return str(run("fingerprint")["fingerprint"])
    except BaseException:  # Ctrl-C while we wait, too
        return None


def _clear_away_unless_used(folder: Path, fingerprint: str, counts: str | None) -> None:
    """The hub may have taken the keys although its answer was lost: then these files are all that opens what is sealed from now on."""
    if counts not in (None, fingerprint):
        keys.discard(folder)
    elif counts:
        click.secho(
            f"Der Hub hat diese Schlüssel ({fingerprint}) trotzdem angenommen: Sie gelten. Die Dateien bleiben in {folder}.",
            fg="yellow",
        )
    else:
        click.secho(
            f"Vielleicht hat der Hub diese Schlüssel ({fingerprint}) schon angenommen, darum bleiben die Dateien in {folder}. "
            "Welche gelten, steht am Hub unter „Kits“. Bitte erst löschen, wenn dort ein anderer Fingerabdruck steht.",
            fg="yellow",
        )


def _ask_before_replacing(before: str) -> None:
    if not before:
        return
    click.echo(f"Dieser Hub hat schon Schlüssel ({before}). Neue gelten für alles, was ab jetzt verschlossen wird.")
    click.echo("Alte Dateien behalten: Was vorher verschlossen wurde, öffnen nur sie.")
    if click.prompt("Zum Weitermachen «neu» eintippen", default="", show_default=False) != "neu":
        raise keys.Refused("Es wurde nichts geändert.")


def _ask_passphrases() -> dict[str, str]:
    """A passphrase for each private key, typed twice and hidden; `FIELDKIT_PASSPHRASE` is for scripts."""
    given = os.environ.get("FIELDKIT_PASSPHRASE")
    if given:
        return dict.fromkeys(keys.ROLES, given)
    asked: dict[str, str] = {}
    for role in keys.ROLES:
        while role not in asked:
            typed = click.prompt(f"Passwort für {WHOSE[role]}", hide_input=True, confirmation_prompt="Noch einmal", err=True)
            if len(typed) < keys.SHORTEST:
                click.echo(f"Bitte mindestens {keys.SHORTEST} Zeichen, am besten mehrere zufällige Wörter.", err=True)
            elif typed in asked.values():
                click.echo("Bitte ein anderes als für den Betrieb: Wer eins kennt, soll nicht beide haben.", err=True)
            else:
                asked[role] = typed
    return asked
