"""What is wrong with a card, in words that say what to do."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import yaml

from .vocabulary import EXAMPLES


@dataclass(frozen=True)
class Problem:
    """Something in a card that has to be put right."""

    file: str
    line: int
    fix: str

    def __str__(self) -> str:
        """As compilers write it, so that editors jump there."""
        return f"{self.file}:{self.line}: {self.fix}"


def hint(word: Any, words: Collection[str]) -> str:
    """A guess at what was meant."""
    near = difflib.get_close_matches(str(word), list(words), 1, 0.7)
    return f" Meintest du „{near[0]}“?" if near else ""


def example(key: str) -> str:
    """How an entry is written."""
    return EXAMPLES.get(key) or f'{key}: {{de: "…", en: "…"}}'


def explain(error: yaml.YAMLError, front: str) -> tuple[str, int]:
    """What to do about text that is no YAML, and in which line of the file."""
    mark = getattr(error, "problem_mark", None)
    before = mark.line if mark else front[: getattr(error, "position", 0)].count("\n")
    return (
        f"Das ist kein gültiges YAML ({getattr(error, 'problem', None) or 'unerlaubtes Zeichen'}). "
        'Oft hilft es, Texte mit Doppelpunkt in "…" zu setzen, mit Leerzeichen einzurücken und Klammern zu schließen.',
        before + 2,
    )
