"""What somebody is looking for in the catalogue, which methods fit, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from ..i18n import N_
from .cards import Card
from .catalogue import Catalogue
from .reasons import PLACES, Reason, reasons
from .vocabulary import GOALS, PHASES

TIMES = {
    "15": N_("15 Minuten"),
    "30": N_("30 Minuten"),
    "60": N_("60 Minuten"),
    "120": N_("2 Stunden"),
    "halfday": N_("ein halber Tag"),
}

GROUPS = {
    "1-3": N_("1–3 Leute"),
    "4-8": N_("4–8 Leute"),
    "9-20": N_("9–20 Leute"),
    "21-50": N_("21–50 Leute"),
    "51-200": N_("51–200 Leute"),
    "walkup": N_("wer gerade vorbeikommt"),
}

STAFF = {"1": N_("eine Person"), "2": N_("zwei Personen"), "3": N_("drei oder mehr")}

CHOICES = {
    "time": TIMES,
    "group": GROUPS,
    "phase": PHASES,
    "goal": GOALS,
    "place": PLACES,
    "staff": STAFF,
    "phone": {"no": N_("ohne Handy")},
}

NAMES = {
    "q": N_("Suchwort"),
    "time": N_("Zeit"),
    "group": N_("Gruppe"),
    "people": N_("Zahl der Leute"),
    "phase": N_("Phase"),
    "goal": N_("Ziel"),
    "place": N_("Ort"),
    "staff": N_("Team"),
    "phone": N_("ohne Handy"),
}
"""What the fields of the form are called."""


@dataclass(frozen=True)
class Wish:
    """A question to the catalogue; empty means that it does not matter."""

    q: str = ""
    time: str = ""
    group: str = ""
    people: int = 0
    phase: str = ""
    goal: str = ""
    place: str = ""
    staff: str = ""
    phone: str = ""

    def filled(self) -> dict[str, str]:
        """The fields that matter, as they stand in the URL."""
        return {f.name: str(getattr(self, f.name)) for f in fields(self) if getattr(self, f.name)}

    def without(self, name: str) -> "Wish":
        """The same wish without one of its fields."""
        return Wish(**{f.name: getattr(self, f.name) for f in fields(self) if f.name != name})


@dataclass(frozen=True)
class Match:
    """A method with the reasons for and against it."""

    card: Card
    reasons: list[Reason]

    @property
    def missed(self) -> int:
        """How many wishes it does not fulfil."""
        return sum(not reason.fits for reason in self.reasons)


@dataclass(frozen=True)
class Answer:
    """What the catalogue says to a wish."""

    matches: list[Match]
    every_word: bool = True
    nearest: tuple[Match, ...] = ()
    """Where nothing matches: what comes closest."""
    easier: tuple[tuple[str, Wish, int], ...] = ()
    """Where nothing matches: the name of a field, the wish without it, and how many methods that finds."""


def read_wish(args: Mapping[str, str]) -> tuple[Wish, list[str]]:
    """The wish in a query string, and the names of fields whose values nobody can understand; they do not count."""
    found: dict[str, str] = {}
    ignored = []
    for name, choices in CHOICES.items():
        value = args.get(name, "").strip()
        if value in choices:
            found[name] = value
        elif value:
            ignored.append(name)
    typed = args.get("people", "").strip()
    people = int(typed) if typed.isdecimal() and len(typed) <= 5 else 0
    if typed and not people:
        ignored.append("people")
    return Wish(q=" ".join(args.get("q", "")[:100].split()), people=people, **found), ignored


def answer(wish: Wish, catalogue: Catalogue) -> Answer:
    """The methods that fit a wish, best first; if there are none, what is nearest and which field to give up."""
    judged, every_word = _judged(wish, catalogue)
    matches = [match for match in judged if not match.missed]
    if matches or not wish.filled():
        return Answer(sorted(matches, key=lambda match: _place_in_list(match, wish)), every_word)
    nearest = sorted(judged, key=lambda match: match.missed)[:3]
    return Answer([], every_word, tuple(nearest), tuple(_easier(wish, catalogue)))


def _judged(wish: Wish, catalogue: Catalogue) -> tuple[list[Match], bool]:
    """Every method the search found, or all of them, with its reasons; and whether they have every word."""
    wishes = wish.filled()
    if not wish.q:
        return [Match(card, reasons(card, wishes)) for card in catalogue.cards], True
    hits, every_word = catalogue.index.search(wish.q)
    return [Match(hit.card, [*map(Reason, hit.where), *reasons(hit.card, wishes)]) for hit in hits], every_word


def _easier(wish: Wish, catalogue: Catalogue) -> Iterator[tuple[str, Wish, int]]:
    for name in wish.filled():
        less = wish.without(name)
        number = sum(not match.missed for match in _judged(less, catalogue)[0])
        if less.filled() and number:
            yield name, less, number


def _place_in_list(match: Match, wish: Wish) -> tuple[int, int]:
    """Those that fit fully first; then as the search ranked them, or else in the order of a process."""
    reserved = sum(not reason.fully for reason in match.reasons)
    return reserved, 0 if wish.q else list(PHASES).index(match.card.phases[0])
