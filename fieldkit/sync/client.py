"""Calling the hub over HTTP. Between us and it may sit a hotel's sign-in page, so nothing counts that is not exactly as expected."""

import http.client
import ipaddress
import ssl
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from nacl.signing import SigningKey

from .. import wire

TIMEOUT = 20.0  # seconds without a byte
PATIENCE = 60.0  # seconds for one answer in all, however slowly it drips
MOST_BYTES = 2_000_000  # of an answer


class Failed(Exception):
    """Nothing was confirmed; the text says why, in words for the team. What is on the kit stays on the kit."""


class Unreachable(Failed):
    """The hub did not answer; trying again later may help."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nothing: our hub does not redirect, captive portals do."""


# No proxy from the environment either: what we say is for the hub alone.
_opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


class Caller:
    """Speaks to one hub, signing every call with the kit's key."""

    def __init__(self, url: str, hub_key: bytes, key: SigningKey) -> None:
        """Call the hub at `url`. Raises Failed for an address that is not safe to use."""
        check_address(url)
        self._url, self._hub_key, self._key = url, hub_key, key

    def get(self, path: str) -> Any:
        """The JSON answer to a signed GET. Raises Failed, Unreachable."""
        return self._call("GET", path, b"", 200, {})

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """The JSON answer to a signed POST that created something. Raises Failed, Unreachable."""
        return self._call("POST", path, body, 201, headers)

    def _call(self, method: str, path: str, body: bytes, success: int, headers: dict[str, str]) -> Any:
        signature = wire.sign_request(self._key, self._hub_key, method, path, body)
        request = urllib.request.Request(  # noqa: S310 - check_address let only http and https through
            self._url + path, body or None, {wire.SIGNATURE: signature, "Accept": "application/json", **headers}, method=method
        )
        try:
            with _opener.open(request, timeout=TIMEOUT) as answer:
                status, kind, content = answer.status, answer.headers.get_content_type(), _content(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise _failure(error) from None
        except ssl.SSLError as error:
            raise Failed(f"Die Gegenstelle hat kein gültiges Zertifikat ({error.reason}).") from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, ssl.SSLCertVerificationError):
                raise Failed(f"Die Gegenstelle hat kein gültiges Zertifikat ({reason.verify_message}).") from None
            raise Unreachable(f"Der Hub {self._url} antwortet nicht ({reason}). Besteht eine Verbindung ins Netz?") from None
        if status != success or kind != "application/json":
            raise _stranger()
        return _json(content)


def check_address(url: str) -> None:
    """Accept https anywhere and plain http to this machine or a private network. Raises Failed."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    whole = not (parts.path or parts.query or parts.fragment or parts.username)
    if whole and host and (parts.scheme == "https" or (parts.scheme == "http" and _is_near(host))):
        return
    raise Failed(f"{url} ist keine sichere Adresse: Der Hub braucht https. Nur im eigenen Netz geht auch http.")


def _is_near(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _content(answer: Any) -> bytes:
    """The whole answer, unless it is endless or drips."""
    content, deadline = b"", time.monotonic() + PATIENCE
    while chunk := answer.read1(65536):
        content += chunk
        if len(content) > MOST_BYTES:
            raise _stranger()
        if time.monotonic() > deadline:
            raise TimeoutError("zu langsam")
    expected = answer.headers.get("Content-Length")
    if expected and expected != str(len(content)):
        raise TimeoutError("Die Antwort brach ab")
    return content


def _failure(error: urllib.error.HTTPError) -> Failed:
    if error.headers.get_content_type() == "application/json":
        said = _json(error.read(100_000))
        sentence = said.get("error") if isinstance(said, dict) else None
        if isinstance(sentence, str):
            failure = Unreachable if error.code >= 500 else Failed
            return failure(f"Der Hub sagt: {sentence[:500]}")
    return Unreachable(f"Der Hub antwortet mit Fehler {error.code}.") if error.code >= 500 else _stranger()


def _json(content: bytes) -> Any:
    try:
        return wire.load(content)
    except wire.Garbage:
        raise _stranger() from None


def _stranger() -> Failed:
    return Failed(
        "Hier antwortet nicht der Hub, sondern etwas dazwischen, zum Beispiel die Anmeldeseite eines WLANs. Es wurde nichts bestätigt."
    )
