"""The kit's main job, whole: from the poster to the hub and back, with real servers and a real browser."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from fieldkit import clock

PIN = "407162"
ANSWER = "Die Bänke kommen im März. Wir stellen sechs auf, alle mit Lehne."

CONTACT = "ayse@example.org"
PASSPHRASE = "birke löffel wolke kanal"

Somebody = Any
"""A page of Playwright's: somebody with a browser of their own."""


@pytest.fixture
def arrive(chromium: Any) -> Iterator[Callable[..., Somebody]]:
    """Somebody comes with a browser of their own, at the address of a server."""
    contexts = []

    def open_browser(server: Any, scripts: bool = True) -> Somebody:
        context = chromium.new_context(
            base_url=server.url, locale="de-DE", java_script_enabled=scripts, viewport={"width": 360, "height": 740}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        return page

    yield open_browser
    for context in contexts:
        context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False], ids=["a_browser_as_it_comes", "without_javascript_and_cookies"])
def test_an_idea_goes_from_the_poster_to_the_hub_and_its_answer_comes_back(
    serve: Callable[..., Any], arrive: Callable[..., Somebody], tmp_path: Path, scripts: bool
) -> None:
    hub, kit, stick = serve("hub", "serve"), serve("serve"), tmp_path / "stick"
    stick.mkdir()
    fingerprint = re.search(r"\d{4}( \d{4}){4}", command(hub, "hub", "keys", str(stick)))[0]

    jonas = arrive(kit)
    sign_in_first(jonas, first_link(kit), "Jonas")
    open_the_stop(jonas)
    poster = jonas.context.request.get("/printing/poster-a4.pdf")
    assert poster.body().startswith(b"%PDF")
    string = command(hub, "hub", "enrol", "Kit 7", "--url", hub.url).splitlines()[-1]
    command(kit, "enrol", string)

    mehmet = arrive(kit)
    leave_idea(mehmet, "Ein Trinkbrunnen neben dem Spielplatz")

    ayse = arrive(kit, scripts)
    read_a_method(ayse)
    code = leave_idea(ayse, "Mehr Bänke im Schatten", "Am besten unter der großen Linde.", CONTACT)
    support(ayse, "Ein Trinkbrunnen neben dem Spielplatz")

    enter_paper(jonas, {"title": "Ein Zebrastreifen vor der Schule", "strokes": "4"})
    enter_paper(jonas, {"title": "Länger offene Bibliothek", "strokes": "2"})
    enter_paper(jonas, {"title": "Weniger Autos", "strokes": "0"})
    hand_over(jonas)
    expect(jonas.get_by_text(fingerprint)).to_be_visible()
    outcome, known = json.loads(command(kit, "sync", "--json")), json.loads(command(hub, "hub", "kits", "--json"))
    assert outcome["pending"] == 0
    assert [(row["name"], row["epoch"], row["seq"], row["digest"]) for row in known] == [
        ("Kit 7", outcome["epoch"], outcome["seq"], outcome["digest"])
    ]

    krueger = arrive(hub)
    sign_in_first(krueger, first_link(hub), "Frau Krüger")
    answer(krueger, "Mehr Bänke im Schatten")
    assert open_contact(krueger, stick / "operations.key.age") == CONTACT

    hand_over(jonas)
    read_answer(ayse, code)
    assert not ayse.context.cookies()  # nothing was kept on her phone, and nothing was missing
    check = json.loads(command(kit, "check", "--json"))
    assert check["ok"], check["faults"]


def first_link(server: Any) -> str:
    """The one-time link that the terminal showed."""
    return re.search(r"einmalig: http://[^/]+(/\S+)", server.log.read_text())[1]


def sign_in_first(person: Somebody, link: str, name: str) -> None:
    """Take over a new kit or hub: name and PIN, then the card."""
    person.goto(link)
    person.fill("[name=name]", name)
    person.fill("[name=pin]", PIN)
    person.fill("[name=again]", PIN)
    press(person, person.locator("main form button"))
    press(person, person.locator("main .button").first)  # "I have the card"


def press(person: Somebody, button: Any) -> None:
    """Press what leads to another page, and wait until it is there."""
    with person.expect_navigation():
        button.click()


def open_the_stop(jonas: Somebody) -> None:
    """Plan today's stop and open it."""
    today = clock.today()
    jonas.goto("/stops/new")
    jonas.fill("[name=place]", "Rathausplatz Neukölln")
    jonas.select_option("[name=district]", "Neukölln")
    jonas.fill("[name=question]", "Was fehlt hier im Alltag?")
    jonas.fill("[name=starts_on]", today.isoformat())
    jonas.fill("[name=ends_on]", today.isoformat())
    jonas.fill("[name=results]", "Das Bezirksamt liest jede Idee und sagt, was daraus wird.")
    jonas.fill("[name=answer_by]", (today + timedelta(days=30)).isoformat())
    press(jonas, jonas.get_by_role("button", name="Speichern"))
    press(jonas, jonas.get_by_role("button", name="Station öffnen"))
    expect(jonas.get_by_role("button", name="Station beenden")).to_be_visible()


