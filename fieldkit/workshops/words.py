"""Word pairs to come back with: a colour or a temper and an animal, easy to remember and to say over a table."""

import secrets

TEMPERS = (
    *("roter", "gelber", "grüner", "blauer", "weißer", "bunter", "kleiner", "großer", "alter", "junger", "flinker", "stiller"),
    *("wacher", "müder", "froher", "kluger", "mutiger", "sanfter", "wilder", "zarter", "feiner", "runder", "schneller", "heller"),
    *(
        "warmer",
        "kühler",
        "lustiger",
        "ruhiger",
        "starker",
        "weiter",
        "leiser",
        "lauter",
        "frecher",
        "scheuer",
        "treuer",
        "satter",
    ),
)
ANIMALS = (
    *(
        "Kranich",
        "Fuchs",
        "Igel",
        "Dachs",
        "Spatz",
        "Falke",
        "Storch",
        "Reiher",
        "Biber",
        "Otter",
        "Luchs",
        "Wolf",
        "Bär",
        "Hirsch",
    ),
    *("Hase", "Specht", "Star", "Zeisig", "Fink", "Rabe", "Uhu", "Kauz", "Schwan", "Erpel", "Karpfen", "Hecht", "Barsch", "Wels"),
    *(
        "Frosch",
        "Molch",
        "Käfer",
        "Falter",
        "Hamster",
        "Marder",
        "Elch",
        "Panda",
        "Tiger",
        "Löwe",
        "Delfin",
        "Pinguin",
        "Papagei",
    ),
)


def pair() -> str:
    """One of about 1,500 pairs: "roter Kranich"."""
    return f"{secrets.choice(TEMPERS)} {secrets.choice(ANIMALS)}"


def folded(words: str) -> str:
    """A pair as it is compared: case and spaces do not matter."""
    return " ".join(words.casefold().split())
