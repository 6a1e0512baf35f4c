"""The certificate: whoever sets out with one that ends on the road has none."""

from datetime import datetime, timedelta

from ... import certificate as certificates
from ... import clock
from ...i18n import format_date, ngettext
from ...i18n import gettext as _
from .finding import ATTENTION, BLOCKS, GOOD, NOT_HERE, Finding, Patient

ENOUGH = timedelta(days=14)


def certificate(patient: Patient) -> Finding:
    """How long the certificate of the public name is good, and whether phones take it."""
    home, name = patient.config.home, patient.config.tls_name
    if not name:
        return Finding(NOT_HERE, _("Dieses Kit hat keinen öffentlichen Namen, alle kommen ohne Schloss."))
    try:
        ends = certificates.ends(home, name)
    except certificates.Unusable as reason:
        return Finding(BLOCKS, _("%(name)s ist nicht mit Schloss zu öffnen", name=name), str(reason))
    found = certificate_finding(name, ends, certificates.is_trusted(home, name), clock.now())
    key = certificates.files(home)[1]
    if found.level != BLOCKS and key.stat().st_mode & 0o077:
        return Finding(ATTENTION, _("der Schlüssel ist für andere lesbar"), f"chmod 600 {key}")
    if found.level == GOOD and not certificates.is_shown(home, name, str(patient.config.hotspot.ip)):
        fix = _("sudo systemctl restart feldkit-tls")
        return Finding(ATTENTION, _("liegt bereit, aber auf %(name)s antwortet niemand damit", name=name), fix)
    return found


def certificate_finding(name: str, ends: datetime, trusted: bool, now: datetime) -> Finding:
    """What a certificate means that ends then."""
    renew = _("Vor der Abfahrt in Tempelhof erneuern: fullchain.pem und privkey.pem neu in den Ordner tls legen.")
    days = max((ends - now).days, 0)
    if ends - now < ENOUGH:
        word = ngettext("%(name)s gilt nur noch %(num)s Tag", "%(name)s gilt nur noch %(num)s Tage", days, name=name)
        return Finding(BLOCKS, word, renew)
    if not trusted:
        fix = _(
            "Handys warnen davor. Für Besuchende ein Zertifikat eines öffentlichen Ausstellers nehmen, mit vollständiger Kette."
        )
        return Finding(ATTENTION, _("den Aussteller für %(name)s kennt niemand", name=name), fix)
    return Finding(GOOD, _("%(name)s gilt bis %(day)s", name=name, day=format_date(ends)))
