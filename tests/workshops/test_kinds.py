"""What holds for every kind of board, and whatever one is added later."""

import json
import re

import pytest
from flask import render_template

from fieldkit import app, i18n, ids
from fieldkit.boards import KINDS
from fieldkit.boards.kind import CHOICES, DOTS, NOTES
from fieldkit.house import House
from fieldkit.workshops import boards_store, forms, notes_store, standing, store
from tests.workshops.boards import GIVES, OPTIONS

WORDS = "ein Satz den es nur einmal gibt"
WITH_NOTES = [name for name, kind in KINDS.items() if NOTES in kind.takes]
WITH_CHOICES = [name for name, kind in KINDS.items() if CHOICES in kind.takes and "votes_hidden" in kind.switches]
VIEWS = (standing.PHONE, standing.BEAMER)


class Room:
    """A workshop whose present board is of the kind in question; notes to vote on lie on the board before it."""

    def __init__(self, workshop, phone, kind, **board):
        self.workshop, self.kit, self.kind = workshop, workshop.kit, kind
        source = workshop.add("brainstorm") if kind == "dotvote" else None
        self.board = workshop.add(kind, **{"options": OPTIONS[kind], "source_id": source, **board})
        workshop.begin()
        self.ayse, self.ben = phone(workshop.code), phone(workshop.code)
        if source:
            self.ayse.write(WORDS)
            workshop.go()

    def give(self, who=None, **other):
        """Ayşe takes part the way the kind has it."""
        where, fields = GIVES[self.kind]
        found = self.kit.db.read().execute("SELECT id FROM notes ORDER BY rowid").fetchone()
        filled = {name: value.format(words=WORDS, note=found[0] if found else "") for name, value in fields.items()}
        who = who or self.ayse
        form = {"id": ids.new_id(), **filled, **other}
        return who.post(f"{who.link}/boards/{self.board}/{where}", data=form, follow_redirects=True)

    def piece(self, view):
        """The board as it is shown to everybody in a view."""
        with app.create_app(self.kit).test_request_context("/"):
            now = standing.look(self.kit.db.read, self.workshop.id)
            return standing.show(self.kit.db.read, now, view, render_template).html

    def result(self):
        """What protocol and exports get."""
        board = boards_store.board(self.kit.db.read(), self.board)
        return standing.content(self.kit.db.read(), board)["result"]


@pytest.fixture
def room(workshop, phone):
    return lambda kind, **board: Room(workshop, phone, kind, **board)


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_what_people_give_and_shows_it_to_all_as_a_list_or_table(kind, room):
    here = room(kind, votes_hidden=0, reveal="at_once")
    before = here.ben.get(here.ben.link).text
    answer = here.give()
    assert answer.status_code == 200
    assert 'class="notice success"' in answer.text
    assert here.ben.get(here.ben.link).text != before
    if NOTES in KINDS[kind].takes:
        assert all(WORDS in here.piece(view) for view in VIEWS)
    table = here.result()["table"]
    assert table["rows"]
    assert {len(row) for row in table["rows"]} == {len(table["heads"])}
    assert all(isinstance(cell, str | int) for row in table["rows"] for cell in row)
    assert json.loads(json.dumps(table)) == table
    assert all(re.search(r"<(ul|ol|table)\b", here.piece(view)) for view in VIEWS)


@pytest.mark.parametrize("kind", WITH_NOTES)
@pytest.mark.parametrize("switch", [{"reveal": "facilitator"}, {"show_others": 0}, {"moderated": 1}])
def test_hidden_notes_are_not_in_text_counts_or_sizes(kind, switch, room):
    here = room(kind, **{"reveal": "at_once", "max_notes": 0, "votes_hidden": int(CHOICES in KINDS[kind].takes), **switch})
    empty, page = [here.piece(view) for view in VIEWS], len(here.ben.get(here.ben.link).text)
    for _ in range(3):
        here.give()
    assert here.workshop.count("notes") == 3
    assert [here.piece(view) for view in VIEWS] == empty
    assert abs(len(here.ben.get(here.ben.link).text) - page) < 3  # ids are made anew, versions count
    assert here.ben.poll().status_code == 204


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.works_on_notes])
def test_notes_still_hidden_on_the_board_before_are_not_on_the_one_that_takes_them_over(kind, workshop, phone):
    source = workshop.add("brainstorm", reveal="facilitator")
    workshop.add(kind, source_id=source, votes_hidden=0, options=OPTIONS[kind])
    ayse = phone(workshop.begin().code)
    ayse.write(WORDS)
    workshop.go()
    with app.create_app(workshop.kit).test_request_context("/"):
        now = standing.look(workshop.kit.db.read, workshop.id)
        assert not any(WORDS in standing.show(workshop.kit.db.read, now, view, render_template).html for view in VIEWS)
    assert WORDS not in re.sub(r"(?s)<h2>Dein Zettel.*", "", ayse.board())


