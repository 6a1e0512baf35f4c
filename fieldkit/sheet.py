"""Tables for spreadsheet programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV as German spreadsheet programs open it: semicolons, UTF-8 with its mark. No cell is ever a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(cell(word) for word in head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def cell(value: Any) -> str:
    """A value as text. What a spreadsheet would take for a formula gets an apostrophe (OWASP, CSV injection).

    >>> cell("=1+1"), cell("Mehr Bänke"), cell(-3)
    ("'=1+1", 'Mehr Bänke', '-3')
    """
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
