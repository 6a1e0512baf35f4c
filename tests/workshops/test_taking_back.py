"""What the team takes back stands as it stood, and what cannot be taken back is in nobody's way."""

import pytest

from fieldkit import ids
from fieldkit.storage import soundness
from fieldkit.workshops import boards_store, history, store
from tests.workshops.conftest import undo


def last(workshop, what="id"):
    """The act that would be undone next."""
    return history.last(workshop.kit.db.read(), workshop.id)[what]


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
    assert list(soundness.disagreements(kit.db.read())) == []


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


def test_a_step_that_cannot_be_taken_back_says_why_and_can_be_skipped(facilitator, brainstorm, desk, phone):
    ayse = phone(brainstorm.code)
    ayse.write("Bank")
    note = brainstorm.kit.db.read().execute("SELECT id FROM notes").fetchone()[0]
    desk(f"{brainstorm.code}/boards/{brainstorm.boards()[0]['id']}/notes", do=f"star:{note}")
    desk(f"{brainstorm.code}/groups", id=ids.new_id(), number="2", how="draw")
    assert "said=not-undone" in desk(f"{brainstorm.code}/skipping", act=last(brainstorm)).headers["Location"], "it can be undone"
    ayse.write("In der Gruppe")
    refused = facilitator.get(undo(facilitator, brainstorm.code)).text
    assert "hängt inzwischen etwas" in refused
    assert "Diese Änderung überspringen" in refused
    assert "said=skipped" in desk(f"{brainstorm.code}/skipping", act=last(brainstorm)).headers["Location"]
    assert "said=undone" in undo(facilitator, brainstorm.code)
    assert brainstorm.kit.db.read().execute("SELECT sum(star), count(*) FROM notes").fetchone()[:] == (0, 2)


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "9" * 30, "٣"])
def test_only_the_newest_act_is_skipped(brainstorm, desk, nonsense):
    before = last(brainstorm)
    assert "said=not-undone" in desk(f"{brainstorm.code}/skipping", act=nonsense).headers["Location"]
    assert last(brainstorm) == before


def test_a_step_whose_board_groups_work_on_is_not_taken_back_below_them(facilitator, brainstorm, desk, phone):
    ayse = phone(brainstorm.code)
    desk(f"{brainstorm.code}/groups", id=ids.new_id(), number="2", how="draw")
    ayse.write("In der Gruppe")
    desk(f"{brainstorm.code}/skipping", act=last(brainstorm))
    for _ in range(2):
        assert "said=undone" in undo(facilitator, brainstorm.code), "going to the step, opening the workshop"
    assert "said=in-the-way" in undo(facilitator, brainstorm.code), "adding the step"
    assert brainstorm.count("notes") == 1


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_what_the_author_withdraws_takes_nobody_elses_undo_along(facilitator, brainstorm, desk, phone, gone):
    ayse, ben = phone(brainstorm.code), phone(brainstorm.code)
    for n in range(3):
        (ayse if n == gone else ben).write(f"Zettel {n}")
    found = [row[0] for row in brainstorm.kit.db.read().execute("SELECT id FROM notes ORDER BY rowid")]
    address = f"{brainstorm.code}/boards/{brainstorm.boards()[0]['id']}/notes"
    desk(address, note=found, do="merge")
    desk(address, note=[found[1]], do="star")
    ayse.post(f"{ayse.link}/notes/{found[gone]}/withdrawal")
    for _ in range(1 if gone == 1 else 2):
        assert "said=undone" in undo(facilitator, brainstorm.code)
    left = brainstorm.kit.db.read().execute("SELECT text, parent_id, star FROM notes ORDER BY rowid").fetchall()
    assert [tuple(row) for row in left] == [(f"Zettel {n}", None, 0) for n in range(3) if n != gone]
    assert last(brainstorm, "act") == "go", "what is next is what was before"


def test_taking_paper_back_leaves_what_others_hung_on_it_in_order(facilitator, workshop, desk, phone, kit):
    board = workshop.add("cluster")
    ayse = phone(workshop.begin().code)
    desk(f"{workshop.code}/boards/{board}/paper", id=ids.new_id(), notes="Bank")
    bank = kit.db.read().execute("SELECT id FROM notes").fetchone()[0]
    ayse.write("Bänke", parent_id=bank)
    undo(facilitator, workshop.code)
    assert [tuple(row) for row in kit.db.read().execute("SELECT text, parent_id FROM notes")] == [("Bänke", None)]
    assert list(soundness.disagreements(kit.db.read())) == []
