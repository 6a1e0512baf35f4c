"""Running a kit: examples, checks, backups, and the words in the terminal. The commands that run in the serving process."""

from collections.abc import Callable
from typing import Any

import qrcode

from ..house import House
from ..jobs import Progress
from .. import journal, kit


def brand_new(house: House) -> bool:
    """Whether nobody has used this kit yet."""
    return house.db.read().execute("SELECT count(*) FROM journal").fetchone()[0] == 0


def fill_with_examples(house: House) -> None:
    """Fill every room with examples, in one transaction."""

    def fill(conn: Any) -> None:
        kit.mark_demo(conn)
        for room in house.rooms:
            if room.demo:
                room.demo(conn)

    house.db.write(fill)
    house.kit = kit.load(house.db.read())


def welcome(house: House) -> None:
    """Say in the terminal where the kit is."""
    print(house.config.address, flush=True)


COMMANDS: dict[str, Any] = {}
