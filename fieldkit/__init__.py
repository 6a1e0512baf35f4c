"""Feldkit: the offline-first field kit of the Mobile CityLAB Berlin."""

__version__ = "0.1.0"
