"""The projector: it shows what everybody may see, and nothing else."""

import re

from fieldkit import clock
from fieldkit.workshops import cloud, live

PART = {"HX-Request": "true"}


def beamer(visitor, workshop, query=""):
    return visitor.get(f"/workshops/{workshop.code}/beamer{query}")


def test_the_wall_shows_the_question_the_way_in_and_the_notes(brainstorm, phone, visitor):
    phone(brainstorm.code).write("Mehr Bänke")
    page = beamer(visitor, brainstorm).text
    assert "Frage brainstorm" in page
    assert "Mehr Bänke" in page
    assert f'join-code">{brainstorm.code}' in page
    assert '<svg class="qr"' in page


def test_hidden_notes_are_not_on_the_wall_and_do_not_move_it(hidden, phone, visitor):
    ayse = phone(hidden.code)
    before = _at_any_second(beamer(visitor, hidden).text)
    ayse.write("Mehr Bänke Bänke")
    ayse.write("Bänke im Schatten")
    assert _at_any_second(beamer(visitor, hidden).text) == before
    assert "Bänke" not in before


def _at_any_second(page):
    return re.sub(r'data-left="\d+"', "", page)


def test_nobody_is_counted_on_the_wall_unless_the_team_wants_it(brainstorm, phone, visitor):
    phone(brainstorm.code).board()
    assert "Handy da" not in beamer(visitor, brainstorm).text
    assert "1 Handy da" in beamer(visitor, brainstorm, "?count=1").text


def test_an_idle_wall_touches_no_database(brainstorm, visitor, kit, monkeypatch):
    page = beamer(visitor, brainstorm).text
    asks = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    with monkeypatch.context() as patch:
        patch.setattr(kit.db, "read", lambda: 1 / 0)
        assert visitor.get(asks, headers=PART).status_code == 204


def test_the_last_note_before_a_silence_reaches_the_wall(brainstorm, phone, visitor, monkeypatch):
    monkeypatch.setattr(live, "AT_ONCE", 0)  # every board counts as long: it stands a moment before it is made anew
    monkeypatch.setattr(live, "EACH_KB", 1.0)
    ayse, now = phone(brainstorm.code), clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: now)
    beamer(visitor, brainstorm)
    ayse.write("Der letzte Zettel")
    page = beamer(visitor, brainstorm).text
    assert "Der letzte Zettel" not in page, "it stands yet"
    monkeypatch.setattr(clock, "monotonic", lambda: now + 5)
    asks = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert "Der letzte Zettel" in visitor.get(asks, headers=PART).text


def test_the_wall_takes_nothing(brainstorm, visitor):
    page = beamer(visitor, brainstorm).text
    assert "<form" not in page
    assert "<textarea" not in page
    assert visitor.post(f"/workshops/{brainstorm.code}/beamer").status_code == 405


def test_a_wrong_code_has_no_wall(brainstorm, visitor):
    assert visitor.get("/workshops/XXXXXX/beamer").status_code == 404


def test_the_cloud_knows_what_people_share_and_lists_it(brainstorm, phone, visitor):
    for text in ("Mehr Bänke", "bänke im Schatten", "Bänke und Licht", "Licht am Weg"):
        phone(brainstorm.code).write(text)
    page = beamer(visitor, brainstorm).text
    assert 'class="size-5">Bänke<' in page
    assert '<th scope="row"><bdi>Licht</bdi></th><td class="number">2</td>' in page


def test_a_word_said_often_on_one_note_is_one_voice():
    assert cloud.words(["Bänke Bänke Bänke"]) == []
