"""Figures as a CSV file that opens with a double click."""

import csv
import io

from .figures import Figures

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would calculate what begins so; an office's name may come from anybody."""


def written(figures: Figures) -> bytes:
    """Semicolons and a byte order mark: so spreadsheets set to German read columns and umlauts right."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow(_cell(word) for word in figures.head)
    for row in figures.rows:
        writer.writerow([_cell(row.key if figures.name == "time" else row.label), *row.numbers])
    return sheet.getvalue().encode("utf-8-sig")


def _cell(words: str) -> str:
    return f"'{words}" if words.startswith(FORMULA) else words
