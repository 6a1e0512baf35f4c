"""The certificate of a kit's public name, looked at with a browser's eyes: by a TLS handshake with itself, in memory."""

import socket
import ssl
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from . import clock
from .config import Config

EXPIRED, OTHER_NAME = 10, 62  # X509_V_ERR_...
NOT_YET = 9
END = "-----END CERTIFICATE-----"


class Unusable(Exception):
    """A browser would refuse it; the text says why and what to do."""


def files(home: Path) -> tuple[Path, Path]:
    """Where certificate and key of the kit at `home` belong."""
    return home / "tls" / "fullchain.pem", home / "tls" / "privkey.pem"


def ends(home: Path, name: str) -> datetime:
    """When the certificate for `name` ends. Raises Unusable."""
    chain, key = files(home)
    for path in (chain, key):
        if not path.is_file():
            raise Unusable(f"{path} fehlt. Bitte das Zertifikat für {name} dorthin legen.")
    try:
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(chain, key, password=b"")
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # who issued it is another question: see `is_trusted`
        client.load_verify_locations(chain)
        return _handshake(server, client, name)
    except ssl.SSLCertVerificationError as error:
        raise Unusable(_sentence(error, name)) from None
    except (ssl.SSLError, ValueError, OSError) as error:
        if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
            raise Unusable(
                f"{chain.name} und {key.name} gehören nicht zusammen. Bitte beide aus derselben Ausstellung nehmen."
            ) from None
        raise Unusable(
            f"{chain.name} oder {key.name} in {chain.parent} ist nicht lesbar. Bitte beide neu dorthin legen."
        ) from None


def address(home: Path, name: str) -> str:
    """`https://...` as long as browsers would take the certificate there; empty without one."""
    if not name:
        return ""
    stamps = tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in files(home))
    until = _until(home, name, stamps, clock.today())
    return f"https://{name}" if until and clock.now() < until else ""


def for_secrets(config: Config) -> str:
    """The kit's address for links that carry a secret: with a lock where there is one, since who opens them sends the secret."""
    return address(config.home, config.tls_name) or config.address


def is_trusted(home: Path, name: str) -> bool:
    """Whether the issuer is one that this system knows, and so do phones. Only for a certificate that `ends`."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*files(home), password=b"")
    try:
        return bool(_handshake(server, ssl.create_default_context(), name))
    except ssl.SSLError:
        return False


def is_shown(home: Path, name: str, host: str, port: int = 443) -> bool:
    """Whether whoever answers with TLS at `host` shows the very certificate that lies here, not an older one."""
    chain = files(home)[0].read_text(encoding="ascii")
    ours = ssl.PEM_cert_to_DER_cert(chain[: chain.index(END) + len(END)])
    anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE  # compared below, bit for bit
    try:
        line = socket.create_connection((host, port), timeout=1)
        with line, anything.wrap_socket(line, server_hostname=name) as theirs:
            return theirs.getpeercert(binary_form=True) == ours
    except OSError:
        return False


@lru_cache(maxsize=8)
def _until(home: Path, name: str, stamps: tuple[int, ...], today: date) -> datetime | None:
    """Looked at once for every state of the files, and every day: a clock may have been wrong."""
    try:
        return ends(home, name)
    except Unusable:
        return None


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> datetime:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    ours = client.wrap_bio(to_client, to_server, server_hostname=name)
    for side in (ours, theirs, ours):  # hello, hello with the certificate, and its proof
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    shown = ours.getpeercert()
    assert shown
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def _sentence(error: ssl.SSLCertVerificationError, name: str) -> str:
    return {
        EXPIRED: "Das Zertifikat ist abgelaufen. Bitte in Tempelhof erneuern und neu hinlegen, oder „tls_name“ aus kit.toml nehmen.",
        NOT_YET: "Das Zertifikat gilt noch nicht. Geht die Uhr des Kits richtig?",
        OTHER_NAME: f"Das Zertifikat gilt nicht für {name}. Bitte „tls_name“ in kit.toml oder das Zertifikat berichtigen.",
    }.get(error.verify_code, f"Browser würden das Zertifikat ablehnen ({error.verify_message}). Bitte neu ausstellen.")
