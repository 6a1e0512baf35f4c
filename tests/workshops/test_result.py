"""What comes of a workshop: looked at, taken away, and without anybody who was there."""

import csv
import io
import json
import re

import pytest

from fieldkit import ids
from fieldkit.boards import KINDS
from fieldkit.boards.kind import NOTES
from fieldkit.workshops import notes_store, seats_store, store
from tests.workshops.boards import GIVES, OPTIONS

PLACES = ("", ".md", ".csv", ".json")


@pytest.fixture
def over(workshop, phone, kit):
    """A workshop that is over: notes, dots, a decision, a task."""
    source = workshop.add("brainstorm")
    workshop.add("dotvote", source_id=source)
    workshop.begin()
    ayse = phone(workshop.code, name="Ayşe")
    for text in ("=Bänke", "Licht | *hell*"):
        ayse.write(text)
    workshop.go()
    note = kit.db.read().execute("SELECT id FROM notes WHERE text = '=Bänke'").fetchone()[0]
    assert "Punkt ist da" in ayse.dot(note).text
    workshop.note, workshop.link = note, ayse.link
    workshop.people = seats_store.everybody(kit.db.read(), workshop.id)
    kit.db.write(store.close, workshop.id)
    kit.db.write(store.end, workshop.id)
    return workshop


def file(facilitator, workshop, kind):
    answer = facilitator.get(f"/workshops/{workshop.code}/result{kind}")
    assert answer.status_code == 200
    return answer.data.decode("utf-8")


def outcome(facilitator, workshop, **fields):
    return facilitator.post(f"/workshops/{workshop.code}/outcomes", data={"id": ids.new_id(), **fields})


@pytest.mark.parametrize("kind", PLACES)
def test_every_file_says_what_was_written_and_how_many_were_there(over, facilitator, kind):
    said = file(facilitator, over, kind)
    assert "Bänke" in said
    assert "Licht" in said
    assert kind == ".csv" or re.search(r'1 Person war dabei|"attendance": 1', said)


@pytest.mark.parametrize("kind", PLACES)
def test_nobody_who_took_part_is_in_any_file(over, facilitator, kind):
    said = file(facilitator, over, kind)
    token = over.link.rpartition("/")[2]
    for one in over.people:
        assert one["id"] not in said
        assert one["words"] not in said
        assert "Ayşe" not in said
    assert token not in said


def test_after_the_end_no_trace_of_a_participant_is_in_the_database_file(over, kit):
    token = over.link.rpartition("/")[2]
    assert [over.count(table) for table in ("participants", "participant_keys", "workshop_history")] == [0, 0, 0]
    conn = kit.db.read()
    left = "SELECT count(*) FROM {} WHERE participant_id IS NOT NULL"
    assert [conn.execute(left.format(table)).fetchone()[0] for table in ("notes", "votes")] == [0, 0]
    for path in kit.config.database.parent.glob(kit.config.database.name + "*"):
        content = path.read_bytes()
        assert token.encode() not in content
        assert all(one["words"].encode() not in content and "Ayşe".encode() not in content for one in over.people)


def test_the_table_opens_in_a_spreadsheet_and_no_cell_of_it_is_a_formula(over, facilitator):
    raw = facilitator.get(f"/workshops/{over.code}/result.csv").data
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert any("'=Bänke" in row for row in rows)
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_words_of_a_note_stay_words_in_markdown(over, facilitator):
    assert "Licht \\| \\*hell\\*" in file(facilitator, over, ".md")


def test_decisions_and_tasks_stand_in_the_protocol(over, facilitator):
    assert outcome(facilitator, over, kind="decision", text="Wir stellen Bänke auf").status_code == 303
    assert outcome(facilitator, over, kind="task", text="Angebot holen", assignee="Bezirksamt", due="bis März").status_code == 303
    data = json.loads(file(facilitator, over, ".json"))
    assert data["decisions"] == ["Wir stellen Bänke auf"]
    assert data["tasks"] == [{"text": "Angebot holen", "assignee": "Bezirksamt", "due": "bis März"}]
    assert "Bezirksamt" in file(facilitator, over, ".md")


def outcome_id(workshop):
    return workshop.kit.db.read().execute("SELECT id FROM outcomes").fetchone()[0]


@pytest.fixture
def task(over, facilitator):
    """The address of a task that was written down."""
    outcome(facilitator, over, kind="task", text="Angebot holen", assignee="Bezirksamt", due="bis März")
    return f"/workshops/{over.code}/outcomes/{outcome_id(over)}"


def take_back(facilitator, workshop):
    act = re.search(r'name="act" value="(\d+)"', file(facilitator, workshop, ""))[1]
    return facilitator.post(f"/workshops/{workshop.code}/undoing", data={"act": act, "at": "result"}, follow_redirects=True).text


def test_a_task_is_changed_and_the_change_taken_back(over, task, facilitator):
    page = facilitator.get(task).text
    assert "Angebot holen</textarea>" in page
    assert 'value="bis März"' in page
    form = {"kind": "decision", "text": "Zwei Angebote holen", "assignee": "", "due": ""}
    assert facilitator.post(task, data=form).status_code == 303
    data = json.loads(file(facilitator, over, ".json"))
    assert (data["decisions"], data["tasks"]) == (["Zwei Angebote holen"], [])
    assert "Rückgängig gemacht" in take_back(facilitator, over)
    assert json.loads(file(facilitator, over, ".json"))["tasks"][0]["due"] == "bis März"


