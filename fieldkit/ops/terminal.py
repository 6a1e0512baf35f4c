"""What the terminal says: where the kit is, how far long work has come, and what went wrong."""

import contextlib
import io
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import IO, Any, TextIO

import click
import qrcode

from .. import certificate, notices
from ..house import House
from ..jobs import describe
from . import purge


def welcome(house: House) -> None:
    """Tell whoever started the kit where visitors and facilitators find it."""
    address, team = house.config.address, certificate.for_secrets(house.config)
    click.secho("\nFeldkit läuft.", bold=True)
    click.echo(qr(address))
    click.echo(f"  Für alle:      {address}/")
    click.echo(f"  Für das Team:  {team}/desk")
    for room in house.rooms:
        line = room.at_start and house.db.write(room.at_start)
        if line:
            click.echo(f"  {line[0]}: {team}{line[1]}")
    if house.kit.demo:
        for code in filter(None, (room.demo_code for room in house.rooms)):
            click.echo(f"  Beispiel-Beleg zum Ausprobieren: {code} auf {address}/receipts")
    click.echo(f"  Daten:         {house.config.home}")
    for sentence in sentences(house):
        click.secho(f"  {sentence}", fg="yellow")
    click.echo("  Beenden mit Strg+C.\n")
    sys.stdout.flush()


def sentences(house: House) -> list[str]:
    """What happened to this device and nobody has settled yet, each as one paragraph."""
    return [f"{said['title']}. {' '.join(said['sentences'])}" for said in notices.standing(house.db.read())]


def counted(counts: Mapping[str, int]) -> str:
    """How many rows of which tables, in words: `Kontakte: 3, Ideen: 12`."""
    return ", ".join(f"{purge.NAMES.get(table, table)}: {number}" for table, number in counts.items())


def number(count: int, one: str, many: str) -> str:
    """So many of something, in words: `1 Eintrag`, `2 Einträge`."""
    return f"{count} {one if count == 1 else many}"


class Progress:
    """A progress bar on standard error, one line that fills up; quiet where nobody watches."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        """Draw on `stream` if it is a terminal."""
        self._stream = stream if stream.isatty() else None

    def __call__(self, done: int, total: int, text: str, facts: Mapping[str, int] | None = None) -> None:
        """Show how far the work is."""
        if self._stream is None:
            return
        filled = 30 * done // max(total, 1)
        line = " · ".join([f"{'█' * filled}{'░' * (30 - filled)} {done}/{total} {text}", *describe(facts or {})])
        width = shutil.get_terminal_size().columns - 1  # a longer line would wrap and could not be drawn over
        self._stream.write(f"\r\x1b[K{line[:width]}")
        if done >= total:
            self._stream.write("\r\x1b[K")
        self._stream.flush()


class Told(click.ClickException):
    """A fault in a sentence of its own, without the English word that click puts before it."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it on standard error."""
        click.secho(self.format_message(), file=file, err=True, fg="red")


class Mistyped(Told):
    """A command that does not exist like this."""

    exit_code = 2


@contextlib.contextmanager
def in_german(faults: tuple[type[Exception], ...]) -> Iterator[None]:
    """Tell these faults, and those of click, in their sentence, never as a traceback."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as fault:
        command = fault.ctx.command_path if fault.ctx else "fieldkit"
        raise Mistyped(
            f"So geht der Befehl nicht ({fault.format_message().rstrip('.')}). Wie er geht, sagt: {command} --help"
        ) from None
    except click.ClickException as fault:
        raise Told(fault.format_message()) from None
    except faults as fault:
        raise Told(str(fault)) from None


def qr(text: str) -> str:
    """A QR code for a dark terminal."""
    code = qrcode.QRCode(border=1)
    code.add_data(text)
    out = io.StringIO()
    code.print_ascii(out=out, invert=True)
    return out.getvalue()
