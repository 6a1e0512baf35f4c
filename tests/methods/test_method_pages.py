"""The pages of the methods as a visitor and a facilitator see them."""

import gzip
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from fieldkit.i18n import speaking
from fieldkit.methods import ROOM, reading

LIMIT = 30 * 1024  # bytes of a first visit


def titles(html: str) -> list[str]:
    return re.findall(r"<h3[^>]*><a[^>]*>([^<]+)</a>", html)


def test_a_visitor_browses_all_methods(visitor):
    first, second = visitor.get("/methods").text, visitor.get("/methods?page=2").text
    assert "24 Methoden" in first
    assert len(set(titles(first)) | set(titles(second))) == 24


def test_the_example_question_is_a_link_that_works(visitor):
    html = visitor.get("/methods").text
    link = re.search(r'<a href="([^"]+)">Zum Beispiel: passt in 30 Minuten mit 8 Leuten draußen</a>', html)[1]
    answer = visitor.get(link.replace("&amp;", "&")).text
    assert "Punktabfrage" in titles(answer)
    assert all(text in answer for text in ("passt in 30 Minuten", "für 8 Leute", "draußen"))


def test_the_form_keeps_what_was_asked(visitor):
    html = visitor.get("/methods?q=Punkte&time=30&people=8&phone=no").text
    assert 'value="Punkte"' in html
    assert '<option value="30" selected>' in html
    assert 'value="8"' in html
    assert re.search(r'name="phone" value="no" checked', html)
    assert re.search(r"<details[^>]* open>\s*<summary>Mehr Filter", html)


def test_the_page_after_next_keeps_the_question(visitor):
    html = visitor.get("/methods?place=outdoors").text
    assert re.search(r'href="/methods\?page=2&amp;place=outdoors"|href="/methods\?place=outdoors&amp;page=2"', html)


@pytest.mark.parametrize("page", ["0", "-1", "99", "abc", "9" * 30, "2.5", ""])
def test_a_page_that_is_not_there_shows_one_that_is(visitor, page):
    answer = visitor.get("/methods", query_string={"page": page})
    assert answer.status_code == 200
    assert titles(answer.text)


def test_a_visitor_who_finds_nothing_is_shown_a_way_on(visitor):
    html = visitor.get("/methods?time=15&goal=ursachen").text
    assert "Keine Methode passt." in html
    assert "Ohne „Zeit“: " in html
    assert "braucht mindestens 30 Minuten" in html
    assert "Alle Methoden ansehen" in html


def test_a_word_nobody_uses_is_answered_kindly(visitor):
    answer = visitor.get("/methods?q=qxzwvyk")
    assert answer.status_code == 200
    assert "Alle Methoden ansehen" in answer.text


