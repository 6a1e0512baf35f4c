"""Who a visitor is to the kit: over TLS the terminator says it, everybody else is believed nothing."""

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit import doors
from tests.conftest import free_port

ECHO = """
import json, sys
from pathlib import Path
from fieldkit.serve import serve

class Echo:
    lies_ready = staticmethod(lambda request: False)

    def __call__(self, environ, start):
        start("200 OK", [])
        return [json.dumps({name: str(environ.get(name)) for name in environ if name.isupper() or name.startswith("wsgi.url")}).encode()]

serve(Echo(), "127.0.0.1", int(sys.argv[1]), lambda: print("open", flush=True), proxy=Path(sys.argv[2]))
"""
SPOOFED = {"X-Forwarded-For": "10.42.0.99", "X-Forwarded-Proto": "https", "Forwarded": "for=10.42.0.98"}


@pytest.fixture(scope="module")
def openings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A real server with both openings that says what it knows of a request: the port, and the socket of the terminator."""
    port, proxy = free_port(), tmp_path_factory.mktemp("tls") / "proxy.sock"
    proxy.touch()  # left behind by one that was killed
    with subprocess.Popen([sys.executable, "-c", ECHO, str(port), str(proxy)], stdout=subprocess.PIPE) as server:
        assert server.stdout.readline() == b"open\n"  # the socket's file is there before anybody listens
        yield port, proxy
        server.terminate()


def asked(address: int | Path, headers: dict[str, str]) -> dict[str, str]:
    """What the server knows of a request that came through one of its openings."""
    line = http.client.HTTPConnection("kit7.example.org", timeout=10)
    with socket.socket(socket.AF_INET if isinstance(address, int) else socket.AF_UNIX) as line.sock:
        line.sock.connect(("127.0.0.1", address) if isinstance(address, int) else str(address))
        line.request("GET", "/", headers=headers)
        return json.loads(line.getresponse().read())


def test_over_tls_a_visitor_keeps_her_address_and_the_page_is_secure(openings: tuple[int, Path]) -> None:
    seen = asked(openings[1], {"X-Forwarded-For": "10.42.0.17", "X-Forwarded-Proto": "https"})
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == ("10.42.0.17", "https", "kit7.example.org")
    assert not doors.on_the_kit(seen)


def test_whoever_comes_through_the_terminator_without_a_name_is_not_the_kit_itself(openings: tuple[int, Path]) -> None:
    assert not doors.on_the_kit(asked(openings[1], {}))


def test_nobody_can_claim_at_the_open_port_to_be_somebody_else_or_to_come_over_tls(openings: tuple[int, Path]) -> None:
    seen = asked(openings[0], SPOOFED)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("127.0.0.1", "http")
    assert not any(name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED")) for name in seen)