def read_a_method(visitor: Somebody) -> None:
    """From the front page to a method card."""
    visitor.goto("/")
    expect(visitor.get_by_text("Was fehlt hier im Alltag?")).to_be_visible()
    press(visitor, visitor.locator("a[href^='/methods']").first)
    press(visitor, visitor.locator("#results a").first)
    expect(visitor.get_by_role("heading", name="Ablauf")).to_be_visible()


def leave_idea(visitor: Somebody, title: str, body: str = "", contact: str = "") -> str:
    """Leave an idea, perhaps with a contact; the code on the receipt."""
    visitor.goto("/")
    press(visitor, visitor.locator("a[href='/ideas/new']").first)
    visitor.fill("[name=title]", title)
    visitor.fill("[name=body]", body)
    if contact:
        fill_in_contact(visitor, contact)
    visitor.get_by_role("button", name="Idee abgeben").click()
    return visitor.locator("[data-receipt]").get_attribute("data-receipt")


def fill_in_contact(visitor: Somebody, contact: str) -> None:
    """Open what is folded, and allow to be asked."""
    for fold in visitor.locator("details:not([open]):has([name=contact]) > summary").all():
        fold.click()
    visitor.fill("[name=contact]", contact)
    visitor.check("[name=contact_consent]")


def support(visitor: Somebody, title: str) -> None:
    """Find an idea on the list and support it."""
    visitor.goto("/ideas")
    visitor.get_by_role("link", name=title).click()
    visitor.get_by_role("button", name="Das unterstütze ich").click()
    expect(visitor.get_by_text("deine Stimme zählt")).to_be_visible()
    expect(visitor.locator("#support .count")).to_have_text("1")


def enter_paper(jonas: Somebody, card: dict[str, str]) -> None:
    """Type in one paper card."""
    if "/desk/paper" not in jonas.url:
        jonas.goto("/desk/paper")
    for name, value in card.items():
        jonas.fill(f"[name={name}]", value)
    jonas.get_by_role("button", name="Speichern und nächste").click()
    jonas.get_by_text(card["title"]).first.wait_for()


def hand_over(jonas: Somebody) -> None:
    """Press the button and wait until everything is confirmed."""
    jonas.goto("/sync")
    press(jonas, jonas.get_by_role("button", name="Jetzt übergeben"))
    jonas.get_by_role("button", name="Jetzt übergeben").wait_for()  # it is not there while the kit hands over
    done = jonas.locator("#state .notice.success")
    done.wait_for()
    confirmed, total = re.search(r"(\d+) von (\d+) Einträgen bestätigt", done.inner_text()).groups()
    assert confirmed == total != "0"


def answer(krueger: Somebody, title: str) -> None:
    """Find the idea at the hub, read it, answer it."""
    krueger.goto("/ideas?district=Neukölln&q=schatten")
    press(krueger, krueger.get_by_role("link", name=title))
    expect(krueger.get_by_text("Am besten unter der großen Linde.")).to_be_visible()
    krueger.select_option("[name=status]", label="Wird umgesetzt")
    krueger.fill("#answer-form [name=body]", ANSWER)
    krueger.fill("[name=office]", "Straßen- und Grünflächenamt")
    krueger.get_by_role("button", name="Speichern", exact=True).click()
    expect(krueger.get_by_text("Gespeichert.")).to_be_visible()


def open_contact(krueger: Somebody, key: Path) -> str:
    """From the idea to its contact, with the key from the stick."""
    press(krueger, krueger.get_by_role("link", name="Mit dem Schlüssel öffnen"))
    krueger.set_input_files("[name=key]", key)
    krueger.fill("[name=passphrase]", PASSPHRASE)
    krueger.get_by_role("button", name="Kontakt öffnen").click()
    return krueger.locator("[data-contact]").inner_text()


def read_answer(visitor: Somebody, code: str) -> None:
    """Type the code, small and without hyphens, as people do, and find the answer."""
    visitor.goto("/receipts")
    visitor.fill("[name=code]", code.replace("-", "").lower())
    visitor.get_by_role("button", name="Nachsehen").click()
    expect(visitor.get_by_text(ANSWER).first).to_be_visible()
    expect(visitor.get_by_text("Straßen- und Grünflächenamt").first).to_be_visible()


def command(server: Any, *words: str) -> str:
    """A command in the home of a server that runs; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "fieldkit", *words],
        env={**os.environ, "FIELDKIT_HOME": str(server.home), "FIELDKIT_PASSPHRASE": PASSPHRASE}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
