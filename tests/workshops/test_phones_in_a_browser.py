"""What the script does on a real phone while somebody writes: nothing they typed is lost, and nothing stays on the screen that is over."""

import pytest
from playwright.sync_api import expect

from fieldkit.workshops import board_routes, store
from tests.workshops.boards import OPTIONS

pytestmark = pytest.mark.slow

WORDS = "Mein halber Gedanke"


@pytest.fixture
def board(chromium, phone, address):
    """Opens the board of somebody who has joined, on a small phone."""
    contexts = []

    def take(code, width=320, height=640, scripts=True):
        contexts.append(
            chromium.new_context(locale="de-DE", viewport={"width": width, "height": height}, java_script_enabled=scripts)
        )
        page = contexts[-1].new_page()
        page.goto(f"{address}{phone(code).link}/")
        return page

    yield take
    for context in contexts:
        context.close()


def finish(workshop):
    """Close and end it before any phone asks again."""
    workshop.kit.db.write(store.close, workshop.id)
    workshop.kit.db.write(store.end, workshop.id)


def test_a_phone_learns_that_the_workshop_has_ended(brainstorm, board):
    page = board(brainstorm.code)
    finish(brainstorm)
    expect(page.get_by_role("heading", name="Dieser Workshop ist beendet")).to_be_visible()


def test_who_is_writing_at_the_end_is_told_and_keeps_the_words(brainstorm, board):
    page = board(brainstorm.code)
    page.fill("textarea", WORDS)
    finish(brainstorm)
    expect(page.get_by_text("Dieser Workshop ist beendet")).to_be_visible()
    expect(page.locator(".timer, [data-heartbeat]")).to_have_count(0)
    page.get_by_role("button", name="Zettel abgeben").click()
    page.wait_for_timeout(300)
    expect(page.locator("textarea")).to_have_value(WORDS)


def test_a_refusal_that_is_a_page_of_its_own_is_said_beside_the_words(brainstorm, board, monkeypatch):
    page = board(brainstorm.code)
    page.fill("textarea", WORDS)
    monkeypatch.setattr(board_routes, "_limit", lambda form: board_routes.abort(429))
    page.get_by_role("button", name="Zettel abgeben").click()
    expect(page.get_by_role("alert")).to_contain_text("Bitte warte eine Minute")
    expect(page.locator("textarea")).to_have_value(WORDS)


def test_a_note_sent_after_the_group_went_on_is_thanked_for_under_its_own_question(workshop, board):
    first = workshop.add("brainstorm", question="Was fehlt?")
    workshop.add("brainstorm", question="Was bleibt?")
    page = board(workshop.begin().code)
    page.fill("textarea", WORDS)
    workshop.go()
    expect(page.get_by_text("Es geht weiter")).to_be_visible()
    page.get_by_role("button", name="Zettel abgeben").click()
    expect(page.locator(".notice.success")).to_be_visible()
    assert f"/boards/{first}/notes" in page.locator("#mine form").first.get_attribute("action")
    expect(page.get_by_role("heading", name="Was bleibt?")).to_be_visible()
    expect(page.locator("#mine form")).to_have_count(1)  # the new one; her note hangs on the board before
    assert workshop.count("notes") == 1


def test_who_still_writes_at_one_board_cannot_press_the_buttons_of_the_next(workshop, board):
    source = workshop.add("brainstorm")
    workshop.add("chain", options={"mode": "why", "steps": 5})
    workshop.add("dotvote", source_id=source)
    page = board(workshop.begin().code)
    page.fill("textarea", "Ein Zettel")
    page.get_by_role("button", name="Zettel abgeben").click()
    expect(page.locator("#stand")).to_contain_text("Ein Zettel")
    workshop.go()
    expect(page.get_by_role("button", name="Neue Kette anfangen")).to_be_visible()
    page.fill("textarea", WORDS)
    workshop.go()
    expect(page.locator("#stand .dot-list")).to_be_visible()
    expect(page.get_by_role("button", name="Punkt geben")).to_have_count(0)
    workshop.turn(workshop.boards()[2]["id"], votes_each=2)  # something changes: it stays so
    page.wait_for_timeout(3000)
    expect(page.get_by_text("Es geht weiter")).to_be_visible()
    expect(page.get_by_role("button", name="Punkt geben")).to_have_count(0)
    assert workshop.count("notes") == 1


def test_a_tap_on_a_note_leaves_a_half_written_question_alone(workshop, board):
    workshop.add("questions")
    page = board(workshop.begin().code)
    page.fill("textarea", "Wann geht es los?")
    page.get_by_role("button", name="Abgeben").click()
    expect(page.locator("textarea")).to_have_value("")
    page.fill("textarea", WORDS)
    page.locator("#stand button[form=vote]").first.click()
    expect(page.locator(".notice.success")).to_contain_text("Dein Punkt ist da")
    expect(page.locator("textarea")).to_have_value(WORDS)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_timer_covers_nothing_on_the_smallest_phone(scripts, workshop, board):
    workshop.add("worldcafe", options=OPTIONS["worldcafe"])
    page = board(workshop.begin().code, scripts=scripts)
    timer = page.locator(".timer").bounding_box()
    assert timer["y"] + timer["height"] < page.locator("#mine").bounding_box()["y"]
    page.get_by_role("button", name="Zettel abgeben").click(trial=True)
