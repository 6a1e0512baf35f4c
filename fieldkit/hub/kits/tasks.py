"""What can go wrong with a kit, in words for the people who decide: what happened, what it means, what each choice leads to.

No choice takes anything away from the archive; decisions are in the protocol and can be made anew.
"""

from dataclasses import dataclass

from ...i18n import N_
from ..ingest import BEGIN_ANEW

REVOKE, READMIT, NEWEST_STAYS, NOTED = "revoke", "readmit", "newest-stays", "noted"


@dataclass(frozen=True)
class Choice:
    """A button, and what comes of pressing it."""

    decision: str
    label: str
    consequence: str


@dataclass(frozen=True)
class Task:
    """A kind of incident. All texts may name `seq`, `epoch` and `newest`, the highest epoch of the kit."""

    title: str
    happened: str
    means: str
    choices: tuple[Choice, ...]

    def allows(self, decision: str) -> bool:
        """Whether this is one of the choices."""
        return any(choice.decision == decision for choice in self.choices)


ANEW = Choice(
    BEGIN_ANEW,
    N_("Neu beginnen lassen"),
    N_(
        "Beim nächsten Kontakt schickt das Kit alles, was es hat, noch einmal in einer neuen Zählung. Was nur hier liegt, bleibt. Doppeltes wird erkannt; was verschieden ist, gilt danach so, wie dieses Kit es hat."
    ),
)
LOCK = Choice(
    REVOKE,
    N_("Kit sperren"),
    N_(
        "Das Kit wird ab sofort abgewiesen, auch eine Kopie davon: Beide haben denselben Schlüssel. Was es übergeben hat, bleibt. Danach ein Gerät neu einrichten und neu anmelden."
    ),
)

TASKS = {
    "fork": Task(
        N_("Zwei verschiedene Fassungen"),
        N_("Dieses Kit hat unter Nummer %(seq)s etwas anderes geschickt, als hier liegt. Nichts wurde überschrieben: Der Hub behält, was zuerst kam, und das Kit behält seins."),
        N_("Das Kit wurde auf einen alten Stand zurückgesetzt, oder es gibt eine Kopie davon. Bis zur Entscheidung kann es nichts mehr übergeben."),
        (ANEW, LOCK, Choice(NOTED, N_("Nur zur Kenntnis"), N_("Das Kit kann weiter nichts übergeben. Richtig, wenn ihr erst am Gerät nachsehen wollt; die Aufgabe lässt sich wieder öffnen."))),
    ),
    "clone": Task(
        N_("Dieses Kit gibt es zweimal"),
        N_("Es hat sich mit zwei Ständen gemeldet: %(epoch)s und %(newest)s. Beides wurde aufgenommen."),
        N_("Zwei Geräte laufen mit derselben Speicherkarte oder Sicherung. Welches welches ist, sagt am Gerät «fieldkit check»: Dort steht der Stand als Epoche."),
        (
            Choice(NEWEST_STAYS, N_("Gerät %(newest)s bleibt"), N_("Bitte das andere ausschalten und neu einrichten. Meldet es sich trotzdem wieder, kommt eine neue Aufgabe.")),
            Choice(BEGIN_ANEW, N_("Gerät %(epoch)s bleibt"), N_("Es schickt beim nächsten Kontakt alles noch einmal und zählt neu. Bitte das andere ausschalten und neu einrichten; meldet es sich wieder, kommt eine neue Aufgabe.")),
            LOCK,
            Choice(NOTED, N_("Vorerst so lassen"), N_("Beide übergeben weiter, alles wird aufbewahrt. Ändern beide dasselbe, gilt der neuere Stand.")),
        ),
    ),
    "gap": Task(
        N_("Es fehlt etwas"),
        N_("Vor Nummer %(seq)s fehlt etwas. Das Kit schickt es beim nächsten Mal."),
        N_("Meist wurde ein Stick vor dem anderen eingelesen, oder die Verbindung brach ab. Was fehlt, liegt noch auf dem Kit."),
        (Choice(NOTED, N_("Verstanden"), N_("Es ist nichts weiter zu tun. Bei der nächsten Übergabe wird die Lücke gefüllt.")), ANEW),
    ),
    "rewind": Task(
        N_("Dieses Kit zählt neu"),
        N_("Es hat im Stand %(epoch)s alles noch einmal geschickt: Es wurde aus einer Sicherung zurückgeholt, oder ihr habt es neu beginnen lassen. Nichts ist doppelt."),
        N_("Was seit der Sicherung dazugekommen und schon hier war, ist hier noch da. Auf dem Kit kann es fehlen."),
        (Choice(NOTED, N_("Verstanden"), N_("Es ist nichts weiter zu tun. Wart ihr es nicht: Fragt das Team, warum das Kit zurückgeholt wurde.")), LOCK),
    ),
    "revoked": Task(
        N_("Ein gesperrtes Kit hat angerufen"),
        N_("Dieses Kit ist gesperrt und hat trotzdem versucht, etwas zu übergeben. Es wurde abgewiesen."),
        N_("Jemand hat das Gerät eingeschaltet und ins Netz gebracht: das Team, oder wer es gefunden hat."),
        (
            Choice(NOTED, N_("Gesperrt lassen"), N_("Es wird weiter abgewiesen. Ist es wieder bei euch: neu einrichten und neu anmelden, das ist sicher.")),
            Choice(READMIT, N_("Wieder zulassen"), N_("Nur, wenn es aus Versehen gesperrt wurde: War das Gerät in fremden Händen, kann sein Schlüssel kopiert sein.")),
        ),
    ),
    "hub-rewind": Task(
        N_("Der Hub wurde zurückgesetzt"),
        N_("Das Kit hat einen Beleg für mehr, als hier liegt (hier bis Nummer %(seq)s). Dieser Hub wurde aus einer Sicherung geholt."),
        N_("Das Kit schickt von selbst noch einmal, was es noch hat. Kontakte und alte Beiträge, die es nach dem Beleg gelöscht hat, stehen nur in einer neueren Sicherung des Hubs."),
        (Choice(NOTED, N_("Verstanden"), N_("Gibt es eine neuere Sicherung, bitte diese einspielen. Sonst ist nichts weiter zu tun.")),),
    ),
}  # fmt: skip
