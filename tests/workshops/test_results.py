"""What stays of a workshop: decisions, tasks and the work of groups."""

from fieldkit import ids
from fieldkit.workshops import boards_store, groups_store, history, notes_store, outcomes_store, seats_store, store


def test_a_decision_is_written_down_changed_and_taken_back(workshop, kit):
    decision = {"id": ids.new_id(), "kind": "decision", "text": "Bänke zuerst"}
    kit.db.write(outcomes_store.write_down, workshop.id, decision)
    kit.db.write(outcomes_store.write_down, workshop.id, decision | {"text": "Bänke und Brunnen zuerst"})
    assert [one["text"] for one in outcomes_store.of(kit.db.read(), workshop.id)] == ["Bänke und Brunnen zuerst"]
    for left in (["Bänke zuerst"], []):
        kit.db.write(history.undo, workshop.id, history.last(kit.db.read(), workshop.id)["id"])
        assert [one["text"] for one in outcomes_store.of(kit.db.read(), workshop.id)] == left


def test_who_is_in_a_group_works_on_its_own_board(brainstorm, phone, kit):
    ayse, ben = phone(brainstorm.code), phone(brainstorm.code)
    group = ids.new_id()
    kit.db.write(groups_store.add, brainstorm.id, {"id": group, "name": "Tisch 1", "place": 1})
    board = brainstorm.boards()[0]
    own = {"id": ids.new_id(), "step_id": board["step_id"], "group_id": group, "kind": "brainstorm", "question": "Frage am Tisch"}
    kit.db.write(store.add_board, own)
    first = seats_store.everybody(kit.db.read(), brainstorm.id)[0]["id"]
    kit.db.write(groups_store.seat, brainstorm.id, first, group)
    assert "Frage am Tisch" in ayse.board()
    assert "Frage brainstorm" in ben.board()
    ayse.write("nur am Tisch")
    assert "nur am Tisch" not in ben.board()
    assert [g["name"] for g in groups_store.of(kit.db.read(), brainstorm.id)] == ["Tisch 1"]
    assert boards_store.board_for(kit.db.read(), board["step_id"], None)["id"] == board["id"]


def test_the_team_enters_paper_also_after_a_board_was_locked(brainstorm, phone, kit):
    board = brainstorm.boards()[0]["id"]
    brainstorm.turn(board, locked=1)
    paper = {"id": ids.new_id(), "text": "von Papier", "channel": "paper", "entered_by": "Jonas"}
    for _ in range(2):
        kit.db.write(notes_store.leave, board, None, paper)
    page = phone(brainstorm.code).board()
    assert page.count("von Papier") == 1
    assert "auf Papier" in page
