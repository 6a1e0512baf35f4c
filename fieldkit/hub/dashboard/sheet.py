"""Figures as a CSV file that opens with a double click."""

from ... import sheet
from .figures import Figures


def written(figures: Figures) -> bytes:
    """The table of a chart, for a spreadsheet."""
    rows = ([row.key if figures.name == "time" else row.label, *row.numbers] for row in figures.rows)
    return sheet.as_csv(figures.head, rows)
