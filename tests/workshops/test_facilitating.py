"""What facilitators do besides going on: the agenda, switches, moderation, tidying, paper, groups; together, and back again."""

import re
import threading

import pytest

from fieldkit import clock, ids
from fieldkit.workshops import agenda, boards_store, groups_store, notes_store, seats_store, store, votes_store
from tests.workshops.conftest import undo


def steps(workshop):
    return store.agenda(workshop.kit.db.read(), workshop.id)


def notes(workshop, board=""):
    """The notes on the (first) board as the team sees them."""
    board_id = board or workshop.boards()[0]["id"]
    return notes_store.seen(workshop.kit.db.read(), boards_store.board(workshop.kit.db.read(), board_id), "team")


def rows(workshop):
    """Everything of a workshop that undo must bring back."""
    conn = workshop.kit.db.read()
    tables = ("workshop_steps", "boards", "notes", "workshop_groups", "votes")
    seats = [tuple(row) for row in conn.execute("SELECT id, group_id FROM participants ORDER BY id")]
    return {table: sorted(tuple(row) for row in conn.execute(f"SELECT * FROM {table} ORDER BY 1")) for table in tables} | {
        "seats": seats,
        "workshop": store.one(conn, workshop.id),
    }


# the agenda


def test_steps_are_moved_changed_and_taken_out_and_all_of_it_comes_back(facilitator, workshop, desk):
    for kind in ("brainstorm", "poll", "dotvote"):
        workshop.add(kind)
    before, (first, second, third) = rows(workshop), [step["id"] for step in steps(workshop)]
    desk(f"{workshop.code}/steps/{third}/place", to="up")
    assert [step["id"] for step in steps(workshop)] == [first, third, second]
    desk(f"{workshop.code}/steps/{first}/removal")
    assert [(step["id"], step["place"]) for step in steps(workshop)] == [(third, 1), (second, 2)]
    form = {"title": "Anders", "minutes": "20", "question": "Warum?", "votes_each": "5"}
    desk(f"{workshop.code}/steps/{third}", **form)
    assert (steps(workshop)[0]["title"], workshop.boards()[0]["votes_each"]) == ("Anders", 5)
    for _ in range(3):
        assert "said=undone" in undo(facilitator, workshop.code)
    assert rows(workshop) == before


def test_a_step_on_which_something_hangs_stays(workshop, desk, phone):
    workshop.add("brainstorm")
    workshop.add("poll")
    phone(workshop.begin().code).write("Bleibt hier")
    workshop.go()
    first, second = (step["id"] for step in steps(workshop))
    for step in (first, second):
        assert "in-use" in desk(f"{workshop.code}/steps/{step}/removal").headers["Location"]
    assert len(steps(workshop)) == 2
    assert workshop.count("notes") == 1


def test_adding_a_step_cannot_be_undone_once_somebody_wrote_there(facilitator, workshop, desk, phone):
    workshop.add("brainstorm")
    workshop.begin()
    phone(workshop.code).write("Mein Gedanke")
    workshop.kit.db.write(lambda conn: conn.execute("DELETE FROM workshop_history WHERE act <> 'agenda'"))
    assert "in-the-way" in undo(facilitator, workshop.code)
    assert workshop.count("notes") == 1


def test_the_agenda_says_when_each_step_begins_and_how_late_it_is(facilitator, workshop, monkeypatch):
    for kind in ("brainstorm", "poll"):
        workshop.add(kind)
    workshop.begin()
    later = clock.monotonic() + 12 * 60
    monkeypatch.setattr(clock, "monotonic", lambda: later)
    plan = agenda.plan(store.one(workshop.kit.db.read(), workshop.id), steps(workshop))
    assert [slot.state for slot in plan.slots] == ["here", "ahead"]
    assert (plan.over, plan.slots[0].over) == (2, 2)
    assert (plan.slots[1].begins - plan.slots[0].begins).total_seconds() == pytest.approx(720, abs=2)
    assert "2 Minuten später als geplant" in facilitator.get(f"/workshops/{workshop.code}").text


