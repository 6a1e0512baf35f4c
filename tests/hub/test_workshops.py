"""Workshops at the hub: what came of them, and where."""

import re

import pytest

from fieldkit.boards import KINDS
from tests.hub import arriving

PAGE = f"/workshops/{arriving.KIT}/w1"


@pytest.fixture
def workshop(hub):
    arriving.arrive(hub, *arriving.WORKSHOP)
    return PAGE


def test_the_list_says_where_a_workshop_was_and_how_many_came(workshop, reader):
    page = reader.get("/workshops").text
    assert "Ein Platz zum Bleiben" in page
    assert "Rathausplatz" in page
    assert ">31<" in page


def test_a_workshop_shows_notes_votes_and_who_does_what(workshop, reader):
    page = reader.get(workshop).text
    assert all(
        words in page
        for words in ("31 Personen", "Ideen sammeln", "Mehr Bänke", ">7<", "Ja gern", ">4<", "Angebot holen", "Bezirksamt")
    )


def test_a_board_shows_the_same_words_at_home_as_on_the_square(workshop, reader):
    rows = re.findall(
        r'<td class="pre-line" dir="auto">(.*?)</td><td class="pre-line" dir="auto">(.*?)</td>', reader.get(workshop).text
    )
    assert ("gut", "6") in rows
    assert ("sehr gut", "0") in rows


def test_what_groups_wrote_is_told_once_with_the_name_of_the_group(hub, reader):
    arriving.arrive(
        hub,
        *arriving.WORKSHOP,
        ("workshop_groups", "g1", {"workshop_id": "w1", "name": "Gruppe Linde", "place": 1}),
        ("workshop_steps", "s2", {"workshop_id": "w1", "place": 2, "title": "In Gruppen", "minutes": 15}),
        ("boards", "b5", {"step_id": "s2", "kind": "brainstorm", "question": "Was fehlt?", "group_id": None, "options": "{}"}),
        ("boards", "b6", {"step_id": "s2", "kind": "brainstorm", "question": "Was fehlt?", "group_id": "g1", "options": "{}"}),
        ("notes", "n3", {"board_id": "b6", "text": "Ein Dach", "state": "shown"}),
    )
    page = reader.get(PAGE).text
    assert page.count("Ein Dach") == page.count("Ein Dach (Gruppe Linde)") == 1


@pytest.mark.parametrize("options", ["{}", "[]", "?", '{"answers": [1], "columns": "x", "lanes": {}, "fields": 3, "low": "a"}'])
def test_boards_of_any_kind_in_any_shape_break_no_page(hub, reader, options):
    records = list(arriving.WORKSHOP)
    for n, kind in enumerate([*KINDS, "of a later release"], 10):
        records += [
            ("boards", f"b{n}", {"step_id": "s1", "kind": kind, "options": options}),
            ("notes", f"n{n}", {"board_id": f"b{n}", "text": f"Ein Zettel für {kind}", "state": "shown", "x": "?", "field": 7}),
            ("tallies", f"t{n}", {"board_id": f"b{n}", "target": f"n{n}", "value": "?", "votes": 5}),
        ]
    arriving.arrive(hub, *records)
    answer = reader.get(PAGE)
    assert answer.status_code == 200
    assert "Ein Zettel für of a later release" in answer.text


def test_dots_of_a_note_whose_heading_was_taken_down_stay_with_it(hub, reader):
    note = {"board_id": "b1", "text": "Eine Hecke", "state": "shown", "parent_id": "n2"}
    arriving.arrive(
        hub,
        *arriving.WORKSHOP,
        ("notes", "n3", note),
        ("tallies", "t9", {"board_id": "b3", "target": "n3", "value": 1, "votes": 9}),
    )
    assert re.search(r"Eine Hecke</td><td[^>]*>9</td>", reader.get(PAGE).text)


def test_what_was_taken_down_on_the_kit_is_not_shown(workshop, reader):
    assert "Unfug" not in reader.get(workshop).text


def test_a_workshop_of_another_release_breaks_no_page(hub, reader):
    arriving.arrive(
        hub,
        ("workshops", "w1", {"surprise": [1], "title": {"de": "?"}}),
        ("workshop_steps", "s1", {"workshop_id": "w1"}),
        ("boards", "b1", {"step_id": "s1", "kind": ["brainstorm"], "options": 7}),
        ("notes", "n1", {"board_id": "b1", "parent_id": ["n1"], "state": "shown", "text": None}),
        ("tallies", "t1", {"board_id": "b1", "target": {}, "value": 1, "votes": "viele"}),
        ("outcomes", "o1", {"workshop_id": "w1", "place": "?"}),
    )
    assert reader.get("/workshops").status_code == 200
    assert reader.get(f"/workshops/{arriving.KIT}/w1").status_code == 200


def test_nobody_who_is_not_signed_in_sees_workshops(workshop, hub):
    from fieldkit.hub import app
    from tests.conftest import Browser

    assert Browser(app.create_wsgi(hub)).get("/workshops").status_code == 303
