"""A screen at the van: one visitor after the other, and nobody finds anything of the one before."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from fieldkit.web import FRAMED, HEADERS
from tests.conftest import Browser as Client
from tests.conftest import Server, free_port

POLICY = "Content-Security-Policy"
SECRET = "Mein Geheimnis: ein Baumhaus"


def test_visitors_pages_may_be_framed_by_the_kit_and_the_teams_by_nobody(visitor: Client, facilitator: Client) -> None:
    for path in ("/", "/ideas", "/ideas/new", "/receipts", "/start", "/nowhere"):
        assert visitor.get(path).headers[POLICY] == FRAMED, path
    for path in ("/desk", "/staff", "/portal", "/staff/sign-in", "/kiosk"):
        assert "frame-ancestors 'none'" in facilitator.get(path).headers[POLICY], path
        assert "frame-ancestors 'none'" in visitor.get(path).headers[POLICY], path
    assert HEADERS[POLICY].count("frame-ancestors 'none'") == 1


def test_whoever_is_signed_in_signs_out_before_the_screen_is_for_all(facilitator: Client) -> None:
    assert "Erst abmelden" in facilitator.get("/kiosk").text
    assert "<iframe" not in facilitator.get("/kiosk").text
    assert "<iframe" in facilitator.post("/kiosk", follow_redirects=True).text
    assert facilitator.get("/desk").status_code in (303, 403)


def test_the_frame_may_neither_open_windows_nor_leave_nor_download(visitor: Client) -> None:
    html = visitor.get("/kiosk").text
    assert 'sandbox="allow-forms allow-same-origin allow-scripts"' in html
    assert visitor.get("/kiosk").headers[POLICY].endswith("frame-src 'self'")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A kit with examples, as on the square; its tests leave it as it is."""
    server = Server(tmp_path_factory.mktemp("kiosk"), "serve", "--demo", port=free_port())
    yield server.url
    server.stop()


@pytest.fixture
def screen(chromium: Browser, address: str) -> Iterator[Page]:
    """The screen at the van, with a clock of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE")
    context.set_default_timeout(8000)
    page = context.new_page()
    page.clock.install()
    page.goto(f"{address}/kiosk")
    expect(inside(page).locator("h1")).to_be_visible()
    yield page
    context.close()


def inside(screen: Page) -> FrameLocator:
    """The visitors' page in the frame."""
    return screen.frame_locator("iframe")


def write(screen: Page) -> None:
    """Somebody begins to write an idea."""
    inside(screen).get_by_role("link", name="Idee aufschreiben").first.click()
    inside(screen).get_by_label("Deine Idee in einem Satz").fill(SECRET)


def silence(screen: Page, seconds: int) -> None:
    """Nobody touches anything."""
    screen.clock.run_for(seconds * 1000)


def everything(screen: Page) -> str:
    """Every word and every field on the screen and behind it."""
    return " ".join(
        frame.evaluate("document.documentElement.innerText + [...document.querySelectorAll('input, textarea')].map(f => f.value)")
        for frame in screen.frames
    )


def at_start(screen: Page) -> None:
    """The screen shows the front page, and nothing of anybody."""
    expect(screen.locator("dialog")).to_be_hidden()
    expect(inside(screen).locator(".signpost")).to_be_visible()
    assert SECRET not in everything(screen)


def go(screen: Page, way: str, lost: str) -> None:
    """Look for what the last visitor left, with the browser's own buttons."""
    for _ in range(5):
        screen.evaluate(f"history.{way}()")
        screen.wait_for_timeout(150)
        assert screen.url.endswith("/kiosk")
        expect(inside(screen).locator("h1")).to_be_visible()
        assert lost not in everything(screen)
    at_start(screen)


slow = pytest.mark.slow