def test_a_clock_that_is_set_during_a_step_does_not_move_the_agenda(workshop, monkeypatch):
    workshop.add("brainstorm")
    workshop.add("poll")
    workshop.begin()
    real = clock.now
    for hours in (-5, 30):
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda hours=hours: real() + clock.timedelta(hours=hours))
            plan = agenda.plan(store.one(workshop.kit.db.read(), workshop.id), steps(workshop))
            assert plan.over == 0
            workshop_over = [slot.over for slot in plan.slots]
        assert workshop_over == [0, 0]


def test_a_step_without_a_board_asks_nobody_to_type(workshop, desk, phone):
    desk(f"{workshop.code}/steps/new", kind="none", title="Pause", minutes="10", id=ids.new_id())
    workshop.add("brainstorm")
    ayse = phone(workshop.begin().code)
    assert "nichts einzutippen" in ayse.board()
    assert ayse.poll().status_code == 204
    workshop.go()
    assert "Es geht weiter" in ayse.poll().text


def test_phones_that_need_not_follow_are_told_so(facilitator, brainstorm, desk, phone):
    ayse = phone(brainstorm.code)
    assert "data-follow" in ayse.board()
    desk(f"{brainstorm.code}/focus", focus="0")
    assert "data-follow" not in ayse.board()
    assert "said=undone" in undo(facilitator, brainstorm.code)
    assert "data-follow" in ayse.board()


# switches


