"""What a method card must look like. Every rule that is broken names the line and what to do."""

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from .front import Unfit, read
from .problems import Problem, example, hint
from .vocabulary import BOARDS, EXAMPLES, KEYS, STATES, VOCABULARIES

Place = tuple[str | int, ...]


class Sheet:
    """One file being read: hands out its values and notes what is wrong with them."""

    def __init__(self, path: Path, ids: Collection[str]) -> None:
        """Begin with the file at `path`; `ids` are those of all cards beside it."""
        self.path, self.ids = path, ids
        self.problems: list[Problem] = []
        self.values: dict[str, Any] = {}
        self.body, self.body_line = "", 1
        self._root: Any = None

    def report(self, fix: str, line: int) -> None:
        """Note a problem."""
        self.problems.append(Problem(str(self.path), line, fix))

    def load(self, front: str) -> None:
        """Read the front matter, which begins in the second line of the file."""
        try:
            self._root, values = read(front)
        except Unfit as unfit:
            self.report(unfit.fix, unfit.line)
            return
        if isinstance(values, dict):
            self.values = values
        else:
            self.report("Zwischen den Zeilen „---“ fehlen die Angaben, zum Beispiel: id: punktabfrage", 1)

    def known_keys(self) -> None:
        """Every key once, and none that nobody reads."""
        seen = set()
        for key, _ in self._root.value:
            line = key.start_mark.line + 2
            if key.value in seen:
                self.report(f"„{key.value}“ steht zweimal in der Karte. Bitte eines löschen.", line)
            elif key.value not in KEYS:
                self.report(f"Die Angabe „{key.value}“ ist unbekannt.{hint(key.value, KEYS)}", line)
            seen.add(key.value)

    def slug(self, key: str) -> str:
        """The id, which must be the name of the file."""
        value = self.text(key)
        if value and value != self.path.stem:
            self._complain((key,), f"Die id „{value}“ muss wie die Datei heißen: id: {self.path.stem}")
        return value

    def text(self, key: str, at: Place = ()) -> str:
        """A text that is not empty."""
        value = self._get(key, at)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            self._complain((*at, key), f"„{key}“ muss ein Text sein, zum Beispiel: {EXAMPLES[key]}")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, key: str, languages: Collection[str], at: Place = (), limit: int = 0) -> dict[str, str]:
        """A text in each of the languages, each at most `limit` characters."""
        value = self._get(key, at)
        if value is not None and not isinstance(value, dict):
            self._complain((*at, key), f"„{key}“ braucht Texte nach Sprache, zum Beispiel: {example(key)}")
        found: dict[str, str] = dict.fromkeys(languages, "")
        if not isinstance(value, dict):
            return found
        for language in languages:
            text = value.get(language)
            if not isinstance(text, str) or not text.strip():
                self._complain((*at, key), f"Bei „{key}“ fehlt der Text „{language}“. Bitte ergänzen.")
                continue
            found[language] = text.strip()
            if limit and len(found[language]) > limit:
                over = len(found[language]) - limit
                self._complain((*at, key, language), f"„{key}“ ({language}) darf {limit} Zeichen haben. Bitte um {over} kürzen.")
        return found

    def number(self, key: str, lowest: int, highest: int, at: Place = ()) -> int:
        """A whole number between two bounds."""
        value = self._get(key, at)
        if value is not None and not _whole(value, lowest, highest):
            self._complain((*at, key), f"„{key}“ muss eine ganze Zahl von {lowest} bis {highest} sein.")
        return value if _whole(value, lowest, highest) else lowest

    def pair(self, key: str, highest: int) -> tuple[int, int]:
        """The least and the most of something."""
        value = self._get(key)
        sound = isinstance(value, list) and len(value) == 2 and all(_whole(v, 1, highest) for v in value)
        if value is not None and not sound:
            self._complain((key,), f"„{key}“ braucht zwei ganze Zahlen von 1 bis {highest}, zum Beispiel: {EXAMPLES[key]}")
        if not sound:
            return 1, highest
        if value[0] > value[1]:
            self._complain((key,), f"Bei „{key}“ steht die größere Zahl vorn. Bitte tauschen: {key}: [{value[1]}, {value[0]}]")
        return value[0], value[1]

    def one(self, key: str) -> str:
        """A word of the vocabulary."""
        value = self._get(key)
        if value is not None:
            self._in_vocabulary(key, value, (key,))
        return value if isinstance(value, str) else ""

    def several(self, key: str, least: int = 1, most: int = 0) -> tuple[str, ...]:
        """Words of the vocabulary."""
        value = self._list(key, least, most)
        for i, word in enumerate(value):
            self._in_vocabulary(key, word, (key, i))
        return tuple(map(str, value))

    def yes_or_no(self, key: str) -> bool:
        """True or false."""
        value = self._get(key)
        if value is not None and not isinstance(value, bool):
            self._complain((key,), f"„{key}“ muss true oder false sein.")
        return value is True

    def next_ids(self, key: str) -> tuple[str, ...]:
        """Ids of other cards."""
        value = self._list(key, 1, 3)
        for i, word in enumerate(value):
            if str(word) not in self.ids or word == self.path.stem:
                self._complain((key, i), f"Eine andere Karte „{word}“ gibt es nicht.{hint(word, self.ids)}")
        return tuple(map(str, value))

    def barriers(self, key: str) -> dict[str, dict[str, str]]:
        """What to do for whom, by language."""
        value = self._get(key)
        if value is not None and (not isinstance(value, dict) or not value):
            self._complain((key,), f"„{key}“ braucht mindestens eine Angabe, zum Beispiel: {EXAMPLES[key]}")
        if not isinstance(value, dict):
            return {}
        for name in value:
            self._in_vocabulary(key, name, (key, name))
        return {str(name): self.texts(name, ("de", "en"), at=(key,)) for name in value}

    def steps(self) -> Iterator[int]:
        """The numbers of the steps; a board that is asked for must exist."""
        for i, step in enumerate(self._list("schritte", 1)):
            if not isinstance(step, dict):
                self._complain(("schritte", i), f"Ein Schritt braucht titel, text und min: {EXAMPLES['schritte']}")
                continue
            kind = self.board(i)
            if kind and kind not in BOARDS:
                self._complain(("schritte", i, "brett"), f"Ein Brett „{kind}“ gibt es nicht.{hint(kind, BOARDS)}")
            yield i

    def board(self, i: int) -> str:
        """The kind of board of a step; empty for none."""
        board = self.values["schritte"][i].get("brett")
        kind = board.get("typ") if isinstance(board, dict) else board
        return "" if board is None else str(kind)

    def sources(self) -> Iterator[int]:
        """The numbers of the sources; each has a web address."""
        for i, source in enumerate(self._list("quellen", 1, 5)):
            if not isinstance(source, dict):
                self._complain(("quellen", i), f"Eine Quelle braucht name, url und lizenz: {EXAMPLES['quellen']}")
                continue
            url = source.get("url")
            if isinstance(url, str) and not url.startswith(("https://", "http://")):
                self._complain(("quellen", i, "url"), "Die Adresse einer Quelle muss mit https:// beginnen.")
            yield i

    def reviewed(self, key: str) -> None:
        """Who looked the card over, and when."""
        value = self._get(key)
        sound = isinstance(value, dict) and isinstance(value.get("am"), date) and isinstance(value.get("von"), str)
        if value is not None and not (sound and str(value.get("stand")) in STATES):
            self._complain((key,), f"„{key}“ braucht am, von und stand (entwurf oder geprueft): {EXAMPLES[key]}")

    def time_adds_up(self, usual: int, minutes: tuple[int, int]) -> None:
        """The steps take as long as the card promises."""
        if not minutes[0] <= usual <= minutes[1]:
            self._complain(
                ("schritte",),
                f"Die Schritte dauern zusammen {usual} Minuten, dauer_min sagt {minutes[0]} bis {minutes[1]}. "
                "Bitte die Minuten der Schritte oder dauer_min anpassen.",
            )

    def _get(self, key: str, at: Place = ()) -> Any:
        place = self.values
        for part in at:
            place = place[part]
        value = place.get(key)
        if value is None:
            self._complain(at, f"Hier fehlt „{key}“. Bitte ergänzen, zum Beispiel: {example(key)}")
        return value

    def _list(self, key: str, least: int, most: int = 0) -> list[Any]:
        value = self._get(key)
        if value is not None and not isinstance(value, list):
            self._complain((key,), f"„{key}“ muss eine Liste sein, zum Beispiel: {EXAMPLES[key]}")
        if not isinstance(value, list):
            return []
        if len(value) < least or (most and len(value) > most):
            number = f"{least} bis {most} Einträge" if most else "mindestens einen Eintrag"
            self._complain((key,), f"„{key}“ braucht {number}, zum Beispiel: {EXAMPLES[key]}")
        return value

    def _in_vocabulary(self, key: str, word: Any, at: Place) -> None:
        words = VOCABULARIES[key]
        if not isinstance(word, str) or word not in words:
            self._complain(at, f"Bei „{key}“ ist „{word}“ unbekannt.{hint(word, words)} Möglich sind: {', '.join(words)}.")

    def _complain(self, at: Place, fix: str) -> None:
        self.report(fix, self._line(at))

    def _line(self, at: Place) -> int:
        """The line in the file where the value at this path begins; that of the nearest one around it, if it is missing."""
        node, line = self._root, 2
        for part in at:
            if isinstance(node, yaml.MappingNode):
                key, node = next(((k, v) for k, v in node.value if k.value == str(part)), (None, None))
                line = key.start_mark.line + 2 if key else line
            elif isinstance(node, yaml.SequenceNode):
                node = node.value[int(part)]
                line = node.start_mark.line + 2
        return line


def _whole(value: Any, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
