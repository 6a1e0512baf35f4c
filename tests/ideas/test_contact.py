"""The contact: asked for and taken only where nobody can read it along."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pyrage.x25519 import Identity

from fieldkit import app
from fieldkit.house import House

CONTACT = {"title": "Mehr Bänke", "body": "Im Schatten, bitte.", "contact": "030 1234567", "contact_consent": "1"}


@pytest.fixture(autouse=True)
def keys(kit: House, stop: dict[str, Any]) -> None:
    """A hub that can open contacts, and an open stop."""
    recipients = json.dumps([str(Identity.generate().to_public()) for _ in range(2)])
    kit.db.write(
        lambda conn: conn.execute(
            "INSERT INTO hub (one, url, name, verify_key, recipients) VALUES (1, '', 'Tempelhof', x'', ?)", [recipients]
        )
    )


def contacts(kit: House) -> int:
    return kit.db.read().execute("SELECT count(*) FROM contacts").fetchone()[0]


@pytest.mark.parametrize(("scheme", "address"), [("https", "10.42.0.17"), ("http", "127.0.0.1"), ("http", "10.42.0.1")])
def test_with_a_lock_or_at_the_device_a_visitor_can_leave_a_contact(visitor: Any, kit: House, scheme: str, address: str) -> None:
    visitor.move(scheme, address)
    assert 'name="contact"' in visitor.get("/ideas/new").text
    visitor.fill("/ideas/new", **CONTACT)
    assert contacts(kit) == 1


@pytest.mark.parametrize("address", ["10.42.0.17", "192.168.7.2"])
def test_in_the_clear_nobody_is_asked_for_a_contact_and_reads_why(visitor: Any, address: str) -> None:
    visitor.move("http", address)
    html = visitor.get("/ideas/new").text
    assert 'name="contact"' not in html
    assert "Nach deinem Kontakt fragen wir hier nicht" in html
    assert 'name="name"' in html


def test_a_contact_that_comes_in_the_clear_all_the_same_is_refused_and_the_rest_is_kept(visitor: Any, kit: House) -> None:
    visitor.move("http", "10.42.0.17")
    answer = visitor.fill("/ideas/new", **CONTACT)
    assert answer.status_code == 422
    assert "Deinen Kontakt haben wir nicht angenommen" in answer.text
    assert "Mehr Bänke" in answer.text
    assert "Im Schatten, bitte." in answer.text
    assert "030 1234567" not in answer.text
    assert contacts(kit) == 0
    assert "data-receipt" in visitor.fill("/ideas/new", title=CONTACT["title"], body=CONTACT["body"]).text
    assert contacts(kit) == 0


def test_who_knows_the_risk_can_have_it_asked_for_everywhere(visitor: Any, kit: House) -> None:
    knowing = type(visitor)(app.create_wsgi(replace(kit, config=replace(kit.config, contact_over_plain_wifi=True))))
    knowing.move("http", "10.42.0.17")
    knowing.fill("/ideas/new", **CONTACT)
    assert contacts(kit) == 1
    assert "Gib hier deshalb lieber keinen Kontakt an" in knowing.get("/about").text


@pytest.mark.parametrize(
    ("scheme", "address", "said", "unsaid"),
    [
        ("https", "10.42.0.17", "Du bist mit Schloss hier", "ohne Schloss"),
        ("http", "127.0.0.1", "Du bist am Gerät selbst", "ohne Schloss"),
        ("http", "10.42.0.17", "Du bist ohne Schloss hier", "Du bist mit Schloss"),
    ],
)
def test_the_portal_says_what_is_protected_and_what_is_not(
    visitor: Any, scheme: str, address: str, said: str, unsaid: str
) -> None:
    visitor.move("https" if scheme == "http" else "http", "10.42.0.18")  # somebody else read it before
    visitor.get("/about")
    visitor.move(scheme, address)
    html = visitor.get("/about").text
    assert said in html
    assert unsaid not in html
    assert "Schreib hier nichts, was geheim bleiben muss" in html
