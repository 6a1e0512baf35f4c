"""Berlin's 12 Bezirke and their Ortsteile, from `data/districts.json`."""

import json
from functools import cache

from .config import folder


@cache
def localities_by_district() -> dict[str, list[str]]:
    """Bezirk -> its Ortsteile, in the official order of the Bezirke."""
    return json.loads((folder("data") / "districts.json").read_text(encoding="utf-8"))


def all_localities() -> list[str]:
    """Every Ortsteil of Berlin, sorted."""
    return sorted({locality for localities in localities_by_district().values() for locality in localities})
