"""Calling the hub over HTTP. Between us and it may sit a hotel's sign-in page, so nothing counts that is not exactly as expected.

One connection is kept for a whole hand-over: a TLS handshake over a bad line costs seconds. `http.client` follows no redirect and knows no
proxy, which is what we want: what we say is for the hub alone. Whom to trust is the machine's business: a city with a certificate authority of
its own puts it into /usr/local/share/ca-certificates (update-ca-certificates), or names the file in SSL_CERT_FILE.
"""

import contextlib
import http.client
import io
import socket
import ssl
import threading
from typing import Any
from urllib.parse import urlsplit

from nacl.signing import SigningKey

from .. import invitation, wire

TIMEOUT = 20.0  # seconds without a byte
PATIENCE = 60.0  # seconds for one answer in all, however slowly it drips
SLOWEST = 8_000  # bytes a second: so much longer may a large request take
MOST_BYTES = 2_000_000  # of an answer


class Failed(Exception):
    """Nothing was confirmed; the text says why, in words for the team. What is on the kit stays on the kit."""


class Unreachable(Failed):
    """The hub did not answer; trying again later may help."""


class Refused(Failed):
    """The hub does not want this from us. Trying again changes nothing before somebody has seen to it."""

    def __init__(self, sentence: str, status: int) -> None:
        """What the hub said, and its HTTP status."""
        super().__init__(sentence)
        self.status = status


class Caller:
    """Speaks to one hub over one connection, signing every call with the kit's key. For one thread; `close` it afterwards."""

    def __init__(self, url: str, hub_key: bytes, key: SigningKey) -> None:
        """Call the hub at `url`, as soon as there is something to say. Raises Failed for an address that is not safe to use."""
        check_address(url)
        self._url, self._hub_key, self._key = url, hub_key, key
        parts = urlsplit(url)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            self._line: http.client.HTTPConnection = http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT, context=context)
        else:
            self._line = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)

    def get(self, path: str) -> Any:
        """The JSON answer to a signed GET. Raises Failed, Unreachable, Refused."""
        return self._call("GET", path, b"", 200, {})

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """The JSON answer to a signed POST that stored something. Raises Failed, Unreachable, Refused."""
        return self._call("POST", path, body, 201, headers)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _call(self, method: str, path: str, body: bytes, success: int, headers: dict[str, str]) -> Any:
        signature = wire.sign_request(self._key, self._hub_key, method, path, body)
        headers = {wire.SIGNATURE: signature, "Accept": "application/json", **headers}
        try:
            status, kind, content = self._exchange(method, path, body, headers)
        except ssl.SSLCertVerificationError as error:
            raise Failed(_certificate_fault(self._line.host, error)) from None
        except ssl.SSLError as error:
            raise Failed(f"Mit der Gegenstelle kommt keine sichere Verbindung zustande ({error.reason}).") from None
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(f"Der Hub {self._url} antwortet nicht ({reason}). Besteht eine Verbindung ins Netz?") from None
        if status != success or kind != "application/json":
            self.close()
            raise _failure(status, kind, content)
        return _json(content)

    def _exchange(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        """Ask and read the whole answer: status, type, content. On a line that lay idle, a second time if nobody is there any more."""
        kept = self._line.sock is not None
        try:
            return self._ask_once(method, path, body, headers)
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            self.close()
            if not kept:
                raise
        except BaseException:
            self.close()  # the rest of an answer must never pass for the next one
            raise
        return self._exchange(method, path, body, headers)

    def _ask_once(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        with _patience(self._line, PATIENCE + len(body) / SLOWEST):
            # As a file it is sent in pieces, each with a timeout of its own; in one piece it would have to be through after the first.
            stream = io.BytesIO(body) if body else None
            self._line.request(method, path, stream, headers | {"Content-Length": str(len(body))} if body else headers)
            answer = self._line.getresponse()
            return answer.status, answer.headers.get_content_type(), _content(answer)


def check_address(url: str) -> None:
    """Accept https anywhere and plain http to this very machine. Raises Failed."""
    if not invitation.is_safe(url):
        raise Failed(
            f"{url} ist keine sichere Adresse: Der Hub braucht https, auch im eigenen Netz. Nur auf demselben Gerät geht auch http."
        )


class _patience:
    """Ends the connection when the whole exchange takes too long: a timeout alone starts again with every byte that drips."""

    def __init__(self, line: http.client.HTTPConnection, seconds: float) -> None:
        self._line, self._timer = line, threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._over = False

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._over:
            raise TimeoutError("zu langsam") from None

    def _end(self) -> None:
        self._over = True
        line = self._line.sock
        if line is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)  # past TLS, which another thread is using


def _content(answer: http.client.HTTPResponse) -> bytes:
    """The whole answer, unless it is endless or ends too early."""
    content = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _stranger()
    expected = answer.headers.get("Content-Length")
    if expected and expected != str(len(content)):
        raise ConnectionAbortedError("Die Antwort brach ab")
    return content


def _failure(status: int, kind: str, content: bytes) -> Failed:
    if kind == "application/json" and status >= 400:
        said = _json(content)
        sentence = said.get("error") if isinstance(said, dict) else None
        if isinstance(sentence, str):
            sentence = f"Der Hub sagt: {sentence[:500]}"
            return Unreachable(sentence) if status >= 500 else Refused(sentence, status)
    return Unreachable(f"Der Hub antwortet mit Fehler {status}.") if status >= 500 else _stranger()


def _json(content: bytes) -> Any:
    try:
        return wire.load(content)
    except wire.Garbage:
        raise _stranger() from None


def _stranger() -> Failed:
    return Failed(
        "Hier antwortet nicht der Hub, sondern etwas dazwischen, zum Beispiel die Anmeldeseite eines WLANs. Es wurde nichts bestätigt."
    )


NOT_YET, EXPIRED = 9, 10
UNKNOWN = (18, 19, 20, 21)  # self-signed, or signed by somebody the machine does not know
SOMEBODY_ELSE = (62, 64)  # another name, another address


def _certificate_fault(host: str, error: ssl.SSLCertVerificationError) -> str:
    """What is wrong with a certificate and who can do something about it; the codes are OpenSSL's X509_V_ERR."""
    if error.verify_code == NOT_YET:
        return "Das Zertifikat des Hubs gilt noch nicht. Geht die Uhr dieses Kits richtig?"
    if error.verify_code == EXPIRED:
        return "Das Zertifikat des Hubs ist abgelaufen. Geht die Uhr dieses Kits richtig? Sonst braucht der Hub ein neues."
    if error.verify_code in SOMEBODY_ELSE:
        return f"Die Gegenstelle hat ein Zertifikat für einen anderen Namen als {host}. Es wurde nichts übergeben."
    if error.verify_code in UNKNOWN:
        return (
            "Das Zertifikat der Gegenstelle hat eine Stelle ausgestellt, die dieses Kit nicht kennt. Es wurde nichts übergeben. "
            "Ist es eine Stelle der Stadt, muss sie auf dem Kit eingetragen werden (update-ca-certificates)."
        )
    return f"Die Gegenstelle hat kein gültiges Zertifikat ({error.verify_message})."
