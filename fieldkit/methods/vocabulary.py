"""The closed vocabularies of a method card: the words in the files, and what people read instead."""

from collections.abc import Collection

from ..i18n import N_

PHASES = {
    "VB": N_("Vorbereiten"),
    "EK": N_("Erkunden"),
    "ER": N_("Erkennen"),
    "EN": N_("Entwerfen"),
    "EP": N_("Erproben"),
    "NA": N_("Navigieren"),
    "QS": N_("In jeder Phase"),
}

NUMBERS = {"VB": "1", "EK": "2", "ER": "3", "EN": "4", "EP": "5", "NA": "6", "QS": "+"}
"""The signs of the phases."""

DIRECTIONS = {
    "oeffnen": N_("öffnet den Blick"),
    "schliessen": N_("bringt auf den Punkt"),
    "beides": N_("öffnet den Blick und bringt auf den Punkt"),
}

GOALS = {
    "ankommen": N_("Ankommen und kennenlernen"),
    "verstehen": N_("Ein Problem verstehen"),
    "akteure": N_("Beteiligte finden"),
    "ursachen": N_("Ursachen finden"),
    "bedarfe": N_("Bedarfe erkennen"),
    "ideen": N_("Ideen finden"),
    "ordnen": N_("Gesammeltes ordnen"),
    "priorisieren": N_("Wichtiges auswählen"),
    "entscheiden": N_("Gemeinsam entscheiden"),
    "ausarbeiten": N_("Ideen ausarbeiten"),
    "testen": N_("Im Kleinen testen"),
    "auswerten": N_("Auswerten"),
    "verstetigen": N_("Dranbleiben"),
    "informieren": N_("Informieren"),
}

PLACES = {
    "drinnen": N_("drinnen"),
    "draussen": N_("draußen"),
    "laufkundschaft": N_("mit Laufkundschaft"),
}

LEVELS = {1: N_("einfach"), 2: N_("mittel"), 3: N_("anspruchsvoll")}

MATERIAL = {
    "klebezettel": N_("Klebezettel"),
    "stifte": N_("dicke Stifte"),
    "flipchart": N_("Flipchart"),
    "plakatpapier": N_("Plakatpapier"),
    "klebepunkte": N_("Klebepunkte"),
    "klebeband": N_("Klebeband"),
    "timer": N_("Uhr oder Timer"),
    "vorlage": N_("gedruckte Vorlage"),
    "papier": N_("Papier"),
    "karten": N_("Karten"),
    "schere": N_("Schere"),
    "spielgeld": N_("Spielgeld"),
    "stadtplan": N_("großer Stadtplan"),
    "pinnadeln": N_("Pinnnadeln"),
    "klemmbretter": N_("Klemmbretter"),
    "stuehle": N_("Stühle"),
    "tische": N_("Tische"),
    "stellwand": N_("Stellwand"),
    "glocke": N_("Glocke"),
    "kamera": N_("Kamera"),
    "bastelmaterial": N_("Bastelmaterial"),
    "leine-und-klammern": N_("Leine und Klammern"),
    "roehren-und-baelle": N_("Röhren und Bälle"),
}

ROLES = {
    "moderation": N_("moderieren"),
    "zeit": N_("auf die Zeit achten"),
    "dokumentation": N_("mitschreiben und fotografieren"),
    "beobachtung": N_("beobachten"),
    "tischgastgeber": N_("an den Tischen Gastgeber:in sein"),
}

BARRIERS = {
    "sehen": N_("Wenn jemand schlecht sieht"),
    "hoeren": N_("Wenn jemand schlecht hört"),
    "lesen": N_("Wenn jemand nicht gern liest oder schreibt"),
    "bewegung": N_("Wenn jemand sich schlecht bewegen kann"),
    "sprache": N_("Wenn jemand wenig Deutsch spricht"),
}

