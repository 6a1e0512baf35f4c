"""The press: real PDFs, looked at with the tools a stranger would use."""

import json
import subprocess
import threading

import pytest
import typst

from fieldkit.config import folder
from fieldkit.ideas import ROOM as ideas
from fieldkit.methods.catalogue import catalogue
from fieldkit.methods.sheet import sheet
from fieldkit.printing import press as press_module
from fieldkit.printing import render, sheets
from fieldkit.printing.press import Busy, Jammed, Press
from tests.printing.conftest import pages, scanned, words

HOSTILE = '#panic("x") *fett* _kursiv_ $x^2$ @quelle \\ #read("look.typ") <label> `roh` = Titel //'
WIFI = "WIFI:T:WPA;S:Feldkit-42;P:abde-fghj-kmnp;;"
STOP_SHEETS = ["poster.typ", "table-card.typ", "receipt-slips.typ"]
LONGEST = {
    "place": "Platz vor der Philipp-Schaeffer-Bibliothek und dem Haus der Jugend in Berlin-Mi"[:80],
    "question": ("Wie soll unser Platz in zehn Jahren aussehen, damit Kinder, Ältere und alle anderen gern hier sind, " * 2)[
        :160
    ],
    "languages": ["de", "de-simple", "en", "tr", "ar", "uk", "ru", "pl", "vi", "fa"],
}


def test_a_phone_scans_network_and_address_from_the_poster(printed):
    assert scanned(printed("poster.typ")) == {WIFI, "http://10.42.0.1"}


@pytest.mark.slow
def test_a_phone_scans_network_and_address_from_the_table_card(printed):
    assert scanned(printed("table-card.typ")) == {WIFI, "http://10.42.0.1"}


@pytest.mark.slow
def test_a_slip_leads_to_where_the_code_is_looked_up(printed):
    assert scanned(printed("receipt-slips.typ")) == {"http://10.42.0.1/receipts"}


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_the_poster_says_in_words_what_the_codes_say(printed, paper):
    said = words(printed("poster.typ", paper))
    for words_ in ("Feldkit-42", "abde-fghj-kmnp", "10.42.0.1", "Rathausplatz Neukölln", "12:00–19:00 Uhr", "12. Dezember 2026"):
        assert words_ in said
    assert "http" not in said


@pytest.mark.slow
@pytest.mark.parametrize("template", STOP_SHEETS)
def test_what_people_typed_is_never_read_as_markup(printed, template):
    file = printed(template, place=HOSTILE[:80], question=HOSTILE)
    assert pages(file) == 1
    assert '#panic("x")' in words(file)


@pytest.mark.slow
@pytest.mark.parametrize("template", STOP_SHEETS)
@pytest.mark.parametrize(
    "stop",
    [LONGEST, {"place": "W" * 80, "question": "W" * 160}, {"question": "🚲 ‮مرحبا بالعالم 你好"}],
    ids=["long", "word", "scripts"],
)
def test_one_page_stays_one_page(printed, template, stop):
    assert pages(printed(template, **stop)) == 1


@pytest.mark.slow
def test_a_poster_hung_up_in_arabic_is_a_poster(printed):
    assert pages(printed("poster.typ", languages=["ar", "de"], question="ما الذي ينقص هنا؟")) == 1


@pytest.mark.slow
def test_longest_passphrase_is_on_the_poster_whole(printed, config):
    object.__setattr__(config, "passphrase", "x" * 63)
    assert "x" * 63 in words(printed("poster.typ")).replace(" ", "")


@pytest.fixture
def card(tmp_path, kit):
    """Prints a method card."""

    def make(method_id: str, paper: str = "a5"):
        data = sheets.method_sheet(sheet(kit.db.read(), method_id), f"http://10.42.0.1/methods/{method_id}") | {"paper": paper}
        file = tmp_path / f"{method_id}-{paper}.pdf"
        file.write_bytes(Press().make("method.typ", sheets.breakable(data)))
        return file

    return make


