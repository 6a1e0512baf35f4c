"""`fieldkit doctor`; thin."""

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from ... import app, config, control, db, house
from ...i18n import N_, gettext
from ...storage import snapshots
from .. import terminal
from . import ATTENTION, BLOCKS, GOOD, NOT_HERE, Light, Patient, examine

SIGNS = {
    BLOCKS: ("■ hält auf", "red"),
    ATTENTION: ("▲ Achtung ", "yellow"),
    GOOD: ("● gut     ", "green"),
    NOT_HERE: ("· entfällt", None),
}


@click.command()
@click.option("--json", "machine", is_flag=True, help="Für Programme: JSON.")
def doctor(machine: bool) -> None:
    """Ist das Kit bereit zur Abfahrt? Je Prüfung eine Zeile und was zu tun ist.

    Der Rückgabewert ist 1, wenn etwas die Abfahrt aufhält, sonst 0.
    """
    lights = _lights()
    ready = all(light["level"] != BLOCKS for light in lights)
    if machine:
        click.echo(json.dumps({"ready": ready, "checks": lights}, ensure_ascii=False))
    else:
        for light in lights:
            _print(light)
        click.secho("Bereit zur Abfahrt." if ready else "Bitte noch nicht losfahren.", bold=True)
    sys.exit(0 if ready else 1)


def _print(light: dict[str, Any]) -> None:
    sign, colour = SIGNS[light["level"]]
    click.echo(f"{click.style(sign, fg=colour)}  {gettext(light['label'])}: {light['word']}")
    if light["fix"]:
        click.echo(f"            → {light['fix']}")


def _lights() -> list[dict[str, Any]]:
    """From the kit that serves, or from the house as it lies there, or at least from the machine."""
    try:
        settings = config.load()
    except config.ConfigError as fault:
        return [_only("config", N_("Einstellungen"), str(fault), "Ist das behoben, noch einmal prüfen.")]
    try:
        return control.ask(settings.home, "doctor", terminal.Progress())
    except ConnectionError:
        pass
    try:
        if not settings.database.exists():  # to look must not be to set up
            word = f"Dieses Kit ist noch nicht eingerichtet: In {settings.home} liegt keine Datenbank."
            return [_only("setup", N_("Einrichtung"), word, "sudo fieldkit setup, in einem Checkout: fieldkit setup")]
        with house.opened(settings, app.ALL, "fieldkit doctor") as home:
            return [asdict(light) for light in examine(Patient(settings, home, serving=False))]
    except (config.ConfigError, db.InUse, db.Unreadable, db.StorageFull, snapshots.Failed, OSError) as trouble:
        return [asdict(light) for light in examine(Patient(settings, None, serving=False, trouble=str(trouble)))]


def _only(check: str, label: str, word: str, fix: str) -> dict[str, Any]:
    """What keeps us from looking at anything else."""
    return asdict(Light(check, label, BLOCKS, word, fix, ""))
