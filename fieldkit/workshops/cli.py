"""The commands of workshops; thin."""

import json

import click

from ..cli import as_json, run
from .lead_routes import STATES


@click.group()
def workshops() -> None:
    """Die Workshops auf diesem Kit."""


@workshops.command("list")
@as_json
def list_command(machine: bool) -> None:
    """Alle Workshops mit ihrem Code, der neueste zuerst."""
    found = run("workshops list")
    if machine:
        click.echo(json.dumps(found))
        return
    for workshop in found:
        click.echo(f"{workshop['code']}  {STATES[workshop['state']]:<12} {workshop['title']}")
    if not found:
        click.echo("Noch kein Workshop. Plane einen am Tisch unter «Workshops».")
