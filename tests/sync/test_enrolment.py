"""Enrolling a kit at its hub, and the page where the team hands over."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from nacl.signing import SigningKey
from werkzeug.test import Client

from fieldkit import ids, invitation, wire
from fieldkit import kit as identity
from fieldkit.house import House
from fieldkit.hub import commands, outbox
from fieldkit.hub.central import Central
from fieldkit.invitation import Invitation
from fieldkit.sync import Failed, client, handover, store
from fieldkit.sync.enrolment import enrol


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


@pytest.fixture
def string(hub: Central, line: Any) -> str:
    """A fresh enrolment string of the hub."""
    return commands.enrol(hub, quiet, "Kit 7")["string"]


def test_a_kit_knows_its_hub_and_can_seal_contacts_after_enrolling(kit: House, hub: Central, string: str) -> None:
    assert identity.recipients(kit.db.read()) == []
    assert enrol(kit, quiet, string) == {"hub": "CityLAB Berlin", "name": "Kit 7"}
    assert identity.recipients(kit.db.read()) == list(hub.recipients)
    assert store.hub(kit.db.read()).verify_key == hub.verify_key


def test_a_line_works_once_but_may_be_repeated_by_the_same_kit(kit: House, hub: Central, string: str) -> None:
    enrol(kit, quiet, string)
    enrol(kit, quiet, f"  {string[:40]}\n{string[40:]} ")
    identity_of_another = kit.kit
    kit.kit = identity.Kit(ids.new_id(), kit.kit.epoch, False, SigningKey.generate(), b"")
    with pytest.raises(Failed, match="schon benutzt"):
        enrol(kit, quiet, string)
    kit.kit = identity_of_another


@pytest.mark.parametrize(
    "damage", [lambda s: s[:-1], lambda s: s[5:], lambda s: s[:60] + "A" + s[61:] + "A", lambda s: "", lambda s: "ü" * 99]
)
def test_a_damaged_line_is_refused_before_anybody_is_called(
    kit: House, string: str, line: Any, damage: Callable[[str], str]
) -> None:
    line.app = lambda *_: pytest.fail("called")
    with pytest.raises(Failed, match="nicht vollständig"):
        enrol(kit, quiet, damage(string))


def test_a_hub_with_another_key_than_the_line_says_is_not_believed(kit: House, hub: Central, string: str) -> None:
    real = invitation.read(string)
    other = Invitation(real.url, real.secret, bytes(SigningKey.generate().verify_key), real.recipients)
    with pytest.raises(Failed, match="nicht der Hub"):
        enrol(kit, quiet, str(other))
    assert store.hub(kit.db.read()) is None


def test_enrolling_again_at_the_same_hub_keeps_what_is_confirmed(enrolled: House, hub: Central, string: str) -> None:
    enrolled.db.write(lambda conn: conn.execute("UPDATE hub SET confirmed_seq = 5, inbox = 3"))
    enrol(enrolled, quiet, string)
    known = store.hub(enrolled.db.read())
    assert (known.confirmed_seq, known.inbox) == (5, 3)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org", "http://8.8.8.8:9090", "http://192.168.1.5:9090", "http://10.42.0.1", "ftp://127.0.0.1", "file:///etc/passwd", "http://127.0.0.1.evil.example",
        "https://user@hub.example", "https://hub.example/path", "https://", "", "http://[::1]:9090/x?y",
        "https://hub.example:99999", "https://hub..example",
    ],
)  # fmt: skip
def test_an_unsafe_address_is_refused(url: str) -> None:
    with pytest.raises(Failed, match="keine sichere Adresse"):
        client.check_address(url)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9090", "http://localhost:9090", "http://[::1]:9090", "https://hub.example", "https://192.168.1.5:9443"],
)
def test_a_safe_address_is_taken(url: str) -> None:
    client.check_address(url)


def test_both_sides_show_the_same_check_word(
    enrolled: House, facilitator: Client, reader: Client, idea: Callable[..., str]
) -> None:
    idea()
    facilitator.post("/sync")
    wait_until(lambda: not enrolled.jobs.last("sync").running)
    text = facilitator.get("/sync").text
    assert "3 von 3 Einträgen bestätigt" in text
    word = re.search(r'class="sign">([a-z]+-[0-9A-F]{4})<', text)[1]
    assert word in reader.get("/kits").text


def test_whoever_pressed_the_button_reads_that_an_answer_came(
    enrolled: House, hub: Central, facilitator: Client, idea: Callable[..., str]
) -> None:
    idea()
    handover.run(enrolled, lambda *_: None, wait=lambda _: None)
    (bench,) = enrolled.db.read().execute("SELECT id FROM ideas").fetchone()
    words = {"status": "doing", "body": "Die Bänke kommen im März.", "office": "Grünflächenamt"}
    hub.db.write(outbox.answer, hub.signing_key, enrolled.kit.id, bench, words, "Frau Krüger")
    facilitator.post("/sync")
    wait_until(lambda: not enrolled.jobs.last("sync").running)
    assert "1 Antwort ist angekommen." in facilitator.get("/sync").text


def wait_until(done: Callable[[], bool]) -> None:
    """Wait a moment for a thread."""
    deadline = time.monotonic() + 5
    while not done() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert done()


def test_while_it_runs_the_page_asks_again_with_and_without_javascript(
    enrolled: House, facilitator: Client, line: Any, idea: Callable[..., str]
) -> None:
    import threading

    idea()
    go_on = threading.Event()

    def slow(environ: dict[str, Any], start: Any) -> Any:
        go_on.wait(5)
        return line.hub(environ, start)

    line.app = slow
    facilitator.post("/sync")
    text = facilitator.get("/sync").text
    assert '<meta http-equiv="refresh"' in text
    assert 'hx-trigger="every 1s"' in text
    part = facilitator.get("/sync", headers={"HX-Request": "true"}).text
    assert ("<html" in part, "<progress" in part) == (False, True)
    go_on.set()
    wait_until(lambda: not enrolled.jobs.last("sync").running)
    assert "hx-trigger" not in facilitator.get("/sync").text


def test_a_failed_hand_over_says_why_on_the_page(
    enrolled: House, facilitator: Client, reader: Client, idea: Callable[..., str]
) -> None:
    idea()
    reader.post(f"/kits/{enrolled.kit.id}/revocation")
    facilitator.post("/sync")
    wait_until(lambda: not enrolled.jobs.last("sync").running)
    text = facilitator.get("/sync").text
    assert "gesperrt" in text
    assert "3 Einträge sind noch nicht übergeben" in text


def test_the_line_is_pasted_on_the_page(kit: House, facilitator: Client, string: str) -> None:
    assert "noch bei keinem Hub angemeldet" in facilitator.get("/sync").text
    refused = facilitator.post("/sync/enrolment", data={"line": string[:-3]})
    assert (refused.status_code, string[:-3] in refused.text) == (422, True)
    assert facilitator.post("/sync/enrolment", data={"line": ""}).status_code == 422
    assert facilitator.post("/sync/enrolment", data={"line": string}).status_code == 303
    assert "CityLAB Berlin" in facilitator.get("/sync").text


@pytest.mark.parametrize("method", ["get", "post"])
def test_visitors_do_not_hand_over(enrolled: House, visitor: Client, method: str) -> None:
    assert getattr(visitor, method)("/sync").status_code in (303, 403)
    assert enrolled.jobs.last("sync") is None


def test_the_check_word_follows_the_digest() -> None:
    assert wire.check_word("") == ""
    assert wire.check_word("00" + "7f3a" + "0" * 58) == "ahorn-7F3A"
