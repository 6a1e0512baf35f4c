"""The commands of the kit; thin. Each either runs in the kit that is serving, or opens the house itself."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from . import app, config, control, db, house, ops
from .hub.cli import hub
from .serve import PortTaken, serve


class Group(click.Group):
    """Faults that have a sentence of their own are told in that sentence, never as a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(context)
        except (config.ConfigError, db.InUse, db.Unreadable, db.StorageFull, control.Refused, PortTaken) as fault:
            raise click.ClickException(str(fault)) from None


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fieldkit")
def main() -> None:
    """Feldkit, das Kit des Mobilen CityLAB Berlin: offline, sicher, für alle."""


main.add_command(hub)


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse, auf der das Kit antwortet.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option("--empty", is_flag=True, help="Ohne Beispieldaten beginnen, wie ein Gerät.")
def serve_command(host: str, port: int, empty: bool) -> None:
    """Das Kit starten."""
    settings = config.prepare(address=f"http://{host}:{port}")
    with house.opened(settings, app.ALL, f"fieldkit serve --port {port}") as home:
        if not empty and config.in_checkout() and ops.brand_new(home):
            ops.fill_with_examples(home)
        home.office.stock()
        listener = control.Listener(settings.home, ops.COMMANDS, home)
        try:
            serve(app.create_wsgi(home), host, port, lambda: ops.welcome(home))
        finally:
            listener.close()
