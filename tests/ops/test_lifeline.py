"""What systemd hears of a kit: that it is ready, and for as long as it answers."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldkit.ops import lifeline


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Listens as systemd does, with a watchdog of 0.6 seconds."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        ear.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "600000")
        yield ear


@pytest.mark.slow
def test_a_kit_says_that_it_is_ready_and_then_again_and_again_that_it_answers(
    systemd: socket.socket, serve: Callable[..., Any]
) -> None:
    kit = serve("serve")
    assert [systemd.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
    os.kill(kit.process.pid, signal.SIGSTOP)
    systemd.settimeout(1)
    with pytest.raises(TimeoutError):
        list(iter(lambda: systemd.recv(100), b""))
    os.kill(kit.process.pid, signal.SIGCONT)


def test_a_kit_that_takes_visitors_in_but_never_answers_is_not_alive(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifeline, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        assert not lifeline.answers(*deaf.getsockname())


def test_a_kit_that_answers_with_an_error_is_not_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as broken:

        def stumble() -> None:
            visitor, _ = broken.accept()
            with visitor:
                visitor.recv(1000)
                visitor.sendall(b"HTTP/1.0 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=stumble, daemon=True).start()
        assert not lifeline.answers(*broken.getsockname())


def test_a_kit_started_by_hand_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not lifeline.tell("READY=1")
