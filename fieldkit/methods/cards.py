"""Method cards: Markdown files with YAML front matter, read one by one. A broken card is left out and reported."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ..i18n import current
from .problems import Problem
from .rules import Sheet
from .vocabulary import HEADINGS, SECTIONS

NOTHING: Mapping[str, str] = MappingProxyType({})
LONGEST = 40_000  # characters of a card; the longest that came with this release has 13,000
FENCE = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?(.*)\Z", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One step of the run."""

    title: dict[str, str]
    text: dict[str, str]
    minutes: int
    board: str
    """The kind of board it is done on in a workshop, one of vocabulary.BOARDS; empty for none."""


@dataclass(frozen=True)
class Source:
    """Where the facts come from."""

    name: str
    url: str
    licence: str


@dataclass(frozen=True)
class Card:
    """A method a facilitator can run from this. Texts are dicts by language: `de`, `en`, `leicht`."""

    id: str
    title: dict[str, str]
    short: dict[str, str]
    phases: tuple[str, ...]
    """Keys of vocabulary.PHASES, the main one first."""
    direction: str
    goals: tuple[str, ...]
    minutes: tuple[int, int]
    """Of the run, least and most."""
    before: int
    """Minutes of preparation."""
    after: int
    """Minutes of follow-up."""
    group: tuple[int, int]
    """People, least and most."""
    staff: int
    places: tuple[str, ...]
    level: int
    material: tuple[str, ...]
    roles: tuple[str, ...]
    steps: tuple[Step, ...]
    result: str
    next: tuple[str, ...]
    """Ids of methods that fit afterwards."""
    without_phone: bool
    barriers: dict[str, dict[str, str]]
    privacy: dict[str, str]
    sources: tuple[Source, ...]
    sections: dict[str, dict[str, tuple[str, str]]]
    """By language and name (vocabulary.SECTIONS): heading and Markdown."""

    @property
    def usual(self) -> int:
        """Minutes of the run as its steps describe it."""
        return sum(step.minutes for step in self.steps)


def language() -> str:
    """The language cards are read in on the present page: English where it is spoken, German for all others."""
    return "en" if current() == "en" else "de"


def simple(texts: dict[str, str]) -> str:
    """Title or short line in the language of the present page, in Einfache Sprache too."""
    return texts["leicht"] if current() == "de-simple" else texts[language()]


def check(folder: Path) -> list[Problem]:
    """What is wrong with the cards in `folder`: file, line and fix of each problem. Nothing when all is well."""
    return read(folder)[1]


def check_text(name: str, text: str, ids: Collection[str]) -> list[Problem]:
    """What is wrong with one card, given the ids of all cards."""
    return read_text(name, text, ids)[1]


def read_text(name: str, text: str, ids: Collection[str]) -> tuple[Card | None, list[Problem]]:
    """One card, given the ids of all cards, and what is wrong with it; none when something is."""
    sheet = _parse(Sheet(Path(f"{name}.md"), ids), text)
    card = _card(sheet)
    return None if sheet.problems else card, sheet.problems


def read(folder: Path, published: Mapping[str, str] = NOTHING) -> tuple[list[Card], list[Problem]]:
    """All sound cards in `folder` by title, and what is wrong with the others.

    `published` are cards of the hub, id -> text. They replace those in the folder, unless this release does not understand them; one
    without text is taken out.
    """
    paths = sorted(folder.glob("*.md"))
    if not paths:
        return [], [Problem(str(folder), 1, "Hier liegen keine Methodenkarten (*.md). Stimmt der Ordner?")]
    ids = {path.stem for path in paths} | published.keys()
    newer = [_parse(Sheet(Path(f"{name}.md"), ids), text) for name, text in published.items() if text]
    replaced = {name for name, text in published.items() if not text}
    replaced |= {sheet.path.stem for sheet in newer if _card(sheet) and not sheet.problems}
    sheets = [_open(path, ids) for path in paths if path.stem not in replaced]
    sheets += [_parse(Sheet(sheet.path, ids), published[sheet.path.stem]) for sheet in newer]
    cards = [_card(sheet) for sheet in sheets]
    found = [card for card, sheet in zip(cards, sheets, strict=True) if card and not sheet.problems]
    return sorted(found, key=lambda card: card.title["de"]), [p for sheet in sheets for p in sheet.problems]


