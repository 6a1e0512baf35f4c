"""A word cloud: which words several notes share, and how large each is set. Made of words alone, the list beside it is the data."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

KINDS = ("checkin", "brainstorm")
"""Kinds of boards whose notes lie as they came; elsewhere the board itself is the picture."""

MOST = 20  # words; more of them nobody reads from the last row
LEAST = 2  # notes that share a word
SIZES = 5
LETTERS = re.compile(r"[^\W\d_]{3,}")

EMPTY = frozenset(
    "aber alle allem allen aller alles als also andere auch auf aus bei beim bin bis bitte dann das dass dein deine dem den denn der des die dies"
    " diese diesem dieser dir doch dort durch ein eine einem einen einer eines einfach für gegen gibt haben hat hier ich ihr ihre ist jede jeder"
    " jetzt kann kein keine können man mehr mein mich mir mit nach nicht noch nur oder ohne schon sehr sein sich sie sind soll sollen sollte"
    " statt über und uns unser unsere unter viel viele vom von vor wann war was weil wenn wer werden wie wir wird wollen zum zur zwischen"
    " and are but can for from have more not our the this that they there with you your".split()
)
"""Words that say nothing by themselves."""


@dataclass(frozen=True)
class Word:
    """A word as it was spelled most often."""

    text: str
    notes: int
    """How many notes have it."""
    size: int
    """From 1 to SIZES."""


def words(texts: Iterable[str]) -> list[Word]:
    """The words that at least two texts share, most frequent first.

    >>> [(word.text, word.notes, word.size) for word in words(["Mehr Bänke", "bänke und Licht", "Bänke im Schatten", "Licht!"])]
    [('Bänke', 3, 5), ('Licht', 2, 1)]
    """
    counts: Counter[str] = Counter()
    spelled: dict[str, Counter[str]] = {}
    for text in texts:
        found = LETTERS.findall(text)
        counts.update({word.casefold() for word in found})
        for word in found:
            spelled.setdefault(word.casefold(), Counter())[word] += 1
    shared = [(key, n) for key, n in counts.items() if n >= LEAST and key not in EMPTY]
    shared.sort(key=lambda pair: (-pair[1], pair[0]))
    if len(shared) < 2:
        return []  # one word is no cloud
    most = shared[0][1]
    return [Word(spelled[key].most_common(1)[0][0], n, _size(n, most)) for key, n in shared[:MOST]]


def _size(n: int, most: int) -> int:
    return 1 + round((SIZES - 1) * (n - LEAST) / (most - LEAST)) if most > LEAST else SIZES // 2 + 1