NONSENSE = [
    {"max_length": "0"},
    {"max_length": "-5"},
    {"max_length": "1e9"},
    {"max_notes": "99999999999999999999"},
    {"max_notes": "viele"},
    {"reveal": "irgendwann"},
    {"minutes": "0"},
    {"title": "\x00\x07"},
    {"title": "x" * 500},
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_settings_that_make_no_sense_change_nothing(brainstorm, desk, nonsense):
    before = rows(brainstorm)
    form = {"title": "Sammeln", "minutes": "10", "reveal": "at_once", "max_length": "140", "max_notes": "0"} | nonsense
    answer = desk(f"{brainstorm.code}/steps/{steps(brainstorm)[0]['id']}", **form)
    assert answer.status_code == 422
    assert "Bitte noch einmal ansehen" in answer.text
    assert rows(brainstorm) == before


def test_a_limit_below_what_somebody_gave_is_refused(workshop, desk, phone):
    source = workshop.add("brainstorm")
    workshop.add("dotvote", source_id=source, votes_each=3)
    ayse = phone(workshop.begin().code)
    ayse.write("Bank")
    workshop.go()
    for _ in range(3):
        ayse.dot(notes(workshop, source)[0]["id"])
    form = {"title": "Punkte", "minutes": "5", "source_id": source}
    step = steps(workshop)[1]["id"]
    assert "Weniger geht jetzt nicht mehr" in desk(f"{workshop.code}/steps/{step}", votes_each="2", votes_stack="1", **form).text
    assert desk(f"{workshop.code}/steps/{step}", votes_each="3", **form).status_code == 422, "three on one note are stacked"
    assert desk(f"{workshop.code}/steps/{step}", votes_each="4", votes_stack="1", **form).status_code == 303


def test_answers_cannot_change_their_meaning_after_somebody_voted(workshop, desk, phone):
    answers = [{"key": "a", "label": "Ja, gern"}, {"key": "b", "label": "Lieber nicht"}]
    board = workshop.add("poll", options={"mode": "single", "answers": answers})
    ayse = phone(workshop.begin().code)
    ayse.post(f"{ayse.link}/boards/{board}/choice", data={"answer": "a"})
    form = {"title": "Wollt ihr?", "minutes": "5", "mode": "single"}
    step = steps(workshop)[0]["id"]
    assert "schon abgestimmt" in desk(f"{workshop.code}/steps/{step}", answers="Nein\nJa", **form).text
    assert desk(f"{workshop.code}/steps/{step}", answers="Ja, gern\nLieber nicht", **form).status_code == 303


# approval


def test_what_waits_for_approval_is_seen_by_nobody_until_it_is_approved(facilitator, workshop, desk, phone):
    board = workshop.add("brainstorm", moderated=1)
    ayse, ben = phone(workshop.begin().code), phone(workshop.code)
    ayse.write("Gut gemeint")
    ayse.write("Böse gemeint")
    assert "2 Zettel warten auf eure Freigabe" in facilitator.get(f"/workshops/{workshop.code}").text
    good, bad = notes(workshop)
    desk(f"{workshop.code}/boards/{board}/notes", do=f"approve:{good['id']}")
    desk(f"{workshop.code}/boards/{board}/notes", do=f"reject:{bad['id']}")
    page = ben.board()
    assert "Gut gemeint" in page
    assert "Böse gemeint" not in page
    assert "said=undone" in undo(facilitator, workshop.code)
    assert "Böse gemeint" not in ben.board(), "it waits again"


# tidying


def test_notes_are_merged_grouped_split_starred_moved_and_removed_and_all_of_it_comes_back(facilitator, brainstorm, desk, phone):
    ayse = phone(brainstorm.code)
    for text in ("Bank", "Bänke", "Brunnen"):
        ayse.write(text)
    board = brainstorm.boards()[0]["id"]
    before, (bank, benches, well) = rows(brainstorm), [note["id"] for note in notes(brainstorm)]
    address = f"{brainstorm.code}/boards/{board}/notes"
    desk(address, note=[bank, benches], do="merge")
    assert [(note["text"], [child["text"] for child in note["children"]]) for note in notes(brainstorm)] == [
        ("Bank", ["Bänke"]),
        ("Brunnen", []),
    ]
    desk(address, note=[bank, well], do="group", heading="Ausruhen")
    assert [note["text"] for note in notes(brainstorm)] == ["Ausruhen"]
    assert len(notes(brainstorm)[0]["children"]) == 3
    desk(address, do=f"split:{notes(brainstorm)[0]['id']}")
    assert sorted(note["text"] for note in notes(brainstorm)) == ["Bank", "Brunnen", "Bänke"]
    desk(address, do=f"star:{well}")
    desk(address, do="sort", by="stars")
    assert notes(brainstorm)[0]["text"] == "Brunnen"
    desk(address, do=f"down:{well}")
    assert notes(brainstorm)[1]["text"] == "Brunnen"
    desk(address, do=f"remove:{bank}")
    assert "Bank</p>" in facilitator.get(f"/workshops/{address}").text, "it can be brought back"
    desk(f"{address}/{well}", text="Trinkbrunnen")
    assert {note["text"] for note in notes(brainstorm)} == {"Bänke", "Trinkbrunnen"}
    for _ in range(8):
        assert "said=undone" in undo(facilitator, brainstorm.code)
    assert rows(brainstorm) == before


def two_to_vote_for(workshop, phone):
    """Ayşe wrote two notes, and the group votes on them: board, vote, Ayşe, and the ids of her notes."""
    source = workshop.add("brainstorm")
    voting = workshop.add("dotvote", source_id=source)
    ayse = phone(workshop.begin().code)
    ayse.write("Bank")
    ayse.write("Bänke")
    bank, benches = (note["id"] for note in notes(workshop, source))
    workshop.go()
    return source, voting, ayse, bank, benches


def test_dots_of_a_merged_note_count_for_the_one_it_was_merged_into(workshop, desk, phone):
    source, voting, ayse, bank, benches = two_to_vote_for(workshop, phone)
    ayse.dot(bank)
    ayse.dot(benches)
    desk(f"{workshop.code}/boards/{source}/notes", note=[bank, benches], do="merge")
    assert {target: tally.votes for target, tally in votes_store.tallies(workshop.kit.db.read(), voting).items()} == {bank: 2}


def test_a_note_taken_down_while_others_vote_frees_their_dots(facilitator, workshop, desk, phone):
    source = workshop.add("brainstorm")
    voting = workshop.add("dotvote", source_id=source, votes_each=1)
    ayse, ben = phone(workshop.begin().code), phone(workshop.code)
    ayse.write("Bank")
    ayse.write("Brunnen")
    bank, well = (note["id"] for note in notes(workshop, source))
    workshop.go()
    ayse.dot(bank)
    ben.board()
    desk(f"{workshop.code}/boards/{source}/notes", do=f"remove:{bank}")
    assert "Punkt ist noch frei" in ben.dot(bank).text
    assert "Dein Punkt ist da" in ayse.dot(well).text
    undo(facilitator, workshop.code)
    given = workshop.kit.db.read().execute("SELECT count(*) FROM votes WHERE board_id = ?", [voting]).fetchone()[0]
    assert given == 1, "who spent the dot again has one, not two"


@pytest.mark.parametrize("act", ["merge", "group"])
def test_what_hung_on_a_note_that_is_taken_down_stands_for_itself_until_it_hangs_again(facilitator, workshop, desk, phone, act):
    source, voting, ayse, bank, benches = two_to_vote_for(workshop, phone)
    ayse.dot(benches)
    address = f"{workshop.code}/boards/{source}/notes"
    desk(address, note=[bank, benches], do=act, heading="Sitzen")
    top = notes(workshop, source)[0]["id"]
    before = rows(workshop)
    desk(address, do=f"remove:{top}")
    assert "Dein Punkt ist da" in ayse.dot(benches).text
    counted = {target: tally.votes for target, tally in votes_store.tallies(workshop.kit.db.read(), voting).items()}
    assert counted == {benches: 2}
    undo(facilitator, workshop.code)
    assert {table: rows(workshop)[table] for table in ("notes", "boards")} == {
        table: before[table] for table in ("notes", "boards")
    }
    counted = {target: tally.votes for target, tally in votes_store.tallies(workshop.kit.db.read(), voting).items()}
    assert counted == {top: 2}


def test_while_votes_are_secret_no_order_and_no_file_tells_who_leads(facilitator, workshop, desk, phone):
    source = workshop.add("brainstorm")
    voting = workshop.add("dotvote", source_id=source, votes_hidden=1)
    ayse = phone(workshop.begin().code)
    ayse.write("Bank")
    ayse.write("Brunnen")
    bank, well = (note["id"] for note in notes(workshop, source))
    workshop.go()
    ayse.dot(well)
    address = f"{workshop.code}/boards/{voting}/notes"
    answer = desk(address, do="sort", by="votes").headers["Location"]
    assert "Die Punkte sind noch geheim" in facilitator.get(answer.split("#")[0]).text
    assert [note["id"] for note in notes(workshop, voting)] == [bank, well]
    told = facilitator.get(f"/workshops/{workshop.code}/result.json").json["steps"][1]["boards"][0]
    assert told["rows"] == [["Bank", 0, 0], ["Brunnen", 0, 0]]
    workshop.turn(voting, locked=1)
    desk(address, do="sort", by="votes")
    assert [note["id"] for note in notes(workshop, voting)] == [well, bank]


def test_a_note_taken_down_where_it_is_worked_on_can_be_brought_back_there(facilitator, workshop, desk, phone):
    source = workshop.add("brainstorm")
    voting = workshop.add("dotvote", source_id=source)
    phone(workshop.begin().code).write("Bank")
    bank = notes(workshop, source)[0]["id"]
    workshop.go()
    address = f"{workshop.code}/boards/{voting}/notes"
    page = facilitator.get(desk(address, do=f"remove:{bank}").headers["Location"].split("#")[0]).text
    assert f'value="back:{bank}"' in page
    desk(address, do=f"back:{bank}")
    assert [note["text"] for note in notes(workshop, voting)] == ["Bank"]


def test_a_heading_taken_down_can_be_brought_back_and_gathers_its_notes_again(facilitator, brainstorm, desk, phone):
    ayse = phone(brainstorm.code)
    ayse.write("Bank")
    ayse.write("Bänke")
    address = f"{brainstorm.code}/boards/{brainstorm.boards()[0]['id']}/notes"
    desk(address, note=[note["id"] for note in notes(brainstorm)], do="group", heading="Sitzen")
    heading = notes(brainstorm)[0]["id"]
    desk(address, do=f"remove:{heading}")
    assert [note["text"] for note in notes(brainstorm)] == ["Bank", "Bänke"]
    desk(address, do=f"back:{heading}")
    assert [(note["text"], len(note["children"])) for note in notes(brainstorm)] == [("Sitzen", 2)]
    desk(address, do=f"split:{heading}")
    assert f"back:{heading}" not in facilitator.get(f"/workshops/{address}").text, "nothing would gather under it"


def test_a_note_its_author_withdraws_while_the_team_tidies_is_gone(facilitator, brainstorm, desk, phone):
    ayse = phone(brainstorm.code)
    ayse.write("Doch nicht")
    ayse.write("Bleibt")
    gone, stays = (note["id"] for note in notes(brainstorm))
    board = brainstorm.boards()[0]["id"]
    ayse.post(f"{ayse.link}/notes/{gone}/withdrawal")
    answer = desk(f"{brainstorm.code}/boards/{board}/notes", note=[gone, stays], do="merge")
    assert "said=none" in answer.headers["Location"]
    assert "said=gone" in facilitator.get(f"/workshops/{brainstorm.code}/boards/{board}/notes/{gone}").headers["Location"]
    assert [note["text"] for note in notes(brainstorm)] == ["Bleibt"]


def test_two_facilitators_who_merge_at_once_lose_no_note(facilitator, brainstorm, phone):
    ayse = phone(brainstorm.code)
    for n in range(6):
        ayse.write(f"Zettel {n}")
    found = [note["id"] for note in notes(brainstorm)]
    board = brainstorm.boards()[0]["id"]
    ways = [found, found[::-1], found[2:4], [found[5], found[0]]]
    address = f"/workshops/{brainstorm.code}/boards/{board}/notes"
    presses = [
        threading.Thread(target=lambda way=way: facilitator.post(address, data={"note": way, "do": "merge"})) for way in ways
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    seen = [one["id"] for note in notes(brainstorm) for one in (note, *note["children"])]
    assert sorted(seen) == sorted(found)


def test_notes_of_another_workshop_cannot_be_tidied(facilitator, brainstorm, kit, desk):
    other = kit.db.write(store.create, {"id": ids.new_id(), "title": "Anderer"})
    board = brainstorm.boards()[0]["id"]
    for path in (f"{other}/boards/{board}/notes", f"{other}/boards/{board}/paper"):
        assert desk(path, do="sort").status_code == 404
    assert desk(f"{brainstorm.code}/boards/{board}/notes", do="explode").status_code == 400


def test_the_list_says_that_it_is_old_and_stays_as_it_is(facilitator, brainstorm, phone):
    address = f"/workshops/{brainstorm.code}/boards/{brainstorm.boards()[0]['id']}/notes"
    asks = re.search(r'hx-get="([^"]+)"', facilitator.get(address).text)[1].replace("&amp;", "&")
    assert facilitator.get(asks, headers={"HX-Request": "true"}).status_code == 204
    phone(brainstorm.code).write("Neu")
    part = facilitator.get(asks, headers={"HX-Request": "true"}).text
    assert "Liste neu laden" in part
    assert "Neu</p>" not in part


# paper


def test_notes_from_paper_come_many_at_once_and_are_marked(facilitator, brainstorm, desk, phone):
    board, entry = brainstorm.boards()[0]["id"], ids.new_id()
    address = f"{brainstorm.code}/boards/{board}/paper"
    for _ in range(2):
        desk(address, id=entry, notes="Bank\n\n  Brunnen \nLicht")
    assert [(note["text"], note["channel"]) for note in notes(brainstorm)] == [(t, "paper") for t in ("Bank", "Brunnen", "Licht")]
    assert "auf Papier" in phone(brainstorm.code).board()
    assert "said=undone" in undo(facilitator, brainstorm.code)
    assert notes(brainstorm) == []


def test_votes_from_paper_count_with_those_of_phones(facilitator, workshop, desk, phone):
    source = workshop.add("brainstorm")
    voting = workshop.add("dotvote", source_id=source)
    ayse = phone(workshop.begin().code)
    ayse.write("Bank")
    ayse.write("Brunnen")
    bank, well = (note["id"] for note in notes(workshop, source))
    workshop.go()
    ayse.dot(bank)
    entry = ids.new_id()
    for _ in range(2):
        desk(f"{workshop.code}/boards/{voting}/paper", id=entry, **{f"n-{bank}-1": "4", f"n-{well}-1": "2"})
    tallies = votes_store.tallies(workshop.kit.db.read(), voting)
    assert [(tallies[rid].votes, tallies[rid].paper_votes) for rid in (bank, well)] == [(5, 4), (2, 2)]
    undo(facilitator, workshop.code)
    tallies = votes_store.tallies(workshop.kit.db.read(), voting)
    assert [tallies[rid].votes for rid in (bank, well)] == [1, 0]


@pytest.mark.parametrize("typed", ["-1", "501", "viele", "1.5", "٣٣٣٣"])
def test_votes_from_paper_that_cannot_be_are_refused(workshop, desk, typed):
    board = workshop.add("poll", options={"mode": "yesno"})
    workshop.begin()
    answer = desk(f"{workshop.code}/boards/{board}/paper", **{"n-yes-1": typed, "n-no-1": "7"})
    assert answer.status_code == 422
    assert 'value="7"' in answer.text, "what was typed stays"
    assert workshop.count("votes") == 0


def test_a_stack_of_paper_that_is_too_high_is_refused_with_its_words(brainstorm, desk):
    address = f"{brainstorm.code}/boards/{brainstorm.boards()[0]['id']}/paper"
    assert "51 Zettel, 50 gehen" in desk(address, notes="\n".join(f"Z{n}" for n in range(51))).text
    assert "Zu lang ist" in desk(address, notes="x" * 141).text
    assert "said=nothing" in desk(address, notes="\n \n").headers["Location"]
    assert notes(brainstorm) == []


# groups


def groups(workshop):
    return groups_store.apart(workshop.kit.db.read(), steps(workshop)[0]["id"])


def test_a_draw_seats_everybody_evenly_and_groups_see_only_their_own(brainstorm, desk, phone):
    phones = [phone(brainstorm.code) for _ in range(7)]
    desk(f"{brainstorm.code}/groups", id=ids.new_id(), number="3", how="draw")
    seats = [one["group_id"] for one in seats_store.everybody(brainstorm.kit.db.read(), brainstorm.id)]
    assert sorted(seats.count(group["id"]) for group in groups(brainstorm)) == [2, 2, 3]
    for n, one in enumerate(phones):
        one.write(f"Gedanke {n}")
    for n, one in enumerate(phones):
        page = one.board()
        others = {m for m in range(7) if f"Gedanke {m}" in page}
        assert others == {m for m in range(7) if seats[m] == seats[n]}


def test_what_groups_made_comes_together_and_apart_again(facilitator, brainstorm, desk, phone):
    phones = [phone(brainstorm.code) for _ in range(4)]
    desk(f"{brainstorm.code}/groups", id=ids.new_id(), number="2", how="draw", names="Bank\nBaum")
    for n, one in enumerate(phones):
        one.write(f"Gedanke {n}")
    apart = rows(brainstorm)
    desk(f"{brainstorm.code}/together")
    page = phones[0].board()
    assert all(f"Gedanke {n}" in page for n in range(4))
    assert groups(brainstorm) == []
    undo(facilitator, brainstorm.code)
    assert rows(brainstorm) == apart


def test_paper_of_a_group_hangs_where_the_group_works(facilitator, brainstorm, desk, phone):
    ayse = phone(brainstorm.code)
    desk(f"{brainstorm.code}/groups", id=ids.new_id(), number="2", how="choose", names="Bank\nBaum")
    ayse.post(f"{ayse.link}/group", data={"group": groups(brainstorm)[1]["id"]})
    page = facilitator.get(f"/workshops/{brainstorm.code}/boards/{brainstorm.boards()[0]['id']}/paper").text
    links = dict(re.findall(r'href="([^"]+/paper)"[^>]*><bdi>(Bank|Baum)<', page))
    for link, name in links.items():
        path = link.removeprefix("/workshops/")
        assert re.search(rf'aria-current="page"><bdi>{name}<', facilitator.get(link).text)
        desk(path, id=ids.new_id(), notes=f"Vom Tisch {name}")
    assert "Vom Tisch Baum" in ayse.board()
    assert "Vom Tisch Bank" not in ayse.board()
    desk(f"{brainstorm.code}/together")
    assert "Vom Tisch Bank" in ayse.board()
    assert "Von welcher Gruppe" not in facilitator.get(f"/workshops/{path}").text


def test_people_choose_a_group_themselves(brainstorm, desk, phone):
    ayse, late = phone(brainstorm.code), phone(brainstorm.code)
    ayse.board()
    desk(f"{brainstorm.code}/groups", id=ids.new_id(), number="2", how="choose")
    assert "Es geht weiter" in ayse.poll().text
    assert "In welche Gruppe gehst du?" in ayse.board()
    bench, tree = groups(brainstorm)
    ayse.post(f"{ayse.link}/group", data={"group": bench["id"]})
    ayse.write("Auf der Bank")
    late.post(f"{late.link}/group", data={"group": tree["id"]})
    assert "Auf der Bank" not in late.board()
    outside = phone(brainstorm.code)
    assert "Auf der Bank" not in outside.board(), "who is in no group yet does not look into one"
    late.post(f"{late.link}/group", data={"group": "gibt-es-nicht"})
    assert "Gruppe 2" in late.board()


def test_a_form_for_groups_sent_twice_makes_them_once(brainstorm, desk):
    form = {"id": ids.new_id(), "number": "3", "how": "draw"}
    for _ in range(2):
        desk(f"{brainstorm.code}/groups", **form)
    assert len(groups(brainstorm)) == 3


@pytest.mark.parametrize("nonsense", [{"number": "1"}, {"number": "13"}, {"number": "x"}, {"how": "würfeln"}, {"how": ""}])
def test_groups_that_cannot_be_are_refused(brainstorm, desk, nonsense):
    answer = desk(f"{brainstorm.code}/groups", **({"id": ids.new_id(), "number": "3", "how": "draw"} | nonsense))
    assert answer.status_code == 422
    assert groups(brainstorm) == []


def test_dots_given_in_a_group_count_against_the_same_limit(workshop, desk, phone):
    source = workshop.add("brainstorm")
    workshop.add("dotvote", source_id=source, votes_each=2)
    ayse = phone(workshop.begin().code)
    ayse.write("Bank")
    workshop.go()
    note = notes(workshop, source)[0]["id"]
    ayse.dot(note)
    desk(f"{workshop.code}/groups", id=ids.new_id(), number="2", how="draw")
    ayse.dot(note)
    assert "alle Punkte vergeben" in ayse.dot(note).text
    desk(f"{workshop.code}/together")
    assert "alle Punkte vergeben" in ayse.dot(note).text
    assert workshop.count("votes") == 2


# where people find it


def test_visitors_find_an_open_workshop_in_the_menu_and_on_the_front_page(visitor, workshop):
    assert "/join" not in visitor.get("/").text
    workshop.kit.db.write(store.open_workshop, workshop.id)
    assert "Bei einem Workshop mitmachen" in visitor.get("/").text
    assert 'href="/join"' in visitor.get("/methods").text
    workshop.kit.db.write(store.close, workshop.id)
    assert 'href="/join"' not in visitor.get("/methods").text


def test_the_overview_of_the_desk_shows_open_workshops(facilitator, brainstorm):
    page = facilitator.get("/desk").text
    assert "Ein Platz zum Bleiben" in page
    assert brainstorm.code in page


def test_the_slip_for_the_wall_has_code_address_and_two_codes_to_scan(facilitator, workshop):
    page = facilitator.get(f"/workshops/{workshop.code}/slip").text
    assert workshop.code in page
    assert page.count('class="qr"') == 2
    assert "/join" in page


def test_a_strangers_phone_opens_no_page_of_the_team(visitor, brainstorm):
    board, step = brainstorm.boards()[0]["id"], steps(brainstorm)[0]["id"]
    for path in (f"boards/{board}/notes", f"boards/{board}/paper", "people", "steps", f"steps/{step}", "slip", "facts"):
        assert visitor.get(f"/workshops/{brainstorm.code}/{path}").status_code == 303, path
    for path in (f"boards/{board}/notes", f"boards/{board}/paper", "groups", "together", "seats", "people", "focus"):
        assert visitor.post(f"/workshops/{brainstorm.code}/{path}").status_code == 403, path


def test_a_round_begun_too_early_is_taken_back_with_its_time(facilitator, workshop, desk, phone):
    board = workshop.add("onetwofour", reveal="at_once")
    ayse = phone(workshop.begin().code)
    assert 'value="two"' in facilitator.get(f"/workshops/{workshop.code}").text
    before = rows(workshop)
    assert "Schreib für dich" in ayse.board()
    desk(f"{workshop.code}/boards/{board}/stage", expected="", stage="two")
    assert "worin ihr euch einig seid" in ayse.poll().text
    assert "said=undone" in undo(facilitator, workshop.code)
    assert rows(workshop) == before
    assert "Schreib für dich" in ayse.board()
