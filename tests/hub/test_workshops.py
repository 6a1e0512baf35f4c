"""Workshops at the hub: what came of them, and where."""

import pytest

from tests.hub import arriving

WORKSHOP = {
    "title": "Ein Platz zum Bleiben",
    "stop_id": "stop1",
    "state": "ended",
    "attendance": 31,
    "goal": "Drei Ideen",
    "at": "2026-11-22T14:00:00Z",
}


@pytest.fixture
def workshop(hub):
    arriving.arrive(
        hub,
        ("stops", "stop1", arriving.STOP),
        ("workshops", "w1", WORKSHOP),
        ("workshop_steps", "s1", {"workshop_id": "w1", "place": 1, "title": "Ideen sammeln", "minutes": 15}),
        ("boards", "b1", {"step_id": "s1", "kind": "brainstorm", "question": "Was fehlt?", "group_id": None, "options": "{}"}),
        ("notes", "n1", {"board_id": "b1", "text": "Mehr Bänke", "state": "shown"}),
        ("notes", "n2", {"board_id": "b1", "text": "Unfug", "state": "removed"}),
        ("boards", "b2", {"step_id": "s1", "kind": "poll", "question": "Wieder?", "options": '{"answers": [{"key": "a", "label": "Ja gern"}]}'}),
        ("tallies", "t1", {"board_id": "b1", "target": "n1", "value": 1, "votes": 5, "paper_votes": 2}),
        ("tallies", "t2", {"board_id": "b2", "target": "a", "value": 1, "votes": 4, "paper_votes": 0}),
        ("outcomes", "o1", {"workshop_id": "w1", "kind": "task", "text": "Angebot holen", "assignee": "Bezirksamt", "due": "März", "place": 0}),
    )  # fmt: skip
    return f"/workshops/{arriving.KIT}/w1"


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


def test_what_was_taken_down_on_the_kit_is_not_shown(workshop, reader):
    assert "Unfug" not in reader.get(workshop).text


def test_a_workshop_of_another_release_breaks_no_page(hub, reader):
    arriving.arrive(hub, ("workshops", "w1", {"surprise": [1]}), ("outcomes", "o1", {"workshop_id": "w1", "place": "?"}))
    assert reader.get("/workshops").status_code == 200
    assert reader.get(f"/workshops/{arriving.KIT}/w1").status_code == 200


def test_nobody_who_is_not_signed_in_sees_workshops(workshop, hub):
    from fieldkit.hub import app
    from tests.conftest import Browser

    assert Browser(app.create_wsgi(hub)).get("/workshops").status_code == 303
