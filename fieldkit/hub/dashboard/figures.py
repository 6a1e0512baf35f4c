"""From counts to the figures of a chart. A chart, its table and its CSV file are made of the same ones."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ...i18n import format_date
from ...i18n import gettext as _
from .store import Count, Waiting

MOST_BARS = 62
"""More stand too close together on a phone: days become weeks, weeks become months."""
AGES = (0, 14, 28, 56)
"""Days since an idea was left, from which on it counts as older."""

Stops = Mapping[tuple[str, str], str]
"""Kit and stop -> what is asked of the stop: its district, or its promised day."""
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One bar, one line of the table."""

    label: str
    numbers: tuple[int, ...]
    key: str = ""
    """What to filter by to see only this; of a bar in time its first day."""
    short: str = ""
    """The label where there is little room."""


@dataclass(frozen=True)
class Figures:
    """What one chart shows."""

    name: str
    title: str
    head: tuple[str, ...]
    """Of the table: what the rows are, then what each number is."""
    rows: tuple[Row, ...]
    filter: str = ""
    """Which filter the rows' keys are for."""
    undated: int = 0
    """Contributions without a readable date: they stand in no row."""

    @property
    def total(self) -> int:
        """All first numbers together."""
        return sum(row.numbers[0] for row in self.rows)

    @property
    def top(self) -> Row:
        """The row with the highest first number, the first of several."""
        return max(self.rows, key=lambda row: row.numbers[0])


def by_district(counts: Iterable[Count], districts: Stops, known: Sequence[str], counted: str) -> Figures:
    """Every district of Berlin with contributions and stops, most first; last what is in none of them, if there is anything."""
    found, stops = Counter[str](), Counter(districts.values())
    for count in counts:
        found[districts.get((count.kit, count.stop), "")] += count.number
    rows = [Row(name, (found[name], stops[name]), name) for name in sorted(known, key=lambda name: (-found[name], name))]
    if found[""] or stops[""]:
        rows.append(Row(_("Ohne Bezirk"), (found[""], stops[""])))
    return Figures("districts", _("Nach Bezirk"), (_("Bezirk"), counted, _("Stationen")), tuple(rows), "district")


def by_theme(counts: Iterable[Count], labels: Labels, counted: str) -> Figures:
    """The themes there is anything about, the most frequent first."""
    rows = _sums(counts, lambda count: count.theme, labels, _("Ohne oder mit anderem Thema"))
    return Figures("themes", _("Nach Thema"), (_("Thema"), counted), rows, "theme")


def by_channel(counts: Iterable[Count], labels: Labels, counted: str) -> Figures:
    """Left with a phone, or on paper."""
    rows = _sums(counts, lambda count: count.channel, labels, _("Ohne Angabe"))
    return Figures("channels", _("Handy oder Papier"), (_("Weg"), counted), rows, "channel")


def _sums(counts: Iterable[Count], key: Callable[[Count], str], labels: Labels, other: str) -> tuple[Row, ...]:
    found = Counter[str]()
    for count in counts:
        found[key(count) if key(count) in labels else ""] += count.number
    rows = [Row(_(labels[name]) if name else other, (number,), name) for name, number in found.items() if number]
    return tuple(sorted(rows, key=lambda row: (-row.numbers[0], row.label)))


@dataclass(frozen=True)
class _Step:
    """How much time one bar stands for."""

    title: str
    days: int
    """From the first day of one to a day of the next; never too few."""
    begin: Callable[[date], date]
    label: Callable[[date], str]
    short: str

    def starts(self, first: date, last: date) -> list[date]:
        """The first days of all bars that reach from one day to another."""
        found = [self.begin(first)]
        while (following := self.begin(found[-1] + timedelta(days=self.days))) <= last:
            found.append(following)
        return found


def _steps() -> tuple[_Step, ...]:
    return (
        _Step(_("Tag"), 1, lambda day: day, lambda day: format_date(day, "EE, d. MMM y"), "d. MMM"),
        _Step(
            _("Woche"), 7, lambda day: day - timedelta(days=day.weekday()),
            lambda day: _("Woche ab %(day)s", day=format_date(day, "d. MMM y")), "d. MMM",
        ),
        _Step(_("Monat"), 32, lambda day: day.replace(day=1), lambda day: format_date(day, "MMMM y"), "MMM yy"),
    )  # fmt: skip


def over_time(counts: Iterable[Count], window: tuple[date, date] | None, counted: str) -> Figures:
    """Contributions by day, week or month, without gaps, over the window if there is one, else from the first to the last."""
    by_day, undated = Counter[date](), 0
    for count in counts:
        try:
            by_day[date.fromisoformat(count.day)] += count.number
        except ValueError:
            undated += count.number
    if not by_day:
        return Figures("time", _("Im Lauf der Zeit"), (_("Tag"), counted), (), undated=undated)
    days = [*by_day, *(window or ())]
    *_others, widest = steps = _steps()
    step = next((step for step in steps if (max(days) - min(days)).days < step.days * MOST_BARS), widest)
    found = Counter[date]()
    for day, number in by_day.items():
        found[step.begin(day)] += number
    rows = [
        Row(step.label(start), (found[start],), start.isoformat(), format_date(start, step.short))
        for start in step.starts(min(days), max(days))
    ]
    return Figures("time", _("Im Lauf der Zeit"), (step.title, counted), tuple(rows), undated=undated)


def by_office(found: Iterable[Waiting], promises: Stops, today: date) -> Figures:
    """Ideas without an answer by the office that looks at them, those nobody looks at first; how old they are, and how many
    are past the day that was promised at their stop."""
    rows: dict[str, list[int]] = {}
    for some in found:
        numbers = rows.setdefault(some.office, [0] * (len(AGES) + 2))
        numbers[0] += some.number
        numbers[1 + _age_group(some.day, today)] += some.number
        if days_late(promises.get((some.kit, some.stop), ""), today):
            numbers[-1] += some.number
    ordered = sorted(rows.items(), key=lambda item: (item[0] != "", -item[1][0], item[0]))
    return Figures(
        "offices", _("Wartet auf Antwort"),
        (
            _("Amt"), _("Ohne Antwort"), _("unter 14 Tagen"), _("14 bis 27 Tage"), _("28 bis 55 Tage"), _("56 Tage und älter"),
            _("Versprochener Tag vorbei"),
        ),
        tuple(Row(office or _("Noch keinem Amt zugeordnet"), tuple(numbers), office) for office, numbers in ordered),
    )  # fmt: skip


def days_late(promised: str, today: date) -> int:
    """How many days the promised day is over; 0 while it is not, or when none was promised."""
    return max(0, (today - date.fromisoformat(promised)).days) if promised else 0


def _age_group(day: str, today: date) -> int:
    """Which of AGES; what has no readable date counts as new."""
    try:
        age = (today - date.fromisoformat(day)).days
    except ValueError:
        age = 0
    return sum(age >= limit for limit in AGES[1:])