def _open(path: Path, ids: set[str]) -> Sheet:
    sheet = Sheet(path, ids)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        sheet.report("Die Datei ist nicht in UTF-8 gespeichert. Bitte im Editor „UTF-8“ wählen und neu speichern.", line)
        return sheet
    except OSError as error:
        sheet.report(f"Die Datei lässt sich nicht lesen ({error.strerror}). Bitte die Rechte prüfen.", 1)
        return sheet
    return _parse(sheet, text)


def _parse(sheet: Sheet, text: str) -> Sheet:
    if len(text) > LONGEST:
        sheet.report(f"Die Karte ist zu lang ({len(text)} Zeichen). Bitte auf {LONGEST} kürzen.", 1)
        return sheet
    parts = FENCE.match(text)
    if parts is None:
        sheet.report("Die Karte muss mit einer Zeile „---“ beginnen, und nach den Angaben muss noch eine stehen.", 1)
        return sheet
    sheet.load(parts[1])
    sheet.body, sheet.body_line = parts[2], text[: parts.start(2)].count("\n") + 1
    return sheet


def _card(sheet: Sheet) -> Card | None:
    if not sheet.values:
        return None
    sheet.known_keys()
    card = Card(
        id=sheet.slug("id"),
        title=sheet.texts("titel", ("de", "en", "leicht"), limit=60),
        short=sheet.texts("kurz", ("de", "en", "leicht"), limit=140),
        phases=sheet.several("phasen"),
        direction=sheet.one("richtung"),
        goals=sheet.several("ziele", most=4),
        minutes=sheet.pair("dauer_min", highest=480),
        before=sheet.number("vorbereitung_min", 0, 480),
        after=sheet.number("nachbereitung_min", 0, 480),
        group=sheet.pair("gruppe", highest=1000),
        staff=sheet.number("personal", 1, 3),
        places=sheet.several("ort"),
        level=sheet.number("niveau", 1, 3),
        material=sheet.several("material", least=0),
        roles=sheet.several("rollen", least=0),
        steps=_steps(sheet),
        result=sheet.one("ergebnis"),
        next=sheet.next_ids("danach"),
        without_phone=sheet.yes_or_no("ohne_handy"),
        barriers=sheet.barriers("barrieren"),
        privacy=sheet.texts("datenschutz", ("de", "en")),
        sources=_sources(sheet),
        sections=_sections(sheet),
    )
    sheet.reviewed("geprueft")
    sheet.time_adds_up(card.usual, card.minutes)
    return card


def _steps(sheet: Sheet) -> tuple[Step, ...]:
    return tuple(
        Step(
            sheet.texts("titel", ("de", "en"), at=("schritte", i), limit=80),
            sheet.texts("text", ("de", "en"), at=("schritte", i)),
            sheet.number("min", 1, 480, at=("schritte", i)),
            sheet.board(i),
        )
        for i in sheet.steps()
    )


def _sources(sheet: Sheet) -> tuple[Source, ...]:
    return tuple(Source(*(sheet.text(key, at=("quellen", i)) for key in ("name", "url", "lizenz"))) for i in sheet.sources())


def _sections(sheet: Sheet) -> dict[str, dict[str, tuple[str, str]]]:
    """The text of the card, cut at its headings; those that are missing are reported."""
    found: dict[tuple[str, str], str] = {}
    for part in re.split(r"^# ", sheet.body, flags=re.MULTILINE)[1:]:
        name, _, text = part.partition("\n")
        for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
            heading, _, words = section.partition("\n")
            found[name.strip(), heading.strip()] = words.strip()
    for code, name in (("de", "Deutsch"), ("en", "English")):
        for heading in HEADINGS[code]:
            if not found.get((name, heading)):
                sheet.report(f"Unter „# {name}“ fehlt der Abschnitt „## {heading}“. Bitte ergänzen.", sheet.body_line)
    return {
        code: {key: (heading, found.get((name, heading), "")) for key, heading in zip(SECTIONS, HEADINGS[code], strict=True)}
        for code, name in (("de", "Deutsch"), ("en", "English"))
    }
