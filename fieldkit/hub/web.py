"""What every page of the hub asks for."""

from flask import current_app

from ..doors import Person
from ..web import person
from .central import Central


def hub() -> Central:
    """The hub this request came to."""
    return current_app.extensions["house"]


def me() -> Person:
    """Who is signed in, behind a door that let nobody else in."""
    someone = person()
    assert someone is not None
    return someone
