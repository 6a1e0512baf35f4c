"""The front matter of a card: YAML, of which a card needs little, and no more is read. What grows without end is refused before it does."""

from typing import Any

import yaml

from .problems import explain

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast, but not everywhere

DEEPEST = 8  # levels of lists and mappings; our cards have five


class Unfit(Exception):
    """No front matter of a card: `fix` says what to do, `line` where in the file."""

    def __init__(self, fix: str, line: int) -> None:
        """Say both."""
        super().__init__(fix)
        self.fix, self.line = fix, line


def read(front: str) -> tuple[Any, Any]:
    """The nodes of the front matter, which know their lines, and its values. It begins in the second line of the file. Raises Unfit."""
    try:
        _expect_plain(front)
        loader = Loader(front)
        root = loader.get_single_node()
        return root, loader.construct_document(root) if root else None
    except yaml.YAMLError as error:
        raise Unfit(*explain(error, front)) from None
    except (ValueError, OverflowError) as error:  # a date like 2026-13-45, a number beyond all numbers
        raise Unfit(f"Ein Wert ist unmöglich ({error}). Bitte ein Datum wie 2026-11-22 schreiben.", 2) from None


def _expect_plain(front: str) -> None:
    """Events come one by one, so this is cheap however much they would grow into."""
    depth = 0
    for event in yaml.parse(front, Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 2
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unfit(
                'Verweise mit & und * gehen in einer Karte nicht. Bitte die Angabe überall ausschreiben, oder den Text in „"…"“ setzen.',
                line,
            )
        if getattr(event, "tag", None):
            raise Unfit(
                'Ein Wert kann nicht mit einem Ausrufezeichen beginnen. Bitte es weglassen, oder den Text in „"…"“ setzen.', line
            )
        if depth > DEEPEST:
            raise Unfit("Hier ist zu viel ineinander geschachtelt. Bitte so einrücken wie in den anderen Karten.", line)