RESULTS = {
    "akteurskarte": N_("eine Karte der Beteiligten"),
    "beschluss": N_("ein Beschluss"),
    "empathiekarte": N_("eine Empathiekarte"),
    "erwartungsbild": N_("ein Bild der Erwartungen"),
    "gegenmassnahmen": N_("eine Liste von Gegenmaßnahmen"),
    "gespraechsprotokoll": N_("ein Gesprächsprotokoll"),
    "ideenboegen": N_("gefüllte Ideenbögen"),
    "ideensammlung": N_("eine Ideensammlung"),
    "kernantworten": N_("die wichtigsten Antworten der Gruppe"),
    "kurzstimmen": N_("eine kurze Stimme von allen"),
    "leitfragen": N_("Leitfragen für die Ideensuche"),
    "massnahmenliste": N_("eine Liste nächster Schritte"),
    "matrix": N_("eine Matrix mit allen Ideen"),
    "ortskarte": N_("eine Karte mit Orten"),
    "personas": N_("Personas"),
    "problembaum": N_("ein Problembaum"),
    "rangliste": N_("eine Rangliste"),
    "reisekarte": N_("eine Karte der Reise"),
    "rueckmeldungen": N_("Rückmeldungen zu fünf Fragen"),
    "stimmungsbild": N_("ein Stimmungsbild"),
    "testkarte": N_("eine Testkarte"),
    "themenernte": N_("eine Ernte von Themen"),
    "themengruppen": N_("Themengruppen"),
    "zusagen": N_("Zusagen"),
}

BOARDS = frozenset(
    "checkin poll scale brainstorm cluster dotvote ranking matrix2x2 timeline canvas rings tree chain onetwofour tables "
    "leancoffee budget persona sheet map questions timer columns".split()
)

STATES = frozenset(("entwurf", "geprueft"))

HEADINGS = {
    "de": ("Wofür", "Vorbereitung", "Gut zu wissen", "Beispiel", "Danach"),
    "en": ("What for", "Preparation", "Good to know", "Example", "Afterwards"),
}
"""The sections of the text, by language, in the order of the card."""

SECTIONS = ("purpose", "preparation", "hints", "example", "afterwards")
"""What the code calls them."""

EXAMPLES = {
    "id": "id: punktabfrage",
    "titel": "titel: {de: Punktabfrage, en: Dot voting, leicht: Punkte kleben}",
    "kurz": 'kurz: {de: "…", en: "…", leicht: "…"}',
    "phasen": "phasen: [EN, ER]",
    "richtung": "richtung: schliessen",
    "ziele": "ziele: [priorisieren]",
    "dauer_min": "dauer_min: [10, 15]",
    "vorbereitung_min": "vorbereitung_min: 5",
    "nachbereitung_min": "nachbereitung_min: 10",
    "gruppe": "gruppe: [3, 200]",
    "personal": "personal: 1",
    "ort": "ort: [drinnen, draussen]",
    "niveau": "niveau: 1",
    "material": "material: [klebepunkte, stifte]",
    "rollen": "rollen: [moderation, zeit]",
    "schritte": 'schritte: [{titel: {de: "…", en: "…"}, text: {de: "…", en: "…"}, min: 3}]',
    "ergebnis": "ergebnis: rangliste",
    "danach": "danach: [mehrwert-aufwand-matrix]",
    "ohne_handy": "ohne_handy: true",
    "barrieren": 'barrieren: {sehen: {de: "…", en: "…"}}',
    "datenschutz": 'datenschutz: {de: "…", en: "…"}',
    "quellen": 'quellen: [{name: 18F Methods, url: "https://methods.18f.gov/", lizenz: CC0}]',
    "geprueft": "geprueft: {am: 2026-11-22, von: Feldkit-Team, stand: entwurf}",
    "min": "min: 3",
    "text": 'text: {de: "…", en: "…"}',
    "name": "name: 18F Methods",
    "url": 'url: "https://methods.18f.gov/"',
    "lizenz": "lizenz: CC0",
}
"""How each entry of a card is written."""

KEYS = tuple(EXAMPLES)[:23]
"""The entries every card has; the others stand inside these."""

VOCABULARIES: dict[str, Collection[str]] = {
    "phasen": PHASES,
    "richtung": DIRECTIONS,
    "ziele": GOALS,
    "ort": PLACES,
    "material": MATERIAL,
    "rollen": ROLES,
    "ergebnis": RESULTS,
    "barrieren": BARRIERS,
}
"""Which words an entry may have."""
