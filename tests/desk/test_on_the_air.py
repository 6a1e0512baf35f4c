"""The desk from the hotspot: with a lock, by cable or on the device itself, but not where card and PIN could be read along."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme

from fieldkit import app, certificate, doors, ids
from fieldkit.doors import Person
from fieldkit.house import House

NAME = "kit7.example.org"
CLOSED = "Der Tisch des Teams bleibt hier zu"


def with_certificate(kit: House, until: datetime | None = None) -> House:
    """The same kit, with a public name and a certificate for it."""
    chain, key = certificate.files(kit.config.home)
    chain.parent.mkdir()
    made = trustme.CA().issue_cert(NAME, not_after=until)
    made.private_key_pem.write_to_path(str(key))
    chain.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    return replace(kit, config=replace(kit.config, tls_name=NAME, hosts=("localhost",)))


def signed_in(browser: Any, kit: House) -> Any:
    """The same browser type, signed in at this kit."""
    jonas = type(browser)(app.create_wsgi(kit))
    jonas.sign_in(doors.COOKIE, kit.sessions.begin(Person(ids.new_id(), "Jonas", doors.FACILITATOR)))
    return jonas


@pytest.mark.parametrize(
    ("scheme", "address", "status"),
    [
        ("http", "10.42.0.17", 403),
        ("https", "10.42.0.17", 200),
        ("http", "127.0.0.1", 200),
        ("http", "10.42.0.1", 200),
        ("http", "192.168.7.2", 200),
    ],
)
@pytest.mark.parametrize("path", ["/desk", "/staff/sign-in"])
def test_the_desk_opens_where_nobody_reads_along(facilitator: Any, scheme: str, address: str, status: int, path: str) -> None:
    facilitator.move(scheme, address)
    assert facilitator.get(path).status_code == status


def test_who_tries_through_the_air_reads_why_and_every_way_out(facilitator: Any) -> None:
    facilitator.move("http", "10.42.0.17")
    html = facilitator.get("/desk").text
    assert CLOSED in html
    for way_out in ("http://169.254.42.1/desk", "http://localhost:80/desk", "desk_over_plain_wifi = true", "Zertifikat"):
        assert way_out in html
    assert "https://" not in html


def test_a_pin_is_not_even_looked_at_through_the_air(visitor: Any, kit: House) -> None:
    visitor.move("http", "10.42.0.17")
    answer = visitor.post("/staff/sign-in", data={"card": "a" * 26, "pin": "123456"})
    assert answer.status_code == 403
    assert CLOSED in answer.text
    assert "Set-Cookie" not in answer.headers


def test_with_a_certificate_the_way_out_is_one_tap(facilitator: Any, kit: House) -> None:
    jonas = signed_in(facilitator, with_certificate(kit))
    jonas.move("http", "10.42.0.17")
    assert f'href="https://{NAME}/desk/paper?lang=de"' in jonas.get("/desk/paper?lang=de").text
    jonas.move("https", "10.42.0.17")
    assert jonas.get("/desk/paper").status_code == 200


def test_a_card_leads_to_the_lock_where_there_is_one_since_its_link_is_a_secret(kit: House) -> None:
    assert kit.command("staff add")(kit, lambda *_: None, "Jonas")["link"].startswith("http://localhost/staff/card/")
    locked = with_certificate(kit)
    assert locked.command("staff add")(locked, lambda *_: None, "Ayşe")["link"].startswith(f"https://{NAME}/staff/card/")


def test_an_expired_certificate_is_no_way_out(facilitator: Any, kit: House) -> None:
    jonas = signed_in(facilitator, with_certificate(kit, until=datetime(2020, 1, 1, tzinfo=UTC)))
    jonas.move("http", "10.42.0.17")
    assert "https://" not in jonas.get("/desk").text


def test_who_knows_the_risk_can_allow_it(facilitator: Any, kit: House) -> None:
    jonas = signed_in(facilitator, replace(kit, config=replace(kit.config, desk_over_plain_wifi=True)))
    jonas.move("http", "10.42.0.17")
    assert jonas.get("/desk").status_code == 200


def test_another_hotspot_range_is_guarded_as_well(facilitator: Any, kit: House) -> None:
    jonas = signed_in(facilitator, replace(kit, config=replace(kit.config, network="192.168.50.1/24")))
    jonas.move("http", "192.168.50.9")
    assert jonas.get("/desk").status_code == 403
    jonas.move("http", "10.42.0.17")
    assert jonas.get("/desk").status_code == 200


def test_visitors_in_the_clear_read_the_rest_and_are_shown_the_lock_where_there_is_one(visitor: Any, kit: House) -> None:
    visitor.move("http", "10.42.0.17")
    assert "ohne Schloss" not in visitor.get("/ideas").text
    locked = type(visitor)(app.create_wsgi(with_certificate(kit)))
    locked.move("http", "10.42.0.17")
    assert f'href="https://{NAME}/ideas?q=Bank"' in locked.get("/ideas?q=Bank").text
    locked.move("https", "10.42.0.17")
    assert "ohne Schloss" not in locked.get("/ideas?q=Bank").text
    locked.move("http", "10.42.0.18")
    assert "ohne Schloss" in locked.get("/ideas?q=Bank").text


def test_at_the_device_itself_nobody_is_sent_to_a_lock_and_phones_are_all_the_same(visitor: Any, kit: House) -> None:
    locked = type(visitor)(app.create_wsgi(with_certificate(kit)))
    locked.move("http", "127.0.0.1")
    assert "ohne Schloss" not in locked.get("/ideas/new").text
    locked.get("/ideas")  # the device is the first to have this page rendered
    locked.move("http", "10.42.0.17")
    assert "ohne Schloss" in locked.get("/ideas").text
