"""What stands on each sheet, as plain data for the templates in templates/print/: every text in every language it is to be read in."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from babel import dates

from .. import i18n
from ..config import Config
from ..i18n import gettext as _
from ..room import Paper
from ..wifi import wifi_qr
from . import codes

LONGEST_WORD = 24  # characters; longer ones get places where they may break


def stop_sheet(stop: dict[str, Any], config: Config, demo: bool) -> dict[str, Any]:
    """Everything a poster, a table card or a receipt slip says about a stop, in the stop's languages."""
    return {
        "title": f"{stop['place']}: {stop['question']}",
        "place": stop["place"],
        "question": stop["question"],
        "wifi": {
            "name": config.ssid,
            "passphrase": config.passphrase,
            "qr": codes.svg(wifi_qr(config.ssid, config.passphrase)),
        },
        "portal": {"address": in_words(config.address), "qr": codes.svg(config.address)},
        "receipts": {"address": f"{in_words(config.address)}/receipts", "qr": codes.svg(f"{config.address}/receipts")},
        "languages": [_in_language(code, stop, demo) for code in stop["languages"]],
    }


def blank_cards(papers: list[Paper], stop: dict[str, Any] | None) -> dict[str, Any]:
    """Cards to write on by hand, one kind for each room that can take them in."""
    return {
        "title": _("Karten zum Ausfüllen"),
        "language": i18n.tag(),
        "place": stop["place"] if stop else "",
        "question": stop["question"] if stop else "",
        "cards": [{"label": _(paper.label), "choices": [_(label) for label in paper.choices.values()]} for paper in papers],
        "words": {
            "number": _("Nr."),
            "team": _("füllt das Team aus"),
            "write": _("Schreib hier. Ein Satz genügt."),
            "tick": _("Worum geht es? Kreuze an."),
            "support": _("Ich bin auch dafür: Mach einen Strich."),
            "privacy": _("Bitte keine Namen und keine Telefonnummern."),
        },
    }


def method_sheet(sheet: dict[str, Any], address: str) -> dict[str, Any]:
    """A method card with the way back to the card on the kit."""
    return {
        "method": sheet,
        "address": in_words(address),
        "qr": codes.svg(address),
        "words": {
            "minutes": _("%(minutes)s Minuten", minutes=sheet["minutes"]),
            "group": _("%(people)s Leute", people=sheet["group"]),
            "min": _("Min."),
            "run": _("Ablauf"),
            "material": _("Du brauchst"),
            "roles": _("Wer was tut"),
            "before": _("Vorbereiten: %(minutes)s Minuten", minutes=sheet["before"]),
            "after": _("Nachbereiten: %(minutes)s Minuten", minutes=sheet["after"]),
            "barriers": _("Damit alle mitmachen können"),
            "privacy": _("Datenschutz"),
            "next": _("Wie es weitergehen kann"),
            "sources": _("Text: Feldkit-Team, eigene Worte. Fakten aus:"),
        },
    }


def in_words(address: str) -> str:
    """An address the way people type it."""
    return address.split("://", 1)[1]


def opening(stop: dict[str, Any]) -> list[str]:
    """The days and hours of a stop in the present language, days with the same hours in one line; at most three lines."""
    days = _days(stop)
    lines = []
    for hours, group in groupby(days, key=lambda day: stop["hours"].get(day.isoformat(), "")):
        same = list(group)
        if hours:
            lines.append(f"{_span(same[0], same[-1])}, {_('%(hours)s Uhr', hours=hours.replace('-', '–'))}")
    return lines if 0 < len(lines) < 4 else [_span(days[0], days[-1])]


def breakable(data: Any) -> Any:
    """The same data with places to break inside very long words, so that nothing runs off the paper."""
    if isinstance(data, str):
        return re.sub(rf"[^\s<>]{{{LONGEST_WORD}}}(?=[^\s<>]{{6}})", "\\g<0>\N{ZERO WIDTH SPACE}", data)
    if isinstance(data, Mapping):
        return {key: value if key in ("qr", "drawing") else breakable(value) for key, value in data.items()}
    return [breakable(item) for item in data] if isinstance(data, list) else data


def _in_language(code: str, stop: dict[str, Any], demo: bool) -> dict[str, Any]:
    with i18n.speaking(code):
        return {
            "code": code,
            "tag": i18n.tag(),
            "name": i18n.ENDONYMS[code],
            "steps": [
                {"title": _("Ins WLAN gehen"), "text": _("Scanne den Code mit der Kamera deines Handys.")},
                {"title": _("Seite öffnen"), "text": _("Sie öffnet sich von selbst. Wenn nicht: Scanne diesen Code.")},
                {"title": _("Idee aufschreiben"), "text": _("Ein Satz genügt. Ohne Anmeldung, ohne Namen.")},
            ],
            "network": _("Netz"),
            "passphrase": _("Passwort"),
            "open": _("ohne Passwort"),
            "address": _("Adresse"),
            "when": opening(stop),
            "answer": _("Antwort versprochen bis %(day)s", day=i18n.format_date(stop["answer_by"])) if stop["answer_by"] else "",
            "hint": _("Das Handy meldet „kein Internet“? Das stimmt so. Tippe auf „Netzwerk unverändert verwenden“."),
            "paper": _("Kein Handy? Bei uns liegen Karten und Stifte."),
            "sample": _("Beispieldaten – nichts davon ist echt") if demo else "",
            "receipt": _("Dein Beleg"),
            "day": _("Datum"),
            "keep": _("Heb diesen Zettel auf. Mit dem Code liest du, was aus deiner Idee wird."),
            "where": _("Hier im WLAN nachsehen:"),
        }


def _days(stop: dict[str, Any]) -> list[date]:
    first, last = date.fromisoformat(stop["starts_on"]), date.fromisoformat(stop["ends_on"])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _span(first: date, last: date) -> str:
    """ "Mo., 23. – Fr., 27. Nov.", the way each language writes it."""
    if first == last:
        return str(dates.format_skeleton("MMMEd", first, locale=i18n.tag()))
    return str(dates.format_interval(first, last, "MMMEd", locale=i18n.tag()))
