"""From figures to places on the screen: pure geometry, for the SVG in templates/hub/dashboard.

Widths and x are per cent of a drawing as wide as its column, heights and y are pixels: so words keep their size on every screen.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .figures import AGES, Figures, Row

HEAD, BAR, LINE = 18, 14, 46  # pixels: of a lying bar's words, of the bar, from one to the next
TALL = 190  # pixels a standing bar can be high
ABOVE, BELOW = 22, 26  # pixels for words above and below standing bars
AXIS_WORDS = 5
"""Words along an axis; more do not fit on a phone."""
STACK = 86
"""Per cent of the width the longest bar in parts takes; its number stands behind it."""
NARROW = 8
"""Per cent of the width below which no number fits into a part of a bar."""


@dataclass(frozen=True)
class Bar:
    """A bar with its number."""

    x: float
    y: float
    width: float
    height: float
    number: int
    label: str = ""
    words: bool = True
    """Whether its number is written at it."""


@dataclass(frozen=True)
class Part:
    """A part of a bar."""

    group: int
    x: float
    width: float
    number: int
    words: bool


@dataclass(frozen=True)
class Stack:
    """A lying bar in parts, and the row it shows."""

    row: Row
    y: int
    width: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Drawing:
    """Bars in a drawing of some height."""

    height: int
    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, int], ...] = ()
    """Across: height, and the number it stands for."""
    axis: tuple[tuple[float, str, str], ...] = ()
    """Along the bottom: place, words and how they are anchored."""


def lying(figures: Figures) -> Drawing:
    """One bar below the other, each with its words above it."""
    most = max((row.numbers[0] for row in figures.rows), default=0) or 1
    bars = [
        Bar(0, index * LINE, _percent(row.numbers[0], most), BAR, row.numbers[0], row.label)
        for index, row in enumerate(figures.rows)
    ]
    return Drawing(len(bars) * LINE, tuple(bars))


def standing(figures: Figures) -> Drawing:
    """One bar beside the other, with a scale."""
    numbers = [row.numbers[0] for row in figures.rows]
    top, wide = ceiling(max(numbers, default=0)), 100 / max(1, len(numbers))
    gap = wide * 0.2 if len(numbers) > 1 else 30
    few, most = len(numbers) <= 14, max(numbers, default=0)
    bars = [
        Bar(
            round(index * wide + gap / 2, 3), round(ABOVE + TALL * (1 - number / top), 1), round(wide - gap, 3),
            round(TALL * number / top, 1), number, row.label, number > 0 and (few or number == most and numbers.index(most) == index),
        )
        for index, (number, row) in enumerate(zip(numbers, figures.rows, strict=True))
    ]  # fmt: skip
    lines = [(ABOVE + TALL * (1 - share), round(top * share)) for share in (0, 0.5, 1)]
    return Drawing(ABOVE + TALL + BELOW, tuple(bars), tuple(lines), _axis([row.short for row in figures.rows], wide))


def stacked(figures: Figures) -> tuple[Stack, ...]:
    """For every row a bar in parts by age, one behind the other."""
    most = max((row.numbers[0] for row in figures.rows), default=0) or 1
    found = []
    for index, row in enumerate(figures.rows):
        parts, x = [], 0.0
        for group, number in enumerate(row.numbers[1 : 1 + len(AGES)]):
            width = STACK * number / most
            parts.append(Part(group, round(x, 3), round(width, 3), number, width >= NARROW))
            x += width
        found.append(Stack(row, index * LINE, round(x, 3), tuple(part for part in parts if part.number)))
    return tuple(found)


def ceiling(most: int) -> int:
    """The end of a scale: the next even round number, at least 2."""
    if most <= 2:
        return 2
    unit = 10 ** int(math.log10(most))
    return next(end for factor in (1, 2, 4, 6, 8, 10, 20) if (end := factor * unit) >= most and end % 2 == 0)


def _percent(number: int, most: int) -> float:
    """Every number above 0 can be seen."""
    return round(max(100 * number / most, 0.8), 3) if number else 0


def _axis(words: Sequence[str], wide: float) -> tuple[tuple[float, str, str], ...]:
    last = len(words) - 1
    if last < 1:
        return tuple((50.0, word, "middle") for word in words)
    chosen = sorted({round(index * last / (min(AXIS_WORDS, last + 1) - 1)) for index in range(min(AXIS_WORDS, last + 1))})
    return tuple(
        (round((index + 0.5) * wide, 2), words[index], "middle") if 0 < index < last
        else (0.0, words[index], "start") if index == 0 else (100.0, words[index], "end")
        for index in chosen
    )  # fmt: skip


# The map: 12 hexagons that roughly lie as the districts do. Column (a hexagon's width) and row, then the name in two lines.
PLACES: dict[str, tuple[float, int, tuple[str, ...]]] = {
    "Reinickendorf": (1.5, 0, ("Reinicken-", "dorf")),
    "Pankow": (2.5, 0, ("Pankow",)),
    "Lichtenberg": (3.5, 0, ("Lichten-", "berg")),
    "Spandau": (0, 1, ("Spandau",)),
    "Charlottenburg-Wilmersdorf": (1, 1, ("Charlottbg.-", "Wilmersd.")),
    "Mitte": (2, 1, ("Mitte",)),
    "Friedrichshain-Kreuzberg": (3, 1, ("Friedr’hain-", "Kreuzberg")),
    "Marzahn-Hellersdorf": (4, 1, ("Marzahn-", "Hellersd.")),
    "Steglitz-Zehlendorf": (0.5, 2, ("Steglitz-", "Zehlend.")),
    "Tempelhof-Schöneberg": (1.5, 2, ("Tempelhof-", "Schönebg.")),
    "Neukölln": (2.5, 2, ("Neukölln",)),
    "Treptow-Köpenick": (3.5, 2, ("Treptow-", "Köpenick")),
}
WIDE, RADIUS = 72, 72 / math.sqrt(3)  # units of the map's own measure: a hexagon's width, and from its middle to a corner
MAP = (5 * WIDE + 4, round(2 * 1.5 * RADIUS + 2 * RADIUS) + 4)
SHADES = 4


@dataclass(frozen=True)
class Tile:
    """A district on the map."""

    name: str
    words: tuple[str, ...]
    x: float
    """Of its middle."""
    y: float
    corners: str
    number: int
    stops: int
    shade: int
    """0 for nothing, up to SHADES for the most."""


def tiles(figures: Figures) -> list[Tile]:
    """The districts' hexagons."""
    numbers: Mapping[str, tuple[int, ...]] = {row.key: row.numbers for row in figures.rows if row.key}
    most = max((both[0] for both in numbers.values()), default=0) or 1
    found = []
    for name, (column, row, words) in PLACES.items():
        x, y = 2 + WIDE * (column + 0.5), 2 + RADIUS * (1 + 1.5 * row)
        number, stops = numbers[name]
        found.append(
            Tile(name, words, round(x, 1), round(y, 1), _hexagon(x, y), number, stops, math.ceil(SHADES * number / most))
        )
    return found


def _hexagon(x: float, y: float) -> str:
    reach = RADIUS - 2  # what is left shows the ground between them
    angles = (math.radians(60 * corner - 90) for corner in range(6))
    return " ".join(f"{x + reach * math.cos(angle):.1f},{y + reach * math.sin(angle):.1f}" for angle in angles)
