"""The line to the hub: whom a kit trusts, how long it waits, and that one connection is enough."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from nacl.signing import SigningKey
from werkzeug.serving import make_server

from fieldkit.house import House
from fieldkit.hub import app as hub_app
from fieldkit.hub import commands
from fieldkit.hub.central import Central
from fieldkit.sync import Failed, client, handover
from fieldkit.sync.enrolment import enrol

HUB = SigningKey.generate()


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


def caller(port: int, scheme: str = "http", host: str = "127.0.0.1") -> closing[client.Caller]:
    """A kit that calls the hub at a port."""
    return closing(client.Caller(f"{scheme}://{host}:{port}", bytes(HUB.verify_key), SigningKey.generate()))


@contextmanager
def behind_tls(app: Any, certificate: trustme.LeafCert) -> Iterator[int]:
    """An application behind a real TLS socket; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The city's certificate authority, which this machine trusts."""
    authority = trustme.CA(organization_name="Land Berlin")
    authority.cert_pem.write_to_path(tmp_path / "city.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "city.pem"))
    return authority


def friendly(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Says yes to everything."""
    start("200 OK", [("Content-Type", "application/json")])
    return [b"{}"]


def test_a_kit_hands_over_to_a_hub_whose_certificate_the_city_issued(
    kit: House, hub: Central, city: trustme.CA, idea: Callable[..., str]
) -> None:
    with behind_tls(hub_app.create_wsgi(hub), city.issue_cert("127.0.0.1")) as port:
        string = commands.enrol(hub, quiet, "Kit 7", url=f"https://127.0.0.1:{port}")["string"]
        enrol(kit, quiet, string)
        idea()
        assert handover.run(kit, quiet)["pending"] == 0


def issued_by_a_stranger(_: trustme.CA) -> trustme.LeafCert:
    """A certificate of an authority that this machine does not know."""
    return trustme.CA().issue_cert("127.0.0.1")


def for_another_name(city: trustme.CA) -> trustme.LeafCert:
    """A good certificate, but of somebody else."""
    return city.issue_cert("10.11.12.13", "anderswo.example")


def expired(city: trustme.CA) -> trustme.LeafCert:
    """A certificate that was good until yesterday."""
    return city.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1))


@pytest.mark.parametrize(
    ("certificate", "sentence"),
    [
        (issued_by_a_stranger, "die dieses Kit nicht kennt"),
        (for_another_name, "für einen anderen Namen als 127.0.0.1"),
        (expired, "abgelaufen. Geht die Uhr"),
    ],
)
def test_a_hub_without_a_good_certificate_learns_nothing(
    city: trustme.CA, certificate: Callable[[trustme.CA], trustme.LeafCert], sentence: str
) -> None:
    asked = []
    hub = behind_tls(lambda *call: asked.append(1) or friendly(*call), certificate(city))
    with hub as port, caller(port, "https") as kit, pytest.raises(Failed, match=sentence):
        kit.get("/")
    assert asked == []


def test_whoever_speaks_no_tls_on_a_safe_address_is_told_apart(line: Any) -> None:
    with caller(int(line.url.split(":")[2]), "https") as kit, pytest.raises(Failed, match="keine sichere Verbindung"):
        kit.get("/")


class Peer:
    """Somebody who answers on a port exactly as a test wants it, one connection after the other."""

    def __init__(self, *answers: Callable[[socket.socket], None]) -> None:
        """Answer the first connection with the first, and so on."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port, self.connections = self._listening.getsockname()[1], 0
        threading.Thread(target=self._answer, args=(answers,), daemon=True).start()

    def _answer(self, answers: tuple[Callable[[socket.socket], None], ...]) -> None:
        for answer in answers:
            connection, _ = self._listening.accept()
            self.connections += 1
            with connection:
                answer(connection)

    def close(self) -> None:
        """Stop listening."""
        self._listening.close()


@pytest.fixture
def peer() -> Iterator[Callable[..., Peer]]:
    """Starts peers; ends them after the test."""
    peers: list[Peer] = []

    def start(*answers: Callable[[socket.socket], None]) -> Peer:
        peers.append(Peer(*answers))
        return peers[-1]

    yield start
    for one in peers:
        one.close()


def say(text: str, *more: str) -> Callable[[socket.socket], None]:
    """Answers the first request with `text`, the next with what follows, then hangs up."""

    def answer(connection: socket.socket) -> None:
        for said in (text, *more):
            connection.recv(65536)
            connection.sendall(said.replace("\n", "\r\n").encode())

    return answer


GOOD = "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 8\n\n" + json.dumps({"a": 1})


def test_one_connection_is_enough_for_many_calls(peer: Callable[..., Peer]) -> None:
    hub = peer(say(GOOD, GOOD, GOOD))
    with caller(hub.port) as kit:
        assert [kit.get("/") for _ in range(3)] == [{"a": 1}] * 3
    assert hub.connections == 1


def test_a_connection_that_was_ended_while_it_lay_idle_is_made_again_at_once(peer: Callable[..., Peer]) -> None:
    hub = peer(say(GOOD), say(GOOD))
    with caller(hub.port) as kit:
        assert [kit.get("/") for _ in range(2)] == [{"a": 1}] * 2
    assert hub.connections == 2


def test_what_is_left_of_one_answer_never_passes_for_the_next(peer: Callable[..., Peer]) -> None:
    login = "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 4\n\n<h1>" + GOOD
    with caller(peer(say(login), say(GOOD)).port) as kit:
        with pytest.raises(Failed, match="dazwischen"):
            kit.get("/")
        assert kit.get("/") == {"a": 1}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 80\n\n{}", "brach ab"),
        ("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 1\n\n{}", "dazwischen"),
        ("HTTP/1.1 200 OK\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n2\n{}\n", "antwortet nicht"),
        ("HTTP/1.1 204 No Content\n\n", "dazwischen"),
        ("HTTP/1.1 302 Found\nLocation: http://127.0.0.1:1/\nContent-Length: 0\n\n", "dazwischen"),
        ("HTTP/1.1 403 Forbidden\nContent-Type: text/html\nContent-Length: 2\n\nno", "dazwischen"),
        ("SSH-2.0-OpenSSH_9.2\n", "antwortet nicht"),
        ("", "antwortet nicht"),
        ("HTTP/1.1 200 OK\n" + "X: y\n" * 200 + "\n{}", "antwortet nicht"),
    ],
)
def test_a_broken_answer_is_no_answer(peer: Callable[..., Peer], answer: str, sentence: str) -> None:
    with caller(peer(say(answer)).port) as kit, pytest.raises(Failed, match=sentence):
        kit.get("/")


def test_an_endless_answer_is_ended(peer: Callable[..., Peer]) -> None:
    def endless(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        try:
            while True:
                connection.sendall(b" " * 65536)
        except OSError:
            pass

    with caller(peer(endless).port) as kit, pytest.raises(Failed, match="dazwischen"):
        kit.get("/")


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"])
def test_an_answer_that_drips_is_given_up_after_a_while(
    peer: Callable[..., Peer], monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(client, "PATIENCE", 0.3)

    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        try:
            for byte in head + b"X" * 1000:
                connection.sendall(bytes([byte]))
                time.sleep(0.01)
        except OSError:
            pass

    began = time.monotonic()
    with caller(peer(drip).port) as kit, pytest.raises(Failed, match="zu langsam"):
        kit.get("/")
    assert time.monotonic() - began < 2
