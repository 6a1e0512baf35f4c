"""Every kind of board in a real browser: on the smallest phone, on the projector, and as those see it who lead."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from fieldkit import doors, ids
from fieldkit.boards import KINDS
from fieldkit.doors import Person
from tests.workshops.boards import GIVES, OPTIONS
from tests.workshops.conftest import Workshop

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 320, "height": 640}, "color_scheme": "light"}
SCREEN = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}
TEXTS = (
    "Bänke mit Lehne, auch im Schatten",
    "Ein Trinkbrunnen an der Ecke zur Straßenbahnhaltestelle",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenverleih",
)
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture
def windows(chromium, kit, address):
    """A phone, the projector and the screen of somebody who leads."""
    phone, screen = chromium.new_context(**PHONE, locale="de-DE"), chromium.new_context(**SCREEN, locale="de-DE")
    token = kit.sessions.begin(Person(ids.new_id(), "Jonas", doors.FACILITATOR))
    screen.add_cookies([{"name": doors.COOKIE, "value": token, "url": address}])
    yield phone.new_page(), screen.new_page()
    phone.close()
    screen.close()


def fill(workshop: Workshop, board: str, kind: str, phones: list) -> None:
    """Three people take part, each in their own way."""
    where, fields = GIVES[kind]
    notes = workshop.kit.db.read().execute("SELECT id FROM notes WHERE field = 'a' ORDER BY rowid").fetchall()  # brainstorm
    for phone, text in zip(phones, TEXTS, strict=True):
        filled = {name: value.format(words=text, note=notes[0][0] if notes else "") for name, value in fields.items()}
        assert phone.post(f"{phone.link}/boards/{board}/{where}", data={"id": ids.new_id(), **filled}).status_code == 303


def faults_of(page: Page, part: str) -> list[str]:
    """What axe finds in a part of the page, and whether the page can be pushed to the side."""
    found = Axe().run(page, context=part, options={"resultTypes": ["violations"]}).response["violations"]
    wide = ["wider than the screen"] if page.evaluate(WIDTH) > page.viewport_size["width"] else []
    return [fault["id"] for fault in found] + wide


def test_every_kind_is_free_of_barriers_on_phone_projector_and_desk(workshop, phone, kit, address, windows):
    boards = {}
    for kind in KINDS:
        source = {"source_id": boards["brainstorm"]} if kind in ("dotvote", "cluster") else {}
        boards[kind] = workshop.add(kind, **{"options": OPTIONS[kind], "votes_hidden": 0, "reveal": "at_once", **source})
    code = workshop.begin().code
    phones = [phone(code) for _ in TEXTS]
    small, large = windows
    faults = {}
    for kind, board in boards.items():
        fill(workshop, board, kind, phones)
        for page, path, part in (
            (small, f"{phones[0].link}/", "main"),
            (large, f"/workshops/{code}/beamer", "main"),
            (large, f"/workshops/{code}", ".board"),  # what is round it is the same for every kind
        ):
            page.goto(address + path, wait_until="domcontentloaded")
            if found := faults_of(page, part):
                faults[kind, path] = found
        small.goto("about:blank")  # it would follow by itself while it is sent elsewhere
        if kind != list(boards)[-1]:
            workshop.go()
    assert faults == {}
