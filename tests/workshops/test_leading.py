"""Leading a workshop: from step to step, together, and back again."""

import re
import threading

import pytest

from fieldkit import clock, ids
from fieldkit.workshops import boards_store, history, store, timer


def test_jonas_plans_a_workshop_from_scratch(facilitator, kit):
    page = facilitator.get("/workshops/new").text
    form = {"id": re.search(r'name="id" value="([^"]+)"', page)[1], "title": "Kiez-Sprint", "goal": "Drei Ideen"}
    lead = facilitator.post("/workshops/new", data=form).headers["Location"]
    assert facilitator.post("/workshops/new", data=form).headers["Location"] == lead, "a double tap is one workshop"
    step = {
        "kind": "brainstorm",
        "title": "Sammeln",
        "minutes": "15",
        "question": "Was fehlt?",
        "columns": "Gut\nSchlecht",
        "show_others": "1",
    }
    step |= {"reveal": "facilitator", "max_length": "100", "max_notes": "0"}
    assert facilitator.post(f"{lead}/steps/new", data=step).status_code == 303
    board = boards_store.boards(kit.db.read(), form["id"])[0]
    assert board["options"]["columns"] == [{"key": "a", "label": "Gut"}, {"key": "b", "label": "Schlecht"}]
    assert (board["reveal"], board["max_length"], board["show_others"], board["named"]) == ("facilitator", 100, 1, 0)
    assert "Kiez-Sprint" in facilitator.get("/workshops").text
    assert "Sammeln" in facilitator.get(lead).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "gib dem Schritt einen Titel"),
        ({"minutes": "0"}, "ganze Zahl von 1 bis 480"),
        ({"minutes": "viel"}, "ganze Zahl von 1 bis 480"),
        ({"columns": "\n".join(map(str, range(13)))}, "13 Zeilen"),
        ({"reveal": "nie"}, "aus der Liste"),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_the_words_kept(facilitator, workshop, fields, sentence):
    form = {"kind": "brainstorm", "title": "Sammeln", "minutes": "15", "note": "Stifte!", **fields}
    answer = facilitator.post(f"/workshops/{workshop.code}/steps/new", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Stifte!" in answer.text


def test_two_facilitators_who_press_next_at_once_move_one_step(facilitator, workshop, kit):
    for _ in range(3):
        workshop.add("brainstorm")
    workshop.begin()
    first, second, _third = (step["id"] for step in store.agenda(kit.db.read(), workshop.id))
    answers = []
    go = {"expected": first, "to": second}
    presses = [
        threading.Thread(target=lambda: answers.append(facilitator.post(f"/workshops/{workshop.code}/going", data=go)))
        for _ in range(8)
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    said = sorted("elsewhere" in answer.headers["Location"] for answer in answers)
    assert said == [False] + [True] * 7
    assert store.one(kit.db.read(), workshop.id)["step_id"] == second
    assert "schon jemand schneller" in facilitator.get(f"/workshops/{workshop.code}?said=elsewhere").text


def test_phones_learn_at_their_next_poll_that_the_group_went_on(workshop, phone):
    workshop.add("brainstorm")
    workshop.add("poll", options={"mode": "yesno"})
    ayse = phone(workshop.begin().code)
    ayse.board()
    workshop.go()
    part = ayse.poll().text
    assert "Es geht weiter" in part
    assert "data-follow" in part


def test_everything_the_team_did_can_be_undone(facilitator, brainstorm, kit):
    board = brainstorm.boards()[0]["id"]
    address = f"/workshops/{brainstorm.code}"
    facilitator.post(f"{address}/boards/{board}", data={"locked": "1"})
    facilitator.post(f"{address}/minutes", data={"minutes": "5"})
    assert brainstorm.boards()[0]["locked"]
    assert brainstorm.boards()[0]["extra"] == 5
    for _ in range(2):
        act = re.search(r'name="act" value="(\d+)"', facilitator.get(address).text)[1]
        assert "said=undone" in facilitator.post(f"{address}/undoing", data={"act": act}).headers["Location"]
    assert not brainstorm.boards()[0]["locked"]
    assert brainstorm.boards()[0]["extra"] == 0
    assert "not-undone" in facilitator.post(f"{address}/undoing", data={"act": act}).headers["Location"]


@pytest.mark.parametrize("typed", ["2", "", "1000", "-1; DROP", "五"])
def test_other_minutes_than_the_buttons_have_are_not_understood(facilitator, brainstorm, typed):
    assert facilitator.post(f"/workshops/{brainstorm.code}/minutes", data={"minutes": typed}).status_code == 400


def test_a_timer_does_not_care_about_the_clock_on_the_wall(brainstorm, kit, monkeypatch):
    before = timer.left(brainstorm.boards()[0])
    for moved in (-3600, 86_400 * 400):
        real = clock.now
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda moved=moved, real=real: real() + clock.timedelta(seconds=moved))
            assert abs(timer.left(brainstorm.boards()[0]) - before) <= 2
    assert before == 600


def test_a_timer_goes_on_by_the_wall_clock_after_the_machine_was_off(brainstorm, monkeypatch):
    board = brainstorm.boards()[0] | {"started_tick": "another-boot 5.0", "started_at": clock.ago(120)}
    assert abs(timer.left(board) - 480) <= 2
    assert timer.left(board | {"started_at": "2099-01-01T00:00:00Z"}) == 600, "a clock that runs backwards takes no time away"


def test_what_was_hidden_until_the_time_is_up_shows_by_itself(workshop, phone, monkeypatch):
    workshop.add("brainstorm", reveal="timer")
    workshop.begin()
    ayse, ben = phone(workshop.code), phone(workshop.code)
    ayse.write("Geheimnis")
    ben.board()
    assert ben.poll().status_code == 204
    now = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: now + 601)
    assert "Geheimnis" in ben.poll().text


