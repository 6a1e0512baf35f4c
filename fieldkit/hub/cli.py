"""The commands of the hub."""

import click


@click.group()
def hub() -> None:
    """Das zentrale CityLAB."""
