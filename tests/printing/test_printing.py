"""Printing over HTTP."""

import pytest

from fieldkit.printing import routes
from fieldkit.printing.documents import DOCUMENTS
from fieldkit.printing.press import Busy, Jammed
from fieldkit.stops import store as stops


@pytest.fixture
def quick_press(monkeypatch):
    """A press that only says what it was given."""
    jobs = []
    monkeypatch.setattr(
        routes.press, "make", lambda template, data, kind="pdf": jobs.append((template, data, kind)) or b"%PDF-1.7"
    )
    return jobs


def test_a_facilitator_prints_the_poster_of_the_open_stop(facilitator, stop):
    answer = facilitator.get("/printing/poster-a4.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith('inline; filename="Plakat-A4-Rathausplatz-Neukoelln.pdf"')


def test_everything_on_the_printing_page_is_there(facilitator, stop, quick_press):
    html = facilitator.get("/printing").text
    for name in DOCUMENTS:
        assert f"/printing/{name}.pdf" in html
        assert facilitator.get(f"/printing/{name}.pdf").status_code == 200
        assert facilitator.get(f"/printing/{name}.png").mimetype == "image/png"


def test_visitors_do_not_print_posters(visitor, stop, quick_press):
    for path in ("/printing", "/printing/poster", "/printing/poster-a4.pdf", "/printing/poster-a4.png"):
        assert visitor.get(path).status_code == 303
    assert quick_press == []


def test_the_poster_on_the_screen_shows_both_codes_and_the_words(facilitator, kit, stop):
    html = facilitator.get("/printing/poster").text
    assert html.count('class="qr"') == 2
    for word in (stop["question"], kit.config.ssid, kit.config.passphrase, "localhost", "English"):
        assert word in html


def test_a_poster_can_be_printed_before_the_stall_is_put_up(facilitator, kit, stop, quick_press):
    kit.db.write(stops.close, stop["id"])
    kit.db.write(stops.plan, stop | {"state": "planned", "starts_on": "2099-05-01", "ends_on": "2099-05-02", "answer_by": ""})
    assert "geplante Station" in facilitator.get("/printing").text
    assert facilitator.get("/printing/poster-a3.pdf").status_code == 200
    assert quick_press[0][1]["place"] == stop["place"]


@pytest.mark.parametrize(
    "path", ["/printing/poster-a4.pdf", "/printing/poster-a4.png", "/printing/poster", "/printing/receipt-slips.pdf"]
)
def test_without_a_stop_the_facilitator_is_shown_the_way_to_one(facilitator, path):
    answer = facilitator.get(path)
    assert answer.status_code == 404
    assert "/stops/new" in answer.text


def test_without_a_stop_blank_cards_can_still_be_printed(facilitator, quick_press):
    html = facilitator.get("/printing").text
    assert "blank-cards.pdf" in html
    assert "poster-a4.pdf" not in html
    assert facilitator.get("/printing/blank-cards.pdf").status_code == 200


@pytest.mark.parametrize("path", ["/printing/nothing.pdf", "/printing/nothing.png"])
def test_an_unknown_sheet_is_a_page_that_says_so(facilitator, stop, path):
    assert facilitator.get(path).status_code == 404


def test_anyone_prints_a_method_card_that_leads_back_to_the_kit(visitor, kit, quick_press):
    answer = visitor.get("/printing/methods/world-cafe-a5.pdf")
    assert answer.mimetype == "application/pdf"
    assert 'filename="World-Cafe-A5.pdf"' in answer.headers["Content-Disposition"]
    template, data, kind = quick_press[0]
    assert (template, data["paper"], data["address"]) == ("method.typ", "a5", "localhost/methods/world-cafe")


def test_a_method_card_speaks_the_language_of_the_page(visitor, quick_press):
    visitor.get("/printing/methods/punktabfrage-a4.pdf", headers={"Accept-Language": "de"})
    assert quick_press[0][1]["method"]["language"] == "de"


@pytest.mark.parametrize("name", ["gibt-es-nicht-a5", "punktabfrage-a6", "punktabfrage", "..%2Fposter-a4"])
def test_an_unknown_method_or_size_is_not_found(visitor, quick_press, name):
    assert visitor.get(f"/printing/methods/{name}.pdf").status_code == 404


@pytest.mark.parametrize(("error", "status", "sentence"), [(Busy, 503, "viel zu tun"), (Jammed, 500, "nicht erstellen")])
def test_a_press_in_trouble_answers_with_a_page(visitor, monkeypatch, error, status, sentence):
    def fail(*args):
        raise error

    monkeypatch.setattr(routes.press, "make", fail)
    answer = visitor.get("/printing/methods/punktabfrage-a5.pdf")
    assert answer.status_code == status
    assert sentence in answer.text