@slow
def test_after_thirty_seconds_of_silence_the_screen_asks_and_whoever_stays_loses_nothing(screen: Page) -> None:
    write(screen)
    silence(screen, 29)
    expect(screen.locator("dialog")).to_be_hidden()
    silence(screen, 2)
    expect(screen.get_by_role("dialog", name="Bist du noch da?")).to_be_visible()
    expect(screen.get_by_role("button", name="Ja, weitermachen")).to_be_focused()
    screen.keyboard.press("Enter")
    expect(screen.locator("dialog")).to_be_hidden()
    silence(screen, 28)
    expect(inside(screen).get_by_label("Deine Idee in einem Satz")).to_have_value(SECRET)


@slow
def test_the_question_can_be_answered_with_escape_and_with_a_tap_beside_it(screen: Page) -> None:
    write(screen)
    for answer in (lambda: screen.keyboard.press("Escape"), lambda: screen.mouse.click(20, 20)):
        silence(screen, 31)
        expect(screen.locator("dialog")).to_be_visible()
        answer()
        expect(screen.locator("dialog")).to_be_hidden()
        expect(inside(screen).get_by_label("Deine Idee in einem Satz")).to_have_value(SECRET)


@slow
def test_whoever_extends_may_do_so_as_often_as_needed(screen: Page) -> None:
    write(screen)
    for _ in range(11):
        silence(screen, 31)
        screen.keyboard.press("Enter")
    expect(inside(screen).get_by_label("Deine Idee in einem Satz")).to_have_value(SECRET)


@slow
def test_a_key_or_a_touch_in_the_frame_begins_the_minute_anew(screen: Page) -> None:
    write(screen)
    silence(screen, 25)
    inside(screen).get_by_label("Deine Idee in einem Satz").press("End")
    silence(screen, 25)
    expect(screen.locator("dialog")).to_be_hidden()


@slow
def test_a_page_that_moves_by_itself_is_nobody(screen: Page) -> None:
    write(screen)
    for _ in range(2):
        silence(screen, 14)
        with screen.frames[1].expect_navigation():
            screen.frames[1].evaluate("location.reload()")
        screen.frames[1].evaluate("scrollTo(0, 200), document.forms[0].dispatchEvent(new Event('input', { bubbles: true }))")
    silence(screen, 3)
    expect(screen.locator("dialog")).to_be_visible()
    silence(screen, 30)
    at_start(screen)


@slow
def test_after_a_minute_the_next_visitor_finds_nothing_of_the_last_not_even_going_back(screen: Page) -> None:
    write(screen)
    silence(screen, 61)
    at_start(screen)
    go(screen, "back", SECRET)
    go(screen, "forward", SECRET)
    inside(screen).get_by_role("link", name="Idee aufschreiben").first.click()
    expect(inside(screen).get_by_label("Deine Idee in einem Satz")).to_have_value("")


@slow
def test_a_receipt_does_not_stay_on_the_screen(screen: Page) -> None:
    write(screen)
    inside(screen).get_by_role("button", name="Idee abgeben").click()
    code = inside(screen).locator("[data-receipt]").inner_text()
    screen.get_by_role("button", name="Ich bin fertig").click()
    at_start(screen)
    go(screen, "back", code)
    screen.goto("about:blank")
    screen.go_back()
    at_start(screen)
    assert code not in everything(screen)


@slow
def test_a_screen_nobody_touches_asks_nobody(screen: Page) -> None:
    silence(screen, 45)
    expect(screen.locator("dialog")).to_be_hidden()


@slow
def test_the_question_comes_in_the_language_the_visitor_reads(screen: Page) -> None:
    inside(screen).locator("details.lang summary").click()
    inside(screen).get_by_role("link", name="English").click()
    expect(inside(screen).locator("html")).to_have_attribute("lang", "en")
    silence(screen, 31)
    assert screen.locator("dialog > div:visible").get_attribute("data-language") == "en"
    silence(screen, 31)
    expect(inside(screen).locator("html")).to_have_attribute("lang", "de")


