"""What a check needs to know, and what it found."""

from dataclasses import dataclass

from ...config import Config
from ...house import House

BLOCKS, ATTENTION, GOOD, NOT_HERE = "blocks", "attention", "good", "not here"
LEVELS = (BLOCKS, ATTENTION, GOOD, NOT_HERE)
"""By need: what blocks departure, what somebody should see to, what is well, and what this device does not have."""


@dataclass(frozen=True)
class Patient:
    """A kit to examine."""

    config: Config
    house: House | None
    """Open; None where that failed, and why then is in `trouble`."""
    serving: bool
    """Whether we are the process that answers visitors."""
    trouble: str = ""


@dataclass(frozen=True)
class Finding:
    """What a check found, for people."""

    level: str
    word: str
    fix: str = ""
    """What to do, where there is something to do."""
    endpoint: str = ""
    """Where at the desk to see to it."""
