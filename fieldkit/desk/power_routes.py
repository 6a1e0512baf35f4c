"""Switching the device off and restarting its hotspot over HTTP; asks back before it does."""

from typing import Any

from flask import abort

from ..doors import FACILITATOR, open_to
from ..ops import power
from ..web import page, see
from .copies_routes import blueprint


@blueprint.app_context_processor
def _switches() -> dict[str, Any]:
    return {"can_switch": power.possible}


@blueprint.get("/power/<switch>")
@open_to(FACILITATOR)
def switch_form(switch: str) -> Any:
    """Say what will happen, and ask; afterwards say that it happens."""
    _found(switch)
    return page(f"desk/{switch}.html", under_way=power.under_way(switch))


@blueprint.post("/power/<switch>")
@open_to(FACILITATOR)
def throw_switch(switch: str) -> Any:
    """Do it."""
    _found(switch)
    power.ask(switch)
    return see("desk.switch_form", switch=switch)


def _found(switch: str) -> None:
    if switch not in power.SWITCHES or not power.possible():
        abort(404)
