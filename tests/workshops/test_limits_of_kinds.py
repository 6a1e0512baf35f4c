"""Limits that one kind of board has and no phone gets beyond, however fast it taps; and what is special about single kinds."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from fieldkit import ids
from fieldkit.boards import KINDS, worldcafe
from fieldkit.boards.leancoffee import COLLECT, VOTE, talk
from fieldkit.workshops import boards_store, notes_store, seats_store, stages_store, standing, store, votes_store
from tests.workshops.boards import OPTIONS


def begin(workshop, phone, kind, **board):
    """A board of a kind that has begun, and somebody with its address."""
    workshop.board = workshop.add(kind, **{"options": OPTIONS[kind], "votes_hidden": 0, "reveal": "at_once", **board})
    ayse = phone(workshop.begin().code)
    ayse.choice, ayse.notes = (f"{ayse.link}/boards/{workshop.board}/{what}" for what in ("choice", "notes"))
    return ayse


def chosen(workshop):
    conn = workshop.kit.db.read()
    return votes_store.chosen(conn, workshop.board, seats_store.everybody(conn, workshop.id)[0]["id"])


def result(workshop):
    conn = workshop.kit.db.read()
    return standing.content(conn, boards_store.board(conn, workshop.board))["result"]


def test_nobody_gives_away_more_than_they_have(workshop, phone):
    ayse = begin(workshop, phone, "budget")
    answer = ayse.post(ayse.choice, data={"amount-a": "60", "amount-b": "41"})
    assert answer.status_code == 422
    assert "zusammen 101" in answer.text
    assert 'value="60"' in answer.text
    assert chosen(workshop) == {}


def test_however_fast_somebody_sends_they_never_give_more_than_they_have(workshop, phone):
    ayse = begin(workshop, phone, "budget")
    splits = [{"amount-a": str(n), "amount-b": str(100 - n)} for n in range(0, 100, 5)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda form: ayse.post(ayse.choice, data=form), splits))
    assert sum(chosen(workshop).values()) == 100
    assert sum(row["bar"] for row in result(workshop)["rows"]) == 100


def test_a_smaller_sum_holds_inside_the_write_for_forms_sent_before(workshop, phone, kit):
    begin(workshop, phone, "budget", options=OPTIONS["budget"] | {"total": 50})
    who = seats_store.everybody(kit.db.read(), workshop.id)[0]
    for values in ({"a": 60}, {"a": 60, "b": -20}):
        with pytest.raises(votes_store.TooMuch):
            kit.db.write(votes_store.choose, workshop.board, who, values)


def test_three_taps_make_a_ranking_and_a_fourth_changes_it(workshop, phone):
    ayse = begin(workshop, phone, "ranking")
    for order, tap in (("", "b"), ("b", "a"), ("b a", "c")):
        ayse.post(ayse.choice, data={"order": order, "tap": tap})
    assert chosen(workshop) == {"b": 1, "a": 2, "c": 3}
    ayse.post(ayse.choice, data={"order": "b a c", "tap": "b"})
    assert chosen(workshop) == {"a": 1, "c": 2}
    assert [row["cells"][0] for row in result(workshop)["rows"]] == [3, 0, 2]


def test_however_fast_somebody_taps_every_place_is_given_once(workshop, phone):
    ayse = begin(workshop, phone, "ranking", options=OPTIONS["ranking"] | {"places": 2})
    taps = [{"order": order, "tap": tap} for order in ("", "a", "b", "a b", "c a b", "a a a", "z") for tap in "abc"]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda form: ayse.post(ayse.choice, data=form), taps))
    ranks = sorted(chosen(workshop).values())
    assert ranks == list(range(1, len(ranks) + 1))
    assert len(ranks) <= 2


def test_a_note_that_is_removed_takes_its_rank_with_it(workshop, phone, kit):
    source = workshop.add("brainstorm")
    note = ids.new_id()
    kit.db.write(notes_store.leave, source, None, {"id": note, "text": "Bänke"})
    ayse = begin(workshop, phone, "ranking", source_id=source, options={"answers": [], "places": 3})
    ayse.post(ayse.choice, data={"order": "", "tap": note})
    assert chosen(workshop) == {note: 1}
    kit.db.write(notes_store.change, note, {"state": "removed"})
    assert result(workshop)["rows"] == []
    with pytest.raises(votes_store.NotHere):
        kit.db.write(votes_store.choose, workshop.board, seats_store.everybody(kit.db.read(), workshop.id)[0], {note: 1})


def test_the_lowest_resistance_carries_and_nothing_is_always_an_option(workshop, phone):
    ayse = begin(workshop, phone, "consensing")
    assert "Bitte für jede Zeile" in ayse.post(ayse.choice, data={"grade-a": "3"}).text
    ben = phone(workshop.code)
    for one, a, b in ((ayse, 0, 3), (ben, 9, 4)):
        grades = {"grade-a": a, "grade-b": b, "grade-c": 10, "grade-stays": 8}
        one.post(f"{one.link}/boards/{workshop.board}/choice", data=grades)
    workshop.turn(workshop.board, locked=1)
    rows = result(workshop)["rows"]
    assert [(row["label"], row["cells"][0]) for row in rows][0] == ("Ein Trinkbrunnen", 7)
    assert [bool(row["note"]) for row in rows] == [True, False, False, False]
    assert "Es bleibt, wie es ist" in [row["label"] for row in rows]


@pytest.mark.parametrize("kind", ["scale", "consensing"])
@pytest.mark.parametrize("grade", ["11", "-1", "6.5", "1000000000000"])
def test_a_grade_beyond_the_scale_counts_nothing(workshop, phone, kind, grade):
    ayse = begin(workshop, phone, kind)
    answer = ayse.post(ayse.choice, data=dict.fromkeys(("grade-a", "grade-b", "grade-c", "grade-stays"), grade))
    assert answer.status_code == 422
    assert chosen(workshop) == {}


def test_two_who_continue_the_same_note_at_once_do_not_split_the_chain(workshop, phone):
    ayse = begin(workshop, phone, "chain")
    ayse.post(ayse.notes, data={"text": "Der Platz ist leer"})
    first = result(workshop)["chains"][0]["links"][0]["id"]
    forms = [{"text": f"weil {n}", "parent_id": first} for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        codes = [answer.status_code for answer in pool.map(lambda form: ayse.post(ayse.notes, data=form), forms)]
    assert sorted(codes) == [303] + [409] * 7
    assert [len(chain["links"]) for chain in result(workshop)["chains"]] == [2]


def test_a_chain_ends_when_it_is_long_enough(workshop, phone):
    ayse = begin(workshop, phone, "chain", options={"mode": "why", "steps": 3})
    for n in range(5):
        chains = result(workshop)["chains"]
        end = chains[0]["links"][-1]["id"] if chains else ""
        ayse.post(ayse.notes, data={"text": f"Glied {n}", "parent_id": end})
    assert [len(chain["links"]) for chain in result(workshop)["chains"]] == [3]


def test_a_note_cannot_be_laid_to_one_that_is_hidden_or_of_another_board(workshop, phone, kit):
    other = workshop.add("brainstorm", reveal="facilitator")
    stranger = ids.new_id()
    kit.db.write(notes_store.leave, other, None, {"id": stranger, "text": "verdeckt"})
    workshop.board = workshop.add("chain", options=OPTIONS["chain"])
    ayse = phone(workshop.begin().code)
    for wrong in (stranger, "gibtsnicht"):
        answer = ayse.post(f"{ayse.link}/boards/{workshop.board}/notes", data={"text": "weil", "parent_id": wrong})
        assert answer.status_code == 409
        assert "weil" in answer.text


def stage(kit, workshop, to, expected=None):
    now = boards_store.board(kit.db.read(), workshop.board)["options"].get("stage", "")
    kit.db.write(stages_store.move, workshop.board, now if expected is None else expected, to)


def test_lean_coffee_collects_then_votes_then_asks_whether_to_go_on(workshop, phone, kit):
    ayse = begin(workshop, phone, "leancoffee", votes_each=2)
    ayse.post(ayse.notes, data={"text": "Bänke"})
    topic = kit.db.read().execute("SELECT id FROM notes").fetchone()[0]
    stage(kit, workshop, VOTE)
    assert ayse.post(ayse.notes, data={"text": "zu spät"}).status_code == 409
    ayse.dot(topic)
    stage(kit, workshop, talk(topic))
    for answer in ("1", "0", "0"):
        ayse.post(ayse.choice, data={"answer": answer})
    found = result(workshop)
    assert [row["votes"] for row in found["go_on"]] == [0, 1]
    assert found["rows"][0]["votes"] == 1, "whoever wants to go on keeps their dots"
    assert standing.look(kit.db.read, workshop.id).left in range(295, 301)
    stage(kit, workshop, talk(topic, 2))
    assert [row["votes"] for row in result(workshop)["go_on"]] == [0, 0]


def test_two_who_lead_press_at_once_and_the_board_moves_once(workshop, phone, kit):
    begin(workshop, phone, "leancoffee")
    stage(kit, workshop, VOTE, expected="")
    with pytest.raises(store.Elsewhere):
        stage(kit, workshop, COLLECT, expected="")
    with pytest.raises(store.Elsewhere):
        stage(kit, workshop, "talk:gibtsnicht:1")


def test_whoever_leads_moves_the_board_on_with_a_button(workshop, phone, kit, facilitator):
    ayse = begin(workshop, phone, "onetwofour")
    assert 'value="two"' in facilitator.get(f"/workshops/{workshop.code}").text
    ayse.board()
    address = f"/workshops/{workshop.code}/boards/{workshop.board}/stage"
    assert facilitator.post(address, data={"expected": "", "stage": "two"}).status_code == 303
    assert "worin ihr euch einig seid" in ayse.poll().text
    ayse.post(ayse.notes, data={"text": "zu zweit gedacht"})
    assert kit.db.read().execute("SELECT field FROM notes").fetchone()[0] == "two"
    assert (
        "schon jemand schneller" in facilitator.post(address, data={"expected": "", "stage": "all"}, follow_redirects=True).text
    )


def test_at_a_world_cafe_everybody_comes_to_every_table_and_tables_stay_even():
    for tables in range(2, 13):
        for number in range(1, 61):
            seats = [worldcafe.table_of(number, round_, tables) for round_ in range(1, tables + 1)]
            assert len(set(seats)) == tables
        full = [worldcafe.table_of(number, 2, tables) for number in range(1, tables * 5 + 1)]
        assert {full.count(table) for table in range(tables)} == {5}


def test_at_a_world_cafe_people_meet_others_in_the_next_round():
    here = [number for number in range(1, 31) if worldcafe.table_of(number, 1, 5) == 0]
    assert len({worldcafe.table_of(number, 2, 5) for number in here}) > 2


def test_a_note_of_a_world_cafe_knows_its_table_and_round(workshop, phone, kit):
    ayse = begin(workshop, phone, "worldcafe")
    stage(kit, workshop, "2")
    page = ayse.board()
    assert page.count(" checked") == 1, "the table somebody goes to is chosen already"
    ayse.post(ayse.notes, data={"text": "ein Dach", "field": "b"})
    assert result(workshop)["table"]["rows"] == [["Was stört?", 2, "ein Dach"]]


def test_a_note_lies_where_it_was_put_in_the_matrix(workshop, phone):
    ayse = begin(workshop, phone, "matrix")
    for x, y in (("0", "100"), ("100", "0"), ("100", "0")):
        ayse.post(ayse.notes, data={"text": f"{x} {y}", "x": x, "y": y})
    rows = result(workshop)["rows"]
    assert [row["where"] for row in rows] == ["Kosten: billig, Wirkung: groß", *["Kosten: teuer, Wirkung: gering"] * 2]
    assert rows[0]["cx"] < 50 < 350 < rows[1]["cx"]
    assert len({(row["cx"], row["cy"]) for row in rows}) == 3, "none covers another"


def test_yes_or_no_is_a_poll(workshop, phone):
    ayse = begin(workshop, phone, "poll", options={"mode": "yesno", "answers": []})
    ayse.post(ayse.choice, data={"answer": "no"})
    assert chosen(workshop) == {"no": 1}
    assert [row["label"] for row in result(workshop)["rows"]] == ["Ja", "Nein"]


def test_several_answers_are_a_poll_and_replace_each_other_as_a_whole(workshop, phone):
    ayse = begin(workshop, phone, "poll", options=OPTIONS["poll"] | {"mode": "multiple"})
    ayse.post(ayse.choice, data={"answer": ["a", "b"]})
    ayse.post(ayse.choice, data={"answer": "b"})
    assert chosen(workshop) == {"b": 1}


def test_every_canvas_is_whole_and_fits_a_note():
    from fieldkit.boards.canvases import CANVASES

    for canvas in CANVASES.values():
        keys = [key for key, _label, _question in canvas["fields"]]
        assert len(set(keys)) == len(keys) >= 4
        assert all(label and question for _key, label, question in canvas["fields"])
    assert set(CANVASES) == {"empathy", "test", "persona", "mvp", "participation"}
    assert len(CANVASES["participation"]["fields"]) == 15
    assert KINDS["canvas"].typed({"canvas": "mvp"})["canvas"] == "mvp"
