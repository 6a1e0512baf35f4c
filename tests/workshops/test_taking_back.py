"""What the team takes back stands as it stood, and what cannot be taken back is in nobody's way."""

import pytest

from fieldkit import ids
from fieldkit.workshops import boards_store, store
from tests.workshops.conftest import undo


def reopen(facilitator, code):
    facilitator.post(f"/workshops/{code}/state", data={"state": "open"})


@pytest.mark.parametrize("back", [undo, reopen])
def test_a_workshop_closed_by_mistake_goes_on_where_it_was(facilitator, workshop, desk, phone, back):
    board = workshop.add("poll", votes_hidden=1, options={"mode": "yesno"})
    ayse = phone(workshop.begin().code)
    ayse.post(f"{ayse.link}/boards/{board}/choice", data={"answer": "yes"})
    secret = ayse.board()
    desk(f"{workshop.code}/state", state="closed")
    assert "<progress" in ayse.board()
    back(facilitator, workshop.code)
    assert "<progress" not in ayse.board(), "votes are as secret as they were"
    assert ayse.board().count('role="timer"') == secret.count('role="timer"') == 1
    assert 'id="minutes-1"' in facilitator.get(f"/workshops/{workshop.code}").text, "its time can be changed again"


@pytest.mark.parametrize("back", [undo, reopen])
def test_what_is_hidden_until_the_time_is_up_is_hidden_again_after_a_mistaken_closing(facilitator, workshop, desk, phone, back):
    workshop.add("brainstorm", reveal="timer")
    ayse, ben = phone(workshop.begin().code), phone(workshop.code)
    ayse.write("Noch geheim")
    desk(f"{workshop.code}/state", state="closed")
    back(facilitator, workshop.code)
    assert "Noch geheim" not in ben.board()
    assert boards_store.boards(workshop.kit.db.read(), workshop.id)[0]["hidden"]


def bodies(kit, table):
    """Everything of a table that would be handed over."""
    return " ".join(
        row[0] for row in kit.db.read().execute("SELECT body FROM journal WHERE tbl = ? AND body IS NOT NULL", [table])
    )


def test_a_board_that_is_no_longer_with_names_says_them_nowhere_any_more(facilitator, workshop, desk, phone, kit):
    source = workshop.add("brainstorm", named=1)
    workshop.add("dotvote", source_id=source)
    ayse, ben = phone(workshop.begin().code, name="Ayşe"), phone(workshop.code)
    ayse.write("An alle")
    desk(f"{workshop.code}/groups", id=ids.new_id(), number="2", how="draw")
    ayse.write("In der Gruppe")
    desk(f"{workshop.code}/together")
    assert ben.board().count("<bdi>Ayşe</bdi>") == 2
    step = store.agenda(kit.db.read(), workshop.id)[0]["id"]
    form = {"title": "Sammeln", "minutes": "10", "reveal": "at_once", "max_length": "140", "max_notes": "0", "show_others": "1"}
    assert desk(f"{workshop.code}/steps/{step}", **form).status_code == 303
    board, voting = (f"/workshops/{workshop.code}/boards/{one}/notes" for one in (source, workshop.boards()[-1]["id"]))
    pages = [board, voting, *(f"/workshops/{workshop.code}/result{file}" for file in ("", ".md", ".csv", ".json"))]
    assert [page for page in pages if "Ayşe" in facilitator.get(page).text] == []
    assert "Ayşe" not in ben.board()
    workshop.go()
    assert "Ayşe" not in ben.board(), "nor where the notes are taken over"
    assert "Ayşe" not in bodies(kit, "notes"), "nor in what is handed over"


def test_names_come_back_with_undo_and_go_with_it(facilitator, workshop, desk, phone, kit):
    workshop.add("brainstorm")
    ayse, ben = phone(workshop.begin().code, name="Ayşe"), phone(workshop.code)
    step = store.agenda(kit.db.read(), workshop.id)[0]["id"]
    form = {"title": "Sammeln", "minutes": "10", "reveal": "at_once", "max_length": "140", "max_notes": "0", "show_others": "1"}
    desk(f"{workshop.code}/steps/{step}", **form, named="1")
    ayse.write("Mit Namen")
    desk(f"{workshop.code}/steps/{step}", **form)
    undo(facilitator, workshop.code)
    assert "Ayşe" in ben.board(), "the board is with names again"
    undo(facilitator, workshop.code)
    assert "Ayşe" not in ben.board(), "it is as it was before, without names"
