"""Everything the dashboard shows for one set of filters."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from ...districts import localities_by_district
from ...i18n import gettext as _
from ..ideas import store as ideas_store
from ..ideas.question import CHANNELS
from . import figures, store
from .figures import Figures
from .forms import WHAT, Filters
from .store import Waiting


@dataclass(frozen=True)
class Overview:
    """The numbers of one page; they all follow the same filters."""

    figures: dict[str, Figures]
    """By the name of the chart; the districts are all there, whichever is chosen."""
    stops: list[dict[str, Any]]
    """Newest first, each with its contributions as `number`, `waiting` ideas, and how many days `late` their answer is."""
    ideas: int
    waiting: int

    @property
    def broken_promise(self) -> dict[str, Any] | None:
        """The stop whose promised day is over the longest, with ideas still waiting."""
        return max((stop for stop in self.stops if stop["late"]), key=lambda stop: stop["late"], default=None)


def look(conn: Connection, filters: Filters, themes: Mapping[str, str], today: date) -> Overview:
    """Count everything once. `themes` has the labels of the themes by key."""
    stops = {(stop["kit_id"], stop["id"]): stop for stop in ideas_store.all_stops(conn)}
    berlin = localities_by_district()
    districts = {key: stop["district"] if stop["district"] in berlin else "" for key, stop in stops.items()}
    promises = {key: stop["answer_by"] for key, stop in stops.items()}

    def chosen(counts: list[Any]) -> list[Any]:
        return [c for c in counts if not filters.district or districts.get((c.kit, c.stop)) == filters.district]

    everywhere = store.contributions(conn, filters)
    counts, waiting = chosen(everywhere), chosen(store.waiting(conn, filters))
    ideas = counts if filters.what == "ideas" else chosen(store.ideas_by_stop(conn, filters))
    counted = _(WHAT[filters.what])
    window = (date.fromisoformat(filters.period[0]), today) if filters.days else None
    its_stops = {key: districts[key] for key in districts if filters.kit in ("", key[0])}
    charts = (
        figures.over_time(counts, window, counted), figures.by_theme(counts, themes, counted),
        figures.by_channel(counts, CHANNELS, counted), figures.by_district(everywhere, its_stops, list(berlin), counted),
        figures.by_office(waiting, promises, today),
    )  # fmt: skip
    visible = [stop for key, stop in stops.items() if key in its_stops and filters.district in ("", districts[key])]
    return Overview(
        {chart.name: chart for chart in charts}, _with_numbers(visible, counts, waiting, today),
        sum(count.number for count in ideas), sum(some.number for some in waiting),
    )  # fmt: skip


def _with_numbers(stops: list[dict[str, Any]], counts: list[Any], waiting: list[Waiting], today: date) -> list[dict[str, Any]]:
    numbers, open_ones = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for count in counts:
        numbers[count.kit, count.stop] += count.number
    for some in waiting:
        open_ones[some.kit, some.stop] += some.number
    found = []
    for stop in stops:
        key = stop["kit_id"], stop["id"]
        late = figures.days_late(stop["answer_by"], today) if open_ones[key] else 0
        found.append(stop | {"number": numbers[key], "waiting": open_ones[key], "late": late})
    return sorted(found, key=lambda stop: stop["starts_on"], reverse=True)
