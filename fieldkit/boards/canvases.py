"""Canvases: named fields with a question each, in words of our own. A new one is a dictionary here."""

from typing import Any

from ..i18n import N_

CANVASES: dict[str, dict[str, Any]] = {
    "empathy": {
        "label": N_("Empathiekarte"),
        "fields": (
            ("says", N_("Sagt"), N_("Welche Sätze hören wir von ihr oder ihm?")),
            ("thinks", N_("Denkt"), N_("Was geht ihr oder ihm durch den Kopf, ohne es zu sagen?")),
            ("does", N_("Tut"), N_("Was beobachten wir?")),
            ("feels", N_("Fühlt"), N_("Was macht Freude, Sorge, Ärger?")),
            ("pains", N_("Stört"), N_("Was macht es schwer?")),
            ("gains", N_("Hilft"), N_("Was wäre eine Erleichterung?")),
        ),
    },
    "test": {
        "label": N_("Testkarte"),
        "fields": (
            ("belief", N_("Wir glauben"), N_("Welche Annahme muss stimmen, damit die Idee trägt?")),
            ("test", N_("Das probieren wir"), N_("Was tun wir, um es herauszufinden, und mit wem?")),
            ("measure", N_("Das zählen wir"), N_("Woran lesen wir ab, was passiert ist?")),
            ("right", N_("Wir hatten recht, wenn"), N_("Welcher Wert genügt uns? Vorher festlegen.")),
        ),
    },
    "persona": {
        "label": N_("Persona"),
        "fields": (
            ("who", N_("Wer"), N_("Ein erfundener Name, Alter, Alltag: keine echte Person.")),
            ("day", N_("Ein gewöhnlicher Tag"), N_("Wo ist sie oder er wann unterwegs?")),
            ("wants", N_("Möchte"), N_("Was soll am Ende gelingen?")),
            ("needs", N_("Braucht dafür"), N_("Was muss da sein, zum Beispiel Zeit, Sprache, Zugang?")),
            ("hurdles", N_("Stößt auf"), N_("Was hält auf?")),
            ("quote", N_("Würde sagen"), N_("Ein Satz, der alles trifft.")),
        ),
    },
    "mvp": {
        "label": N_("Kleinste brauchbare Lösung"),
        "fields": (
            ("people", N_("Für wen"), N_("Wer soll zuerst etwas davon haben?")),
            ("problem", N_("Welches Problem"), N_("Was ist heute mühsam?")),
            ("idea", N_("Die Idee in einem Satz"), N_("Was bieten wir an?")),
            ("least", N_("Das muss hinein"), N_("Ohne was funktioniert es gar nicht?")),
            ("later", N_("Das kommt später"), N_("Was wäre schön, muss aber nicht sofort sein?")),
            ("learn", N_("Das wollen wir lernen"), N_("Welche Frage soll der erste Versuch beantworten?")),
            ("effort", N_("Aufwand"), N_("Wie viele Tage, wie viel Geld, wer hilft?")),
            ("success", N_("Gelungen, wenn"), N_("Was hat sich danach geändert?")),
        ),
    },
    "participation": {
        "label": N_("Beteiligung planen"),
        "fields": (
            ("occasion", N_("Anlass"), N_("Warum beteiligen wir gerade jetzt?")),
            ("question", N_("Frage"), N_("Worüber soll gesprochen werden, in einem Satz?")),
            ("open", N_("Offen"), N_("Was lässt sich noch ändern?")),
            ("fixed", N_("Entschieden"), N_("Was steht fest, und warum?")),
            ("affected", N_("Betroffene"), N_("Wer spürt das Ergebnis?")),
            ("missing", N_("Wer sonst fehlt"), N_("Wen hören wir meist nicht, und wo treffen wir sie oder ihn?")),
            ("partners", N_("Mitwirkende"), N_("Wer entscheidet, wer macht mit, wer kennt den Kiez?")),
            ("formats", N_("Formate"), N_("Wie kommen wir ins Gespräch?")),
            ("place", N_("Orte und Zeiten"), N_("Wann und wo können die Leute wirklich?")),
            ("barriers", N_("Hürden senken"), N_("Sprache, Treppen, Kinder, Handy: Woran denken wir?")),
            ("means", N_("Zeit und Geld"), N_("Was steht bereit?")),
            ("data", N_("Umgang mit Angaben"), N_("Was sammeln wir, und was bewusst nicht?")),
            ("result", N_("Ergebnis"), N_("Was liegt am Ende vor, und wer bekommt es?")),
            ("answer", N_("Rückmeldung"), N_("Wer sagt den Leuten bis wann, was daraus wurde?")),
            ("risk", N_("Wenn es hakt"), N_("Was könnte schiefgehen, und was tun wir dann?")),
        ),
    },
}
"""Name -> what it is called and its fields as (key, name, question)."""
