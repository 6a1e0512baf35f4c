"""What staff must hear about this device: kept until somebody says that it is settled."""

import json
import sqlite3
from typing import Any

from . import clock
from .i18n import N_, format_time, ngettext
from .i18n import gettext as _

TITLES = {
    "damaged": N_("Die Datenbank war beschädigt"),
    "lost": N_("Die Datenbank war nicht zu retten"),
    "restored": N_("Eine Sicherung wurde zurückgeholt"),
    "rewound": N_("Dieses Kit stand auf einem älteren Stand"),
    "copied": N_("Die Daten dieses Kits kommen von einem anderen Gerät"),
    "caught-up": N_("Auf dem Stick lag mehr als auf diesem Kit"),
}

WHAT = {
    "damaged": N_("Das Kit macht mit der neuesten guten Kopie weiter."),
    "lost": N_(
        "Es gab keine gute Kopie. Damit ihr weiterarbeiten könnt, hat das Kit leer neu angefangen. "
        "Bitte meldet es neu beim Hub an und stellt dem Team neue Karten aus."
    ),
    "restored": N_("Das Kit zählt ab jetzt neu und übergibt dem Hub alles noch einmal; doppelt wird dort nichts."),
    "rewound": N_(
        "So ist es nach dem Einlegen einer älteren Karte, oder wenn die Karte beim Stromausfall etwas verloren hat. "
        "Das Kit zählt ab jetzt neu; beim Hub wird nichts doppelt."
    ),
    "copied": N_(
        "Gibt es dieses Kit jetzt zweimal, dann benutzt bitte nur eines weiter. Es zählt ab jetzt neu; beim Hub wird nichts doppelt."
    ),
    "caught-up": N_("Was hier fehlte, ist wieder da. Das Kit zählt ab jetzt neu; beim Hub wird nichts doppelt."),
}


def say(conn: sqlite3.Connection, kind: str, **facts: Any) -> None:
    """Leave a notice of a kind that the desk has a sentence for, with what that sentence needs."""
    conn.execute("INSERT INTO notices (at, kind, facts) VALUES (?, ?, ?)", [clock.stamp(), kind, json.dumps(facts)])


def standing(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """What nobody has settled yet, oldest first: `id`, `at`, `kind`, `facts`, and in words `title` and `sentences`."""
    rows = conn.execute("SELECT id, at, kind, facts FROM notices WHERE settled_at = '' ORDER BY id")
    notices = [dict(row) | {"facts": json.loads(row["facts"])} for row in rows]
    return [said | {"title": _(TITLES[said["kind"]]), "sentences": _sentences(said["kind"], said["facts"])} for said in notices]


def _sentences(kind: str, facts: dict[str, Any]) -> list[str]:
    """What happened, what was recovered and what may be missing."""
    told = [_(WHAT[kind])]
    if facts.get("copy"):
        told.append(_("Genommen wurde die Kopie %(name)s.", name=facts["copy"]))
    if facts.get("taken"):
        told.append(
            ngettext(
                "%(num)s Eintrag kam von der zweiten Kopie dazu.",
                "%(num)s Einträge kamen von der zweiten Kopie dazu.",
                facts["taken"],
            )
        )
    if facts.get("newest"):
        told.append(_("Der neueste Eintrag ist vom %(moment)s.", moment=format_time(facts["newest"])))
    if facts.get("missing"):
        told.append(ngettext("Mindestens %(num)s Eintrag fehlt.", "Mindestens %(num)s Einträge fehlen.", facts["missing"]))
    elif kind in ("damaged", "rewound"):
        told.append(_("Soweit es sich sagen lässt, fehlt nichts."))
    if facts.get("aside"):
        told.append(_("Was vorher da war, liegt unverändert im Ordner %(folder)s.", folder=facts["aside"]))
    return told


def settle(conn: sqlite3.Connection, notice_id: int, who: str) -> None:
    """Somebody has seen to it."""
    conn.execute(
        "UPDATE notices SET settled_at = ?, settled_by = ? WHERE id = ? AND settled_at = ''", [clock.stamp(), who, notice_id]
    )