@pytest.mark.parametrize("kind", WITH_NOTES)
@pytest.mark.parametrize("named", [0, 1])
def test_a_name_is_shown_only_where_names_are_wanted(kind, named, workshop, phone):
    workshop.add(kind, options=OPTIONS[kind], named=named, reveal="at_once")
    zeynep = phone(workshop.begin().code, name="Zeynep")
    here = Room.__new__(Room)
    here.workshop, here.kit, here.kind, here.board = workshop, workshop.kit, kind, workshop.boards()[0]["id"]
    here.give(zeynep)
    shown = [note["name"] for note in notes_store.seen(workshop.kit.db.read(), workshop.boards()[0])]
    assert shown == (["Zeynep"] if named else [""])
    assert ("Zeynep" in here.piece(standing.BEAMER)) == bool(named)


@pytest.mark.parametrize("kind", WITH_CHOICES)
def test_votes_stay_secret_until_the_board_is_closed(kind, room):
    here = room(kind, votes_hidden=1)
    secret = [here.piece(view) for view in VIEWS]
    here.give(text="")
    assert [here.piece(view) for view in VIEWS] == secret
    here.workshop.turn(here.board, locked=1)
    assert [here.piece(view) for view in VIEWS] != secret


@pytest.mark.parametrize("kind", KINDS)
def test_a_locked_board_takes_nothing(kind, room):
    here = room(kind, votes_hidden=0)
    here.workshop.turn(here.board, locked=1)
    rows = [here.workshop.count(table) for table in ("notes", "votes")]
    answer = here.give()
    assert answer.status_code in (200, 409)
    assert "geschlossen" in answer.text or "nichts mehr" in answer.text
    assert [here.workshop.count(table) for table in ("notes", "votes")] == rows


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_does_not_take_it_refuses(kind, room):
    here = room(kind)
    rows = [here.workshop.count(table) for table in ("notes", "votes")]
    form = {"text": "falsch hier", "note": "a", "have": "0", "answer": "a", "mood": "3"}
    for where, what in {"notes": NOTES, "choice": CHOICES, "dots": DOTS}.items():
        if what not in KINDS[kind].takes:
            assert here.ayse.post(f"{here.ayse.link}/boards/{here.board}/{where}", data=form).status_code < 500
    assert [here.workshop.count(table) for table in ("notes", "votes")] == rows


@pytest.mark.parametrize("kind", KINDS)
def test_junk_is_answered_with_a_sentence_and_breaks_nothing(kind, room):
    _where, fields = GIVES[kind]
    here = room(kind)
    for junk in ("", "x", "-1", "99999999999999", "a b", "\x00", "'; DROP TABLE votes", "1.5"):
        answer = here.give(**{name: junk for name in fields if name not in ("text", "have", "order")})
        assert answer.status_code in (200, 422)
    assert all(-1 < row[0] < 101 for row in here.kit.db.read().execute("SELECT value FROM votes"))


@pytest.mark.parametrize("kind", KINDS)
def test_facilitators_can_set_it_up_and_find_what_they_set(kind, kit: House):
    typed = KINDS[kind].typed(OPTIONS[kind])
    form = forms.step_form(KINDS[kind], {"title": "Schritt", "question": "Frage", **typed}, {})
    assert form.errors == {}
    given = form.data["board"]["options"]
    assert {name: given[name] for name in OPTIONS[kind] if name in given} == {
        n: v for n, v in OPTIONS[kind].items() if n in given
    }


@pytest.mark.parametrize("kind", KINDS)
def test_its_form_for_facilitators_shows_every_setting(kind, facilitator, workshop):
    page = facilitator.get(f"/workshops/{workshop.code}/steps/new?kind={kind}").text
    with i18n.speaking("de"):
        assert all(f'name="{setting.name}"' in page for setting in KINDS[kind].settings)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.picture])
def test_a_picture_stands_on_its_own_and_escapes_what_people_wrote(kind, room):
    import xml.etree.ElementTree as ET

    here = room(kind, reveal="at_once", max_length=100)
    here.give(text="<script>alert(1)</script> & Co")
    board = boards_store.board(here.kit.db.read(), here.board) | {"question": "<b>&"}
    with app.create_app(here.kit).test_request_context("/"):
        svg = render_template(KINDS[kind].picture, **standing.content(here.kit.db.read(), board))
    tree = ET.fromstring(svg)
    assert tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert not [e for e in tree.iter() if e.get("style") or e.get("class")]


def test_every_kind_has_an_example():
    assert set(OPTIONS) == set(GIVES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_end_of_a_workshop_keeps_what_it_shows(kind, room):
    here = room(kind, votes_hidden=0, reveal="at_once")
    here.give()
    before = here.result()["table"]
    here.kit.db.write(store.end, here.workshop.id)
    assert sorted(map(str, here.result()["table"]["rows"])) == sorted(map(str, before["rows"]))