def test_the_facilitator_sees_hidden_notes_as_they_come(facilitator, hidden, phone):
    page = facilitator.get(f"/workshops/{hidden.code}").text
    url = re.search(r'hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    phone(hidden.code).write("Geheimnis")
    part = facilitator.get(url, headers={"HX-Request": "true"}).text
    assert "Geheimnis" in part
    assert "1 Person dabei" in part


@pytest.mark.parametrize("kind", ["dotvote", "ranking"])
def test_a_forgotten_reveal_is_seen_and_made_up_for_where_the_notes_are_worked_on(kind, facilitator, workshop, phone, visitor):
    source = workshop.add("brainstorm", reveal="facilitator")
    workshop.add(kind, source_id=source)
    ayse = phone(workshop.begin().code)
    ayse.write("Geheimnis")
    page = workshop.go() and ayse.board()
    wall = f"/workshops/{workshop.code}/beamer"
    for shown in (page, visitor.get(wall).text):
        assert "Die Zettel aus Schritt 1 sind noch verdeckt" in shown
        assert "Hier hängt noch nichts" not in shown
        assert "Geheimnis" not in shown
    desk = facilitator.get(f"/workshops/{workshop.code}").text
    assert "Verdeckt: Das seht nur ihr." in desk
    form = re.search(
        r'<form method="post" action="([^"]+)"><input[^>]*name="revealed" value="1"><button[^>]*id="reveal-source"', desk
    )[1]
    facilitator.post(form, data={"revealed": "1"})
    assert "Es geht weiter" in ayse.poll().text, "her own part is made anew, too"
    assert "Geheimnis" in ayse.board()
    assert "noch verdeckt" not in visitor.get(wall).text
    assert "reveal-source" not in facilitator.get(f"/workshops/{workshop.code}").text


@pytest.mark.parametrize(("said", "look"), [("elsewhere", "warning"), ("not-undone", "warning"), ("undone", "success")])
def test_the_team_sees_at_a_glance_that_nothing_happened(said, look, facilitator, brainstorm):
    page = facilitator.get(f"/workshops/{brainstorm.code}?said={said}").text
    assert f'class="notice {look}" role="status"' in page


def test_the_command_line_lists_workshops(kit, workshop):
    listed = kit.command("workshops list")(kit, lambda *_: None)
    assert listed == [{"code": workshop.code, "title": "Ein Platz zum Bleiben", "state": "prepared"}]


def test_a_strangers_phone_leads_nothing(visitor, brainstorm):
    for address in ("going", "state", "minutes", "undoing", "steps/new"):
        assert visitor.post(f"/workshops/{brainstorm.code}/{address}").status_code == 403
    assert history.last(brainstorm.kit.db.read(), brainstorm.id)["act"] == "go"


def test_a_board_of_another_workshop_cannot_be_turned(facilitator, brainstorm, kit):
    other = kit.db.write(store.create, {"id": ids.new_id(), "title": "Anderer"})
    board = brainstorm.boards()[0]["id"]
    assert facilitator.post(f"/workshops/{other}/boards/{board}", data={"locked": "1"}).status_code == 404