def test_a_task_is_taken_out_and_brought_back(over, task, facilitator):
    assert "Steht nicht mehr im Protokoll" in facilitator.post(f"{task}/removal", follow_redirects=True).text
    assert json.loads(file(facilitator, over, ".json"))["tasks"] == []
    for answer in (
        facilitator.get(task),
        facilitator.post(task, data={"kind": "task", "text": "x"}),
        facilitator.post(f"{task}/removal"),
    ):
        assert "said=gone" in answer.headers["Location"]
    take_back(facilitator, over)
    assert json.loads(file(facilitator, over, ".json"))["tasks"][0]["text"] == "Angebot holen"


def test_a_change_that_says_nothing_is_asked_for_again(task, facilitator):
    answer = facilitator.post(task, data={"kind": "", "text": " ", "assignee": "Gruppe Linde"})
    assert answer.status_code == 422
    assert answer.text.count('class="error-text"') == 2
    assert 'value="Gruppe Linde"' in answer.text


def test_an_outcome_of_another_workshop_is_not_changed_here(over, task, facilitator, kit):
    other = kit.db.write(store.create, {"id": ids.new_id(), "title": "Anderer"})
    path = f"/workshops/{other}/outcomes/{outcome_id(over)}"
    facilitator.post(path, data={"kind": "task", "text": "Gekapert"})
    facilitator.post(f"{path}/removal")
    assert json.loads(file(facilitator, over, ".json"))["tasks"][0]["text"] == "Angebot holen"


def test_an_empty_outcome_says_what_is_missing_and_keeps_the_words(over, facilitator):
    answer = outcome(facilitator, over, kind="task", text="", assignee="Bezirksamt")
    assert answer.status_code == 422
    assert "Bezirksamt" in answer.text


@pytest.mark.slow
def test_the_protocol_is_printed(over, facilitator):
    assert facilitator.get(f"/printing/workshops/{over.code}.pdf").data.startswith(b"%PDF")


def test_a_note_becomes_an_idea_of_the_stop_once_and_says_where_it_comes_from(stop, over, facilitator, visitor, kit):
    path = f"/workshops/{over.code}/result/notes/{over.note}/idea"
    assert [facilitator.post(path).status_code for _ in range(2)] == [303, 303]
    assert kit.db.read().execute("SELECT count(*), title FROM ideas").fetchone()[:] == (1, "=Bänke")
    assert f"({over.code})" in visitor.get(f"/ideas/{over.note}").text
    assert "ist eine Idee der Station" in file(facilitator, over, "")


def test_without_an_open_stop_a_note_stays_a_note(over, facilitator, kit):
    answer = facilitator.post(f"/workshops/{over.code}/result/notes/{over.note}/idea", follow_redirects=True)
    assert "Gerade ist keine Station offen" in answer.text
    assert over.count("ideas") == 0


def test_visitors_get_no_result(over, visitor):
    for path in [f"/workshops/{over.code}/result{kind}" for kind in PLACES] + [f"/printing/workshops/{over.code}.pdf"]:
        assert visitor.get(path).status_code == 303


def test_what_waits_for_approval_is_in_no_file(workshop, phone, facilitator):
    workshop.add("brainstorm", moderated=1)
    phone(workshop.begin().code).write("Ungeprüft")
    assert all("Ungeprüft" not in file(facilitator, workshop, kind) for kind in PLACES)


def test_the_protocol_is_printed_with_notes_on_boards_of_every_kind(workshop, facilitator, kit):
    for name, kind in KINDS.items():
        board = workshop.add(name, options=OPTIONS[name])
        if NOTES in kind.takes:
            given = {axis: int(at) for axis in "xy" if (at := GIVES[name][1].get(axis))} | {
                "field": GIVES[name][1].get("field", "")
            }
            note = {"id": ids.new_id(), "text": f"Zettel {name}", "channel": "paper", **given}
            kit.db.write(notes_store.leave, board, None, note)
    assert sum(bool(kind.picture and NOTES in kind.takes) for kind in KINDS.values()) > 1
    answer = facilitator.get(f"/printing/workshops/{workshop.code}.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")


@pytest.mark.parametrize("kind", PLACES)
def test_what_groups_wrote_is_told_once_with_the_name_of_the_group(brainstorm, desk, phone, facilitator, kind):
    ayse = phone(brainstorm.code)
    ayse.write("Vorher")
    desk(f"{brainstorm.code}/groups", id=ids.new_id(), number="2", how="draw", names="Linde\nBuche")
    ayse.write("Ein Dach")
    group = "Linde" if "Linde" in ayse.board() else "Buche"
    desk(f"{brainstorm.code}/together")
    said = file(facilitator, brainstorm, kind)
    told = said.partition("Zettel zu Ideen machen")[0]
    assert told.count(f"Ein Dach ({group})") == 1
    assert "Vorher (" not in said
    if kind == ".json":
        boards = [board for step in json.loads(said)["steps"] for board in step["boards"]]
        assert [(note["text"], note["group"]) for board in boards for note in board["notes"]] == [
            ("Vorher", ""),
            ("Ein Dach", group),
        ]


def test_what_groups_voted_is_told_for_each_and_together(workshop, desk, phone, facilitator):
    workshop.add("poll", options={"mode": "yesno"}, votes_hidden=0)
    ayse = phone(workshop.begin().code)
    desk(f"{workshop.code}/groups", id=ids.new_id(), number="2", how="draw", names="Linde\nBuche")
    action = re.search(r'action="([^"]+/choice)"', ayse.board())[1]
    ayse.post(action, data={"answer": "yes"})
    boards = json.loads(file(facilitator, workshop, ".json"))["steps"][0]["boards"]
    assert [one["group"] for one in boards] == ["", "Linde", "Buche"]
    assert [dict(one["rows"])["Ja"] for one in boards] in ([1, 1, 0], [1, 0, 1])
