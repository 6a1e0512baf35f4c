"""What everything that staff do is called in the protocol."""

from typing import Any

from ...i18n import N_
from ...i18n import gettext as _
from ..kits.tasks import TASKS
from ..team.forms import ROLES

ACTS = {
    "answer": N_("Antwort gegeben"),
    "note": N_("Notiz geschrieben"),
    "correct": N_("Am Hub berichtigt"),
    "withdraw": N_("Am Hub zurückgezogen"),
    "write template": N_("Vorlage geschrieben"),
    "delete template": N_("Vorlage gelöscht"),
    "publish": N_("Veröffentlicht"),
    "unpublish": N_("Veröffentlichtes zurückgezogen"),
    "invite": N_("Anmelde-Zeile ausgestellt"),
    "withdraw invitation": N_("Anmelde-Zeile zurückgezogen"),
    "revoke": N_("Kit gesperrt"),
    "readmit": N_("Kit wieder zugelassen"),
    "settle": N_("Aufgabe erledigt"),
    "reopen": N_("Aufgabe wieder geöffnet"),
    "stick": N_("Datei vom Stick gelesen"),
    "keys": N_("Neue Schlüssel"),
    "open contact": N_("Kontakt geöffnet"),
    "export contacts": N_("Kontakte ausgegeben"),
    "add staff": N_("Karte ausgestellt"),
    "change role": N_("Rolle geändert"),
    "new pin": N_("Neue PIN"),
    "revoke staff": N_("Karte gesperrt"),
}
"""An act as it is logged -> how people read it. One that is missing here is shown as it was logged."""

WORDS = {
    **{role: name for role, (name, _may) in ROLES.items()},
    **{kind: task.title for kind, task in TASKS.items()},
    **{choice.decision: choice.label for task in TASKS.values() for choice in task.choices},
    "newest-stays": N_("Das neuere Gerät bleibt"),
    "begin-anew": N_("Neu beginnen lassen"),
    "noted": N_("Zur Kenntnis"),
}
"""Words of ours in notes such as `Jonas: read` or `fork: noted`."""


def note_of(line: dict[str, Any]) -> str:
    """The note of a line, our own words in it as people read them."""
    about, colon, ours = line["note"].rpartition(": ")
    if line["act"] in ("settle", "reopen"):
        about = _(WORDS.get(about, about))
    elif line["act"] not in ("add staff", "change role"):
        return str(line["note"])
    return f"{about}{colon}{_(WORDS.get(ours, ours))}"


def label_of(act: str) -> str:
    """What people call an act."""
    return _(ACTS[act]) if act in ACTS else act
