"""Whether the kit answers where visitors look for it."""

import http.client
import json
from urllib.parse import urlsplit

from ...i18n import gettext as _
from ...net.files import PORT
from .finding import ATTENTION, BLOCKS, GOOD, Finding, Patient

PATIENCE = 1.0  # seconds
US, OTHERS, NOBODY = "us", "others", "nobody"


def port(patient: Patient) -> Finding:
    """Ask the way a visitor does: by the address on the poster."""
    address = urlsplit(patient.config.address)
    host, own = address.hostname or "", patient.house.kit.id if patient.house else ""
    asked = address.port or (443 if address.scheme == "https" else 80)
    found = asks(host, asked, own)
    if found == US:
        return Finding(GOOD, _("antwortet auf %(address)s", address=patient.config.address))
    # On a device, visitors' port leads to the server's, but only for what comes through the air.
    if asked == 80 and asks(host, PORT, own) == US:
        return Finding(GOOD, _("antwortet auf %(host)s, Port %(port)s", host=host, port=PORT))
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
        ATTENTION, _("das Kit läuft gerade nicht"), _("Starten: sudo systemctl start feldkit, in einem Checkout: make run")
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
