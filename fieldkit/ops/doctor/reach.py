"""Whether the kit answers where visitors look for it."""

import http.client
import json
from urllib.parse import urlsplit

from ...i18n import gettext as _
from ...net import machine
from ...net.files import PORT
from .finding import BLOCKS, GOOD, NOT_HERE, Finding, Patient

PATIENCE = 1.0  # seconds
US, OTHERS, NOBODY = "us", "others", "nobody"


def port(patient: Patient) -> Finding:
    """Ask the way a visitor does: by the address on the poster."""
    if patient.has_hotspot and not machine.opens(patient.config):
        return _closed_to_visitors(patient)
    address = urlsplit(patient.config.address)
    host, own = address.hostname or "", patient.house.kit.id if patient.house else ""
    asked = address.port or (443 if address.scheme == "https" else 80)
    found = asks(host, asked, own)
    if found == US:
        return Finding(GOOD, _("antwortet auf %(address)s", address=patient.config.address))
    if found == OTHERS:
        return Finding(
            BLOCKS,
            _("auf %(address)s antwortet ein anderes Programm", address=patient.config.address),
            _("Das andere Programm beenden oder das Kit mit einem anderen --port starten."),
        )
    if patient.serving or asks("127.0.0.1", PORT, own) == US:
        return Finding(
            BLOCKS,
            _("das Kit läuft, ist aber auf %(address)s nicht zu erreichen", address=patient.config.address),
            _("Den Hotspot einschalten; „sudo fieldkit net check“ sagt, was fehlt. Sonst „address“ in kit.toml berichtigen."),
        )
    return Finding(
        BLOCKS, _("das Kit läuft gerade nicht"), _("Starten: sudo systemctl start feldkit, in einem Checkout: make run")
    )


def names(patient: Patient) -> Finding:
    """Whether phones in the hotspot find the kit, whatever they ask for."""
    if not patient.has_hotspot:
        return Finding(NOT_HERE, _("kein Hotspot"))
    for name, said, _wanted in machine.misled(patient.config):
        found = _("nach %(name)s gefragt, sagt das Kit %(said)s", name=name, said=said or _("nichts"))
        return Finding(BLOCKS, found, _("Am Tisch das WLAN neu starten; „sudo fieldkit net check“ sagt, was fehlt."))
    return Finding(GOOD, _("jeder führt zum Kit"))


def _closed_to_visitors(patient: Patient) -> Finding:
    ip = patient.config.hotspot.ip
    return Finding(
        BLOCKS,
        _("auf Plakaten steht %(address)s, im Hotspot öffnet sich nur http://%(ip)s", address=patient.config.address, ip=ip),
        _('In der kit.toml: address = "http://%(ip)s"', ip=ip),
    )


def asks(host: str, port: int, kit: str) -> str:
    """Who answers there: the kit with this id (or any, where it is empty), somebody else, or nobody."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        answer = json.loads(connection.getresponse().read(10_000))
        return US if answer["kit"] == kit or not kit else OTHERS
    except (ConnectionRefusedError, TimeoutError):
        return NOBODY
    except (http.client.HTTPException, ValueError, KeyError, TypeError):
        return OTHERS
    except OSError:  # no such address here
        return NOBODY
    finally:
        connection.close()
