"""What everything that staff do is called in the protocol."""

from ...i18n import N_

ACTS = {
    "answer": N_("Antwort gegeben"),
    "note": N_("Notiz geschrieben"),
    "invite": N_("Anmelde-Zeile ausgestellt"),
    "withdraw invitation": N_("Anmelde-Zeile zurückgezogen"),
    "revoke": N_("Kit gesperrt"),
    "readmit": N_("Kit wieder zugelassen"),
    "settle": N_("Aufgabe erledigt"),
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