@slow
def test_in_a_language_we_do_not_speak_the_question_comes_in_the_one_of_the_screen(screen: Page, address: str) -> None:
    screen.frames[1].goto(f"{address}/ideas?lang=zz")
    inside(screen).locator("h1").click()
    silence(screen, 31)
    assert screen.locator("dialog > div:visible").get_attribute("data-language") == "de"
    silence(screen, 31)
    at_start(screen)


WAYS_OUT = [
    '<a id="way" href="http://elsewhere.invalid/">x</a>',
    '<a id="way" href="/ideas" target="_blank">x</a>',
    '<a id="way" href="http://elsewhere.invalid/" target="_top">x</a>',
    '<a id="way" href="/desk">x</a>',
    '<a id="way" href="/printing/methods/x-a5.pdf">x</a>',
    '<a id="way" href="javascript:open(\'/ideas\')">x</a>',
]
SLIPS = ["location.href = '/desk'", "location.href = 'http://elsewhere.invalid/'", "top.location = '/desk'", "open('/ideas')"]


@slow
def test_no_link_leads_out_of_the_screen(screen: Page, address: str) -> None:
    for way in WAYS_OUT:
        for button in ("middle", "left"):
            inside(screen).locator("main").evaluate("(main, way) => main.insertAdjacentHTML('afterbegin', way)", way)
            inside(screen).locator("#way").evaluate("link => link.style.setProperty('display', 'inline-block', 'important')")
            inside(screen).locator("#way").click(button=button)
            screen.wait_for_timeout(100)
            assert [page.url for page in screen.context.pages] == [f"{address}/kiosk"], way
            assert screen.frames[1].url in (f"{address}/", f"{address}/ideas"), way
            screen.get_by_role("button", name="Ich bin fertig").click()
            expect(inside(screen).locator("#way")).to_have_count(0)


@slow
def test_whatever_slips_through_comes_back_to_the_start(screen: Page, address: str) -> None:
    for leave in SLIPS:
        screen.frames[1].evaluate(f"() => {{ try {{ {leave} }} catch {{}} }}")
        screen.wait_for_timeout(300)
        assert [page.url for page in screen.context.pages] == [f"{address}/kiosk"], leave
        at_start(screen)


@slow
def test_nothing_on_the_pages_points_to_the_team_or_to_a_printer(screen: Page) -> None:
    inside(screen).get_by_role("link", name="Methoden").first.click()
    inside(screen).locator("main article a, main li a, main h2 a, main h3 a").first.click()
    expect(inside(screen).locator("h1")).to_be_visible()
    screen.wait_for_timeout(100)
    for lost in ('a[href^="/desk"]', 'a[href^="/workshops/new"]', 'a[href*=".pdf"]'):
        expect(inside(screen).locator(lost).locator("visible=true")).to_have_count(0)


@slow
def test_a_sleeping_tablet_wakes_up_at_the_start(screen: Page) -> None:
    write(screen)
    screen.clock.set_system_time(screen.evaluate("Date.now()") / 1000 + 600)  # later, and no timer has run
    screen.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    at_start(screen)


@slow
def test_what_was_copied_is_not_in_the_clipboard_of_the_next(screen: Page) -> None:
    write(screen)
    field = inside(screen).get_by_label("Deine Idee in einem Satz")
    field.press("Control+a")
    field.press("Control+c")
    field.press("Control+x")
    expect(field).to_have_value(SECRET)
    inside(screen).get_by_label("Mehr dazu").press("Control+v")
    expect(inside(screen).get_by_label("Mehr dazu")).to_have_value("")


@slow
def test_the_question_can_be_heard_and_seen_by_all(screen: Page) -> None:
    write(screen)
    silence(screen, 31)
    assert [v["id"] for v in Axe().run(screen).response["violations"]] == []
    assert screen.context.cookies() == []


def test_no_visitor_is_asked_in_a_language_we_do_not_speak(visitor: Client) -> None:
    languages: Callable[[str], int] = visitor.get("/kiosk").text.count
    assert languages("data-language=") == languages("data-stay")
