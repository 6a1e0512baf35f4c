"""Switching the device off from the desk, without any right to do so."""

from pathlib import Path

import pytest

from fieldkit.ops import power
from tests.conftest import Browser


@pytest.fixture
def requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A device where systemd looks for what the desk asks."""
    folder = tmp_path / "requests"
    folder.mkdir()
    monkeypatch.setattr(power, "REQUESTS", folder)
    monkeypatch.setattr(power, "_asked", {})
    return folder


@pytest.mark.parametrize(
    ("switch", "button", "question", "answer"),
    [
        ("shutdown", "Ausschalten", "Das Kit ausschalten?", "Das Kit schaltet sich aus"),
        ("access-point", "WLAN neu starten", "Das WLAN neu starten?", "Das WLAN startet neu"),
    ],
)
def test_jonas_is_asked_back_before_anything_is_switched(
    facilitator: Browser, requests: Path, switch: str, button: str, question: str, answer: str
) -> None:
    overview = facilitator.get("/desk").text
    assert button in overview
    assert f'href="/desk/power/{switch}"' in overview
    assert question in facilitator.get(f"/desk/power/{switch}").text
    assert list(requests.iterdir()) == []
    assert answer in facilitator.post(f"/desk/power/{switch}", follow_redirects=True).text
    assert [file.name for file in requests.iterdir()] == [switch]


def test_nobody_can_ask_for_anything_else(facilitator: Browser, requests: Path) -> None:
    assert facilitator.post("/desk/power/..%2Fkit").status_code == 404
    assert facilitator.post("/desk/power/reboot").status_code == 404
    assert list(requests.iterdir()) == []


def test_a_laptop_that_was_not_installed_as_a_kit_offers_no_switch(facilitator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "REQUESTS", Path("/nonexistent"))
    assert "/desk/power" not in facilitator.get("/desk").text
    assert facilitator.get("/desk/power/shutdown").status_code == 404
    assert facilitator.post("/desk/power/shutdown").status_code == 404


def test_a_visitor_switches_nothing(visitor: Browser, requests: Path) -> None:
    assert visitor.post("/desk/power/shutdown").status_code == 403
    assert list(requests.iterdir()) == []