def test_values_nobody_understands_are_named_and_left_out(visitor):
    answer = visitor.get("/methods?time=7&people=viele")
    assert answer.status_code == 200
    assert "weggelassen: Zeit, Zahl der Leute." in answer.text
    assert "24 Methoden" in answer.text


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><b>', "{{ 7 * 7 }}", "\0", "\u202etest", "🙂", "x" * 5000, "   "]
)
def test_whatever_is_typed_stays_text(visitor, words):
    answer = visitor.get("/methods", query_string={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert '"><b>' not in answer.text


def test_htmx_gets_only_the_results(visitor):
    answer = visitor.get("/methods?q=Punktabfarge", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert titles(answer.text) == ["Punktabfrage"]
    assert 'id="count" role="status" hx-swap-oob="true">1 Methode passt' in answer.text
    assert "<html" in visitor.get("/methods?q=Punktabfarge").text


def test_a_first_visit_of_the_list_is_light(visitor, kit):
    html = visitor.get("/methods", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(html.data)
    parts = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', gzip.decompress(html.data).decode()))
    print_only = {url for url in parts if "print." in url}
    sent = len(html.data) + sum(len(kit.assets.find(url).gzipped) for url in parts - print_only)
    assert sent <= LIMIT - 2500, f"{sent} bytes and headers"


def test_a_facilitator_can_run_a_method_from_its_card(visitor):
    html = visitor.get("/methods/punktabfrage").text
    assert "<h1" in html
    assert html.count('<p class="minutes">') == 5
    assert '<p class="say">„Ist jeder Vorschlag verständlich?“</p>' in html
    for text in (
        "Klebepunkte", "Vorbereiten: 5 Minuten", "Durchführen: 10–15 Minuten", "Nachbereiten: 10 Minuten", "auf die Zeit achten",
        "Wenn jemand schlecht sieht", "Vorschläge laut vorlesen", "Es entstehen keine personenbezogenen Daten", "CC0",
        "Wofür", "Gut zu wissen", "Beispiel",
    ):  # fmt: skip
        assert text in html, text


def test_a_card_leads_on_to_what_fits_next(visitor):
    html = visitor.get("/methods/punktabfrage").text
    assert '<a href="/methods/mehrwert-aufwand-matrix"' in html
    assert visitor.get("/methods/mehrwert-aufwand-matrix").status_code == 200


def test_a_card_can_be_printed_in_two_sizes(visitor):
    html = visitor.get("/methods/punktabfrage").text
    assert re.findall(r'href="(/printing/[^"]+)"', html) == [
        "/printing/methods/punktabfrage-a5.pdf",
        "/printing/methods/punktabfrage-a4.pdf",
    ]


def test_every_card_can_be_read(visitor):
    for match in re.findall(r'href="/methods/([a-z0-9-]+)"', visitor.get("/methods").text + visitor.get("/methods?page=2").text):
        assert visitor.get(f"/methods/{match}").status_code == 200, match


@pytest.mark.parametrize("method", ["nope", "..%2f..%2fetc", "%00", "punktabfrage%20", "PUNKTABFRAGE", "🙂"])
def test_a_method_that_is_not_there_is_said_kindly(visitor, method):
    answer = visitor.get(f"/methods/{method}")
    assert answer.status_code == 404
    assert "Diese Seite gibt es hier nicht" in answer.text


@pytest.mark.usefixtures("polyglot")
def test_an_english_reader_gets_the_english_card(visitor):
    html = visitor.get("/methods/punktabfrage?lang=en").text
    assert re.search(r'<h1 lang="en">Dot voting</h1>', html)
    assert "Read question and proposals" in html
    assert "What for" in html
    assert "Frage und Vorschläge vorlesen" not in html


@pytest.mark.usefixtures("polyglot")
def test_simple_language_has_its_own_title_and_line_above_the_german_card(visitor):
    html = visitor.get("/methods/punktabfrage?lang=de-simple").text
    assert re.search(r'<h1 lang="de">Punkte kleben</h1>\s*<p lang="de">Punktabfrage</p>', html)
    assert "So sehen wir: Das ist vielen wichtig." in html
    assert "Frage und Vorschläge vorlesen" in html


@pytest.mark.usefixtures("polyglot")
def test_the_chosen_language_stays_when_filtering(visitor):
    assert '<input type="hidden" name="lang" value="en">' in visitor.get("/methods?lang=en").text


def test_a_broken_card_is_left_out_and_the_kit_goes_on(shelf, change, visitor, caplog):
    line = change("niveau: 1", "niveau: 7")
    html = visitor.get("/methods").text
    assert "2 Methoden" in html
    assert visitor.get("/methods/punktabfrage").status_code == 404
    assert f"punktabfrage.md:{line}: " in caplog.text
    assert 'href="/methods/punktabfrage"' not in visitor.get("/methods/check-in").text


def test_html_in_a_card_is_shown_as_text(shelf, change, visitor):
    change("## Wofür\n", "## Wofür\n<script>alert(1)</script> [da](javascript:alert(2)) ")
    html = visitor.get("/methods/punktabfrage").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert 'href="javascript' not in html


def test_sentences_to_say_are_told_from_what_to_do():
    text = "Zeig das Blatt. Frag: „Was fällt euch auf?“ Schreib mit. Statt „Poller“ also „Wege“. Sag: „Gut.“ und „Weiter!“."
    assert reading.pieces(text) == [
        (False, "Zeig das Blatt. Frag:"),
        (True, "„Was fällt euch auf?“"),
        (False, "Schreib mit. Statt „Poller“ also „Wege“. Sag: „Gut.“ und „Weiter!“."),
    ]


class TestPaper:
    """What the printing room gets through the door plate."""

    @staticmethod
    def sheet(kit: Any, method: str) -> dict[str, Any] | None:
        return ROOM.printables[0].load(kit.db.read(), method)

    def test_a_card_says_everything_in_words(self, kit):
        sheet = self.sheet(kit, "punktabfrage")
        assert (sheet["title"], sheet["minutes"], sheet["group"]) == ("Punktabfrage", "10–15", "3–200")
        assert "Klebepunkte" in sheet["material"]
        assert sheet["steps"][0]["pieces"][1] == {"said": True, "text": "„Ist jeder Vorschlag verständlich?“"}
        assert sheet["sections"]["hints"]["blocks"][0]["kind"] == "li"
        assert sheet["next"][0] == "Mehrwert-Aufwand-Matrix"

    def test_it_speaks_the_language_of_the_page(self, kit):
        with speaking("en"):
            assert self.sheet(kit, "punktabfrage")["title"] == "Dot voting"
        with speaking("de-simple"):
            sheet = self.sheet(kit, "punktabfrage")
        assert (sheet["title"], sheet["also"]) == ("Punkte kleben", "Punktabfrage")

    def test_an_unknown_method_is_none(self, kit):
        assert self.sheet(kit, "nope") is None


@pytest.mark.slow
def test_the_list_refines_while_somebody_types(serve, chromium):
    page = chromium.new_page(locale="de-DE")
    page.goto(serve("serve").url + "/methods")
    page.fill("#q", "Punktabfarge")
    expect(page.get_by_text("1 Methode passt", exact=True)).to_be_visible()
    expect(page.locator("#results h3")).to_have_text("Punktabfrage")
    expect(page).to_have_url(re.compile("q=Punktabfarge"))
    page.close()
