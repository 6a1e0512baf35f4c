"""Every kind of board in a real browser: on the smallest phone, on the projector, and as those see it who lead."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from fieldkit import doors, ids
from fieldkit.boards import KINDS
from fieldkit.doors import Person
from fieldkit.workshops import notes_store
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


SEEN = """() => {
  const picture = document.querySelector(".picture"), box = picture.getBoundingClientRect();
  const svg = picture.querySelector("svg"), scale = svg.getScreenCTM().a;
  const size = (text) => parseFloat(getComputedStyle(text).fontSize);
  return {
    whole: box.top >= document.querySelector(".beamer-head").getBoundingClientRect().bottom && box.bottom <= innerHeight,
    least: Math.min(...[...svg.querySelectorAll("text")].map((text) => size(text) * scale), ...[...picture.querySelectorAll("p, figcaption")].map(size)),
  };
}"""
"""Whether the picture is whole below the question, and the smallest type in it, in pixels."""


@pytest.mark.parametrize("kind", ["matrix", "rings"])
def test_a_picture_on_the_projector_is_whole_and_legible_from_afar(kind, workshop, phone, chromium, address):
    board = workshop.add(kind, options=OPTIONS[kind] | {"middle": "Unser Problem im Verkehr"}, reveal="at_once")
    workshop.begin()
    fill(workshop, board, kind, [phone(workshop.code) for _ in TEXTS])
    for width, height in ((1280, 720), (1920, 1080)):
        page = chromium.new_page(viewport={"width": width, "height": height}, locale="de-DE")
        page.goto(f"{address}/workshops/{workshop.code}/beamer", wait_until="domcontentloaded")
        seen = page.evaluate(SEEN)
        page.close()
        assert seen["whole"], (width, seen)
        assert seen["least"] >= 28, (width, seen)


CUT = """() => {
  const under = document.querySelector(".beamer-head").getBoundingClientRect().bottom;
  const lines = [...document.querySelectorAll(".beamer-board li")].map((line) => line.getBoundingClientRect());
  return [scrollY > 0, lines.filter((line) => line.top < under - 1 && line.bottom > under + 1).length];
}"""
"""Whether the screen was turned, and how many lines the question cuts."""


def test_a_long_list_on_the_projector_is_turned_without_cutting_a_line(brainstorm, kit, chromium, address):
    for n in range(30):
        note = {"id": ids.new_id(), "text": TEXTS[n % 2] * (n % 3 + 1)}
        kit.db.write(notes_store.leave, brainstorm.boards()[0]["id"], None, note)
    page = chromium.new_page(viewport=SCREEN["viewport"], reduced_motion="reduce")
    page.clock.install()
    page.goto(f"{address}/workshops/{brainstorm.code}/beamer", wait_until="domcontentloaded")
    seen = []
    for _ in range(2):
        page.clock.run_for(9000)
        seen.append(page.evaluate(CUT))
    page.close()
    assert seen == [[True, 0], [True, 0]]
