"""Whatever comes over the wire, the kit stays up and answers everybody else."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def server(serve, open_home):
    """A kit of this test's own."""
    return serve("serve", home=open_home)


@pytest.fixture
def phone(sturdy, visit):
    """A phone on the kit that has to stand everything."""
    return visit(sturdy.port)


def raw(server, request, patience=5.0):
    """Send bytes as they are; the status of the answer, 0 when the connection was ended without one."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=patience) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
        try:
            first = connection.recv(4096)
        except ConnectionError:
            return 0
    return int(first.split()[1]) if first else 0


def test_fifty_megabytes_are_refused_and_the_kit_lives(sturdy, phone):
    head = f"POST /ideas/new HTTP/1.1\r\nHost: 127.0.0.1:{sturdy.port}\r\nContent-Type: {FORM}\r\nContent-Length: {50 * 1024**2}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sturdy.port), timeout=10) as connection:
        status = b""
        try:
            connection.sendall(head.encode())
            for _ in range(50):
                connection.sendall(b"a" * 1024**2)
            status = connection.recv(100)
        except ConnectionError:
            pass
    assert status == b"" or b" 413 " in status
    assert phone.get("/").status == 200


def test_a_photo_from_somebody_who_is_not_signed_in_is_not_even_read(sturdy, phone):
    head = f"POST /desk/paper HTTP/1.1\r\nHost: 127.0.0.1:{sturdy.port}\r\nContent-Type: image/jpeg\r\nContent-Length: 8000000\r\n\r\n"
    assert raw(sturdy, head.encode() + bytes(10_000)) == 403
    assert phone.get("/").status == 200


def test_a_body_a_little_too_large_gets_a_page_that_says_so(phone):
    answer = phone.post("/ideas/new", title="x", body="x" * 70_000)
    assert answer.status == 413
    assert "zu groß" in answer.text


def test_a_body_far_too_large_gets_a_page_in_the_same_words(sturdy):
    head = f"POST /ideas/new HTTP/1.1\r\nHost: 127.0.0.1:{sturdy.port}\r\nContent-Type: {FORM}\r\nContent-Length: 5000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sturdy.port), timeout=10) as connection, connection.makefile("rb") as answer:
        connection.sendall(head.encode())
        said = answer.read().decode()
    assert said.startswith("HTTP/1.1 413 ")
    assert "zu groß" in said


def test_somebody_of_the_team_who_picks_a_film_for_a_photo_gets_a_page_that_says_so(sturdy, phone):
    made = subprocess.run(
        [sys.executable, "-m", "fieldkit", "staff", "add", "Jonas"],
        env={**os.environ, "FIELDKIT_HOME": str(sturdy.home)}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    secret, pin = re.search(r"/card/(\w+)", made)[1], re.search(r"PIN: +(\d+)", made)[1]
    with closing(http.client.HTTPConnection("127.0.0.1", sturdy.port, timeout=20)) as line:
        line.request("POST", "/staff/sign-in", f"card={secret}&pin={pin}", {"Content-Type": FORM, "User-Agent": phone.browser})
        cookie = line.getresponse().headers["Set-Cookie"].split(";")[0]
    film = {"Content_Type": "multipart/form-data; boundary=x", "Cookie": cookie}
    answer = phone.send("POST", "/desk/paper", bytes(30_000_000), **film)
    assert answer.status == 413
    assert "Dieses Foto ist zu groß" in answer.text


def test_fifty_megabytes_in_pieces_without_a_length_are_refused_too(sturdy, phone):
    head = (
        f"POST /ideas/new HTTP/1.1\r\nHost: 127.0.0.1:{sturdy.port}\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    piece = b"%x\r\n" % 1024**2 + b"a" * 1024**2 + b"\r\n"
    assert raw(sturdy, head.encode() + piece * 5) in (0, 400, 413)
    assert phone.get("/").status == 200


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "application/xml", "", "ä;;=", FORM + "; charset=utf-7"]
)
def test_a_wrong_content_type_is_answered_with_the_form(phone, kind):
    answer = phone.send("POST", "/ideas/new", b'{"title": "x"}', Content_Type=kind.encode().decode("latin-1"))
    assert answer.status in (400, 415, 422), answer.status


@pytest.mark.parametrize(
    "path",
    [
        "/ideas/%00",
        "/%00",
        "/ideas?q=%00&sort=%00",
        "/static/%00.css",
        "/ideas/%ff%fe",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/ideas/" + "a" * 5000,
    ],
)
def test_odd_paths_find_nothing_and_break_nothing(phone, path):
    assert phone.get(path).status in (200, 302, 303, 400, 404), path


@pytest.mark.parametrize(
    "words",
    [
        "\x00",
        "Ba\x00nk",
        "",
        "   ",
        "\u202e\u202e",
        "<script>alert(1)</script>",
        "👩‍👩‍👧" * 60,
        "x" * 121,
        "\ud7ff\uffff",
        "%s%n{{7*7}}",
        "' OR 1=1 --",
        '" MATCH *',
    ],
)
def test_odd_words_are_kept_or_asked_about(phone, words):
    answer = phone.leave(words, words)
    assert answer.status in (303, 422), answer.status
    assert "<script>alert(1)" not in phone.get("/ideas").text
    assert phone.get("/ideas?q=" + quote(words)).status == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(200) + b"\r\n\r\n",
        b"GET " + b"/a" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
        b"POST /ideas/new HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b"POST /ideas/new HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
    ids=["no host", "version", "tls", "long line", "many headers", "negative", "smuggling", "trace", "proxy"],
)
def test_broken_requests_are_answered_or_ended(sturdy, phone, request_bytes):
    assert raw(sturdy, request_bytes) != 500
    assert phone.get("/").status == 200


def test_a_connection_that_says_nothing_keeps_nobody_waiting(sturdy, phone):
    silent = [socket.create_connection(("127.0.0.1", sturdy.port)) for _ in range(40)]
    began = time.monotonic()
    assert phone.get("/ideas").status == 200
    assert time.monotonic() - began < 2
    for connection in silent:
        connection.close()


def test_people_on_a_bad_connection_do_not_block_the_others(sturdy, visit):
    dripping = [socket.create_connection(("127.0.0.1", sturdy.port)) for _ in range(20)]
    half = f"POST /ideas/new HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\nContent-Length: 1000\r\n\r\ntitle=".encode()
    longest = 0.0
    for n in range(30):
        for connection in dripping:
            connection.sendall(half[:-5] if n == 0 else b"a")
        began = time.monotonic()
        assert visit(sturdy.port).get("/").status == 200
        longest = max(longest, time.monotonic() - began)
    assert longest < 2
    for connection in dripping:
        connection.close()


def test_who_does_not_read_the_answer_does_not_block_the_others(sturdy, phone):
    deaf = []
    for _ in range(30):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        connection.connect(("127.0.0.1", sturdy.port))
        connection.sendall(b"GET /ideas HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
        deaf.append(connection)
    assert phone.get("/").status == 200
    for connection in deaf:
        connection.close()


def test_the_kit_ends_cleanly_while_phones_hold_their_connections(server):
    held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    for connection in held:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")
        assert b"200" in connection.recv(100)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0, server.log.read_text()
    assert time.monotonic() - began < 5
    assert "Traceback" not in server.log.read_text()
    assert not (server.home / "fieldkit.sock").exists()
    assert not (server.home / "fieldkit.db-wal").exists()
    for connection in held:
        connection.close()


def test_ctrl_c_ends_it_cleanly_too(server):
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(10) == 0
    assert "Traceback" not in server.log.read_text()


def test_what_was_acknowledged_just_before_the_end_is_there_at_the_next_start(server, visit):
    phone = visit(server.port)
    assert phone.leave("Kurz vor Schluss").status == 303
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(10)
    server.start()
    assert "Kurz vor Schluss" in phone.get("/ideas").text