@pytest.mark.slow
def test_every_method_card_is_a_leaf_with_two_sides(card):
    assert {method.id: pages(card(method.id)) for method in catalogue().cards} == dict.fromkeys(
        (method.id for method in catalogue().cards), 2
    )


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a5", "a4"])
def test_a_method_card_leads_back_to_the_kit(card, paper):
    file = card("nadelmethode", paper)
    assert scanned(file) == {"http://10.42.0.1/methods/nadelmethode"}
    assert pages(file) == 2


@pytest.mark.slow
def test_readers_of_the_screen_can_read_every_sheet(planned, config, kit):
    stop = sheets.stop_sheet(planned(), config, demo=True) | {"paper": "a4"}
    method = sheets.method_sheet(sheet(kit.db.read(), "punktabfrage"), "http://10.42.0.1/methods/punktabfrage") | {"paper": "a5"}
    jobs = [(template, stop) for template in STOP_SHEETS]
    jobs += [("blank-cards.typ", sheets.blank_cards([ideas.paper], planned())), ("method.typ", method)]
    for template, data in jobs:
        file = folder("templates") / "print" / template
        # The standard refuses a missing title, language, alternative text or heading.
        typst.compile(file, sys_inputs={"data": json.dumps(data)}, pdf_standards="ua-1")


@pytest.mark.slow
def test_a_blank_card_has_the_fields_of_the_paper_entry(planned, tmp_path):
    file = tmp_path / "cards.pdf"
    file.write_bytes(Press().make("blank-cards.typ", sheets.blank_cards([ideas.paper], planned())))
    said = words(file)
    for field in ("Nr.", "Schreib hier", "Wege und Verkehr", "Mach einen Strich"):
        assert field in said
    assert pages(file) == 1


def test_the_same_sheet_is_set_only_once(monkeypatch):
    made = []
    monkeypatch.setattr(press_module, "_run", lambda ticket: made.append(ticket) or b"%PDF")
    press = Press()
    assert [press.make("poster.typ", {"n": n}) for n in (1, 1, 2)] == [b"%PDF"] * 3
    assert len(made) == 2


def test_the_shelf_of_kept_sheets_is_bounded(monkeypatch):
    made = []
    monkeypatch.setattr(press_module, "_run", lambda ticket: made.append(ticket) or bytes(press_module.KEPT // 2))
    press = Press()
    for n in (1, 2, 3, 1):
        press.make("poster.typ", {"n": n})
    assert len(made) == 4


def test_a_crowd_at_the_press_is_asked_to_come_back(monkeypatch):
    started, go_on = threading.Semaphore(0), threading.Event()

    def slow(ticket):
        started.release()
        go_on.wait(10)
        return b"%PDF"

    monkeypatch.setattr(press_module, "_run", slow)
    monkeypatch.setattr(press_module, "QUEUE", 1)
    press = Press()
    first = threading.Thread(target=press.make, args=("poster.typ", {"n": 1}))
    first.start()
    started.acquire()
    with pytest.raises(Busy):
        press.make("poster.typ", {"n": 2})
    go_on.set()
    first.join()
    assert press.make("poster.typ", {"n": 2}) == b"%PDF"


def test_a_broken_sheet_is_a_jam_and_the_next_one_prints(monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise subprocess.CalledProcessError(1, "render", stderr=b"error: unknown variable")

    press = Press()
    with monkeypatch.context() as patch:
        patch.setattr(press_module.subprocess, "run", fail)
        with pytest.raises(Jammed):
            press.make("poster.typ", {})
    assert "unknown variable" in caplog.text
    monkeypatch.setattr(press_module, "_run", lambda ticket: b"%PDF")
    assert press.make("poster.typ", {}) == b"%PDF"


@pytest.mark.slow
@pytest.mark.parametrize("template", STOP_SHEETS)
def test_a_machine_without_any_fonts_prints_too(planned, config, tmp_path, monkeypatch, template):
    monkeypatch.setattr(render, "FACES", ())
    data = sheets.breakable(sheets.stop_sheet(planned(languages=["de", "ar", "uk"]), config, demo=False) | {"paper": "a4"})
    file = tmp_path / "sheet.pdf"
    file.write_bytes(render.render(str(folder("templates") / "print" / template), json.dumps(data), "pdf"))
    assert pages(file) == 1
    assert "10.42.0.1" in words(file)
