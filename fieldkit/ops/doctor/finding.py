"""What a check needs to know, and what it found."""

import re
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

    @property
    def has_hotspot(self) -> bool:
        """Whether visitors shall come through a hotspot. A kit at a loopback address is for whoever sits there."""
        return not re.match(r"https?://(localhost|127\.|\[::1\])", self.config.address)


@dataclass(frozen=True)
class Finding:
    """What a check found, for people."""

    level: str
    word: str
    fix: str = ""
    """What to do, where there is something to do."""
    endpoint: str = ""
    """Where at the desk to see to it."""
