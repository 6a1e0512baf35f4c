"""Everything on the hotspot leads to the kit, whatever a phone asked for."""

import json
from typing import Any

import pytest
from werkzeug.test import Client

from fieldkit import __version__
from fieldkit.house import House
from fieldkit.portal import probes

OWN = frozenset({"localhost", "127.0.0.1", "[::1]", "10.42.0.1", "kit.local"})
KIT = "http://10.42.0.1"


def ask(host: str, path: str = "/", method: str = "GET", mode: str = probes.ON) -> probes.Answer | None:
    return probes.answer(host, path, method, False, mode, OWN, KIT)


@pytest.mark.parametrize(
    "host", ["10.42.0.1", "10.42.0.1:8080", "KIT.local", "kit.local.", "kit.local.:80", "[::1]:9000", "localhost"]
)
def test_a_visitor_who_asks_for_the_kit_gets_its_pages(host: str) -> None:
    for mode in probes.MODES:
        assert ask(host, mode=mode) is None
        assert ask(host, "/generate_204", mode=mode) is None


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("connectivitycheck.gstatic.com", "/generate_204"),
        ("captive.apple.com", "/hotspot-detect.html"),
        ("www.msftconnecttest.com", "/connecttest.txt"),
        ("kit.local.evil.example", "/"),
        ("10.42.0.1.evil.example", "/"),
        ("evil.example@10.42.0.1", "/"),
        ("", "/"),
        ("\x00", "//evil.example/"),
    ],
)
def test_a_phone_that_asks_for_another_host_is_shown_to_the_kit(host: str, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = ask(host, path, method)
        assert answer == probes.Answer("302 Found", (("Location", f"{KIT}/start"), ("Cache-Control", "no-store")))


def test_a_form_for_another_host_is_refused_with_a_sentence() -> None:
    answer = ask("bank.example", "/login", "POST")
    assert answer.status.startswith("421")
    assert f"{KIT}/" in answer.body.decode()


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "127.0.0.53", "[::1]", "localhost:1"])
def test_a_script_on_the_kit_may_ask_how_it_is_under_any_loopback_name(host: str) -> None:
    assert ask(host, "/healthz") is None


def test_a_foreign_host_gets_no_answer_about_the_kits_health() -> None:
    assert ask("evil.example", "/healthz").status.startswith("302")


def test_a_strangers_host_gets_neither_cookie_nor_page(visitor: Client) -> None:
    answer = visitor.get("/ideas?then=//evil.example", base_url="http://evil.example")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "http://localhost/start"
    assert "Set-Cookie" not in answer.headers
    assert answer.data == b""


@pytest.mark.parametrize("host", ["169.254.42.1", "192.168.178.7:8080", "[fd00::7]"])
def test_by_cable_any_address_is_the_kits_own_through_the_air_only_that_of_the_hotspot(visitor: Any, host: str) -> None:
    assert visitor.get("/ideas", base_url=f"http://{host}").status_code == 200
    visitor.move("http", "10.42.0.17")
    assert visitor.get("/ideas", base_url=f"http://{host}").status_code == 302


def test_by_cable_a_name_that_is_not_the_kits_is_a_strangers(visitor: Any) -> None:
    assert visitor.get("/ideas", base_url="http://evil.example").status_code == 302


def test_the_health_page_names_kit_version_and_stop(visitor: Client, kit: House, stop: dict[str, Any]) -> None:
    answer = visitor.get("/healthz")
    assert answer.status_code == 200
    assert json.loads(answer.data) == {"ok": True, "version": __version__, "kit": kit.kit.id, "stop": stop["place"]}


def test_the_health_page_knows_when_no_stop_is_open(visitor: Client) -> None:
    assert json.loads(visitor.get("/healthz").data)["stop"] is None
