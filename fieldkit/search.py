"""Searching German text: umlauts and ß either way, parts of compounds. For FTS5's trigram tokenizer."""

import re
import unicodedata

SHORTEST = 3  # letters: what a trigram index can find

STOP_WORDS = frozenset(
    "aber alle auch auf aus bei bitte bis das dass dem den der des die dies doch ein eine einem einen einer eines fuer fur "
    "hat hier ich ihr ist kann kein keine man mehr mit nach nicht noch nur oder sehr sich sie sind und uns unter viel vom von "
    "vor war was wenn wer wie wieder wir wird wurde zum zur the and for more".split()
)

_GERMAN = tuple(zip("äöüÄÖÜß", ("a", "o", "u", "a", "o", "u", "ss"), strict=True))


def fold(text: str) -> str:
    """Text as it is compared: small letters, no accents, ß as ss, and ae, oe, ue like ä, ö, ü.

    >>> fold("Straßenbäume"), fold("Strassenbaeume")
    ('strassenbaume', 'strassenbaume')
    """
    # This runs for every contribution a hub takes in: German letters first, and only what else is not ASCII letter by letter.
    for letter, plain in _GERMAN:
        text = text.replace(letter, plain)
    text = text.lower() if text.isascii() else re.sub(r"[^\x00-\x7f]+", _without_accents, text.casefold())
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _without_accents(found: re.Match[str]) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", found[0]) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The folded words of a text that are long enough to search for, in order, each once."""
    return list(dict.fromkeys(w for w in re.findall(r"\w+", fold(text)) if len(w) >= SHORTEST))


def telling_words(text: str) -> list[str]:
    """Words that say what a text is about; what remains when the small change of the language is taken out."""
    return [word for word in words(text) if word not in STOP_WORDS]


def every(terms: list[str]) -> str:
    """An FTS5 query for texts that contain every term, anywhere in a word."""
    return " AND ".join(f'"{term}"' for term in terms)


def some(terms: list[str]) -> str:
    """An FTS5 query for texts that contain some of the terms; `rank` puts those with more and rarer ones first."""
    return " OR ".join(f'"{term}"' for term in terms)
