"""What can be printed for a stop."""

from dataclasses import dataclass

from ..i18n import N_


@dataclass(frozen=True)
class Document:
    """A kind of sheet."""

    label: str
    hint: str
    template: str
    """The typst file in templates/print/."""
    paper: str = "a4"
    for_stop: bool = True
    """Whether it needs a stop to speak of."""


DOCUMENTS = {
    "poster-a4": Document(N_("Plakat A4"), N_("Für den Aufsteller und die Tür. Mit WLAN, Adresse und Frage."), "poster.typ"),
    "poster-a3": Document(N_("Plakat A3"), N_("Dasselbe doppelt so groß: zum Lesen im Vorbeigehen."), "poster.typ", "a3"),
    "table-card": Document(N_("Tischkarte"), N_("A4, in der Mitte falten. Jede Seite in einer Sprache."), "table-card.typ"),
    "receipt-slips": Document(
        N_("Belege zum Ausfüllen"), N_("Acht Zettel zum Schneiden: für alle, die auf Papier mitmachen."), "receipt-slips.typ"
    ),
    "blank-cards": Document(
        N_("Leere Karten"),
        N_("Zwei A5-Karten auf einem Blatt. Die Felder sind die der Papier-Eingabe."),
        "blank-cards.typ",
        for_stop=False,
    ),
}
