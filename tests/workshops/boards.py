"""An example of every kind of board, and what somebody gives on it. A kind without one fails test_kinds.py."""

from typing import Any


def _lines(*labels: str) -> list[dict[str, str]]:
    return [{"key": chr(ord("a") + n), "label": label} for n, label in enumerate(labels)]


PLACES = _lines("Bänke im Schatten", "Ein Trinkbrunnen", "Mehr Licht am Weg zur U-Bahn")

OPTIONS: dict[str, dict[str, Any]] = {
    "checkin": {},
    "brainstorm": {"prefix": "Wie können wir", "columns": _lines("Für Kinder", "Für Ältere")},
    "cluster": {},
    "dotvote": {},
    "poll": {"mode": "single", "answers": _lines("In zwei Wochen", "Im Frühjahr")},
    "scale": {"answers": PLACES, "low": 1, "high": 5, "low_label": "gar nicht", "high_label": "sehr"},
    "consensing": {"answers": PLACES, "low": 0, "high": 10},
    "ranking": {"answers": PLACES, "places": 3},
    "budget": {"answers": PLACES, "total": 100, "unit": "Euro"},
    "questions": {},
    "matrix": {"x_label": "Kosten", "x_low": "billig", "x_high": "teuer"},
    "canvas": {"canvas": "empathy", "columns": []},
    "timeline": {"phases": _lines("Ankommen", "Warten", "Gehen"), "lanes": _lines("Was ich tue", "Was ich fühle")},
    "rings": {"middle": "der Platz", "rings": []},
    "chain": {"mode": "why", "steps": 5},
    "onetwofour": {},
    "leancoffee": {"each": 5},
    "worldcafe": {"tables": _lines("Was fehlt?", "Was stört?", "Was bleibt?"), "rounds": 3, "each": 20},
}
"""Kind -> options of a board."""

GIVES: dict[str, tuple[str, dict[str, Any]]] = {
    "checkin": ("choice", {"mood": "4", "text": "{words}"}),
    "brainstorm": ("notes", {"text": "{words}", "field": "a"}),
    "cluster": ("notes", {"text": "{words}"}),
    "dotvote": ("dots", {"note": "{note}", "have": "0"}),
    "poll": ("choice", {"answer": "a"}),
    "scale": ("choice", {"grade-a": "4", "grade-b": "2", "grade-c": "5"}),
    "consensing": ("choice", {"grade-a": "0", "grade-b": "7", "grade-c": "10", "grade-stays": "9"}),
    "ranking": ("choice", {"order": "b", "tap": "a"}),
    "budget": ("choice", {"amount-a": "60", "amount-b": "40"}),
    "questions": ("notes", {"text": "{words}"}),
    "matrix": ("notes", {"text": "{words}", "x": "20", "y": "80"}),
    "canvas": ("notes", {"text": "{words}", "field": "says"}),
    "timeline": ("notes", {"text": "{words}", "field": "b", "x": "1"}),
    "rings": ("notes", {"text": "{words}", "field": "a"}),
    "chain": ("notes", {"text": "{words}"}),
    "onetwofour": ("notes", {"text": "{words}"}),
    "leancoffee": ("notes", {"text": "{words}"}),
    "worldcafe": ("notes", {"text": "{words}", "field": "c"}),
}
"""Kind -> what is sent there (`{words}` and `{note}` are filled in)."""
