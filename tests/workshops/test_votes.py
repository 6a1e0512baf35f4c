"""Votes: never one too many, never one for a note that is not there, and only numbers travel."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from fieldkit import ids
from fieldkit.workshops import boards_store, history, notes_store, store, votes_store


@pytest.fixture
def vote(workshop, phone, kit):
    """Three notes of a brainstorm to vote on; the vote is under way."""
    first = workshop.add("brainstorm")
    board = workshop.add("dotvote", source_id=first, votes_each=3)
    writer = phone(workshop.begin().code)
    for text in ("Bänke", "Brunnen", "Licht"):
        writer.write(text)
    workshop.go()
    workshop.board = board
    workshop.notes = [row[0] for row in kit.db.read().execute("SELECT id FROM notes ORDER BY rowid")]
    return workshop


def totals(workshop):
    tallies = votes_store.tallies(workshop.kit.db.read(), workshop.board)
    return [tallies[note].votes if note in tallies else 0 for note in workshop.notes]


def test_dots_are_counted_where_they_were_given(vote, phone):
    ayse, ben = phone(vote.code), phone(vote.code)
    ayse.dot(vote.notes[0])
    ayse.dot(vote.notes[0])
    assert "Dein Punkt ist da" in ben.dot(vote.notes[1]).text
    assert totals(vote) == [2, 1, 0]


def test_the_same_tap_twice_is_one_dot(vote, phone):
    ayse = phone(vote.code)
    form = {"note": vote.notes[0], "have": "0"}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ayse.post(f"{ayse.link}/boards/{vote.board}/dots", data=form), range(16)))
    assert totals(vote) == [1, 0, 0]


def test_nobody_gets_beyond_the_limit_however_fast_they_tap(vote, phone):
    ayse = phone(vote.code)
    taps = [{"note": note, "have": str(have)} for note in vote.notes for have in range(10)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda form: ayse.post(f"{ayse.link}/boards/{vote.board}/dots", data=form), taps))
    assert sum(totals(vote)) == 3
    assert "alle Punkte vergeben" in ayse.dot(vote.notes[0]).text or sum(totals(vote)) == 3


def test_one_dot_a_note_where_the_board_says_so(vote, phone):
    vote.turn(vote.board, votes_stack=0)
    ayse = phone(vote.code)
    ayse.dot(vote.notes[0])
    ayse.dot(vote.notes[0])
    assert totals(vote) == [1, 0, 0]


def test_dots_can_be_taken_back_and_given_again(vote, phone):
    ayse = phone(vote.code)
    for _ in range(3):
        ayse.dot(vote.notes[0])
    ayse.post(f"{ayse.link}/boards/{vote.board}/dots", data={"back": vote.notes[0], "have": "3"})
    ayse.dot(vote.notes[2])
    assert totals(vote) == [0, 0, 1]


def test_a_note_of_another_board_gets_no_dot(vote, phone, kit):
    other = vote.add("brainstorm")
    note = ids.new_id()
    kit.db.write(notes_store.leave, other, None, {"id": note, "text": "woanders"})
    ayse = phone(vote.code)
    for wrong in (note, "gibtsnicht", ""):
        assert "Diesen Zettel gibt es nicht mehr" in ayse.dot(wrong).text
    assert kit.db.read().execute("SELECT count(*) FROM votes").fetchone()[0] == 0


@pytest.mark.parametrize("verb", [store.close, store.end])
def test_after_the_end_nobody_votes(vote, phone, kit, verb):
    ayse = phone(vote.code)
    kit.db.write(verb, vote.id)
    answer = ayse.post(f"{ayse.link}/boards/{vote.board}/dots", data={"note": vote.notes[0], "have": "0"}, follow_redirects=True)
    assert answer.status_code in (200, 410)
    assert totals(vote) == [0, 0, 0]


def test_a_vote_for_a_step_the_group_has_left_is_refused_kindly(vote, phone):
    poll = vote.add("poll", options={"mode": "yesno"})
    ayse = phone(vote.code)
    ayse.dot(vote.notes[0])
    page = ayse.board()
    dots = re.search(r'action="([^"]+/dots)"', page)[1]
    vote.go()
    for data in ({"note": vote.notes[1], "have": "1"}, {"back": vote.notes[0]}):
        assert "schon weiter" in ayse.post(dots, data=data, follow_redirects=True).text
    assert totals(vote) == [1, 0, 0]
    answers = f"{ayse.link}/boards/{poll}/choice"
    assert "deine Antwort ist da" in ayse.post(answers, data={"answer": "yes"}, follow_redirects=True).text
    vote.add("brainstorm")
    vote.go()
    assert "schon weiter" in ayse.post(answers, data={"answer": "no"}, follow_redirects=True).text
    assert votes_store.tallies(vote.kit.db.read(), poll)["yes"].votes == 1


def test_a_note_removed_while_others_vote_on_it_gives_the_dots_back(vote, phone, kit):
    ayse = phone(vote.code)
    for _ in range(3):
        ayse.dot(vote.notes[0])
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(ayse.dot, vote.notes[1]) for _ in range(4)]
        jobs.append(pool.submit(kit.db.write, notes_store.change, vote.notes[0], {"state": "removed"}))
        assert all(job.result() is None or job.result().status_code == 200 for job in jobs)
    ayse.dot(vote.notes[2])
    assert "noch 0 Punkte" not in ayse.board() or sum(totals(vote)[1:]) == 3


def test_a_note_that_comes_back_by_undo_leaves_nobody_over_the_limit(vote, phone, kit):
    ayse = phone(vote.code)
    for _ in range(3):
        ayse.dot(vote.notes[0])
    kit.db.write(notes_store.change, vote.notes[0], {"state": "removed"})
    for _ in range(3):
        ayse.dot(vote.notes[1])
    kit.db.write(history.undo, vote.id, history.last(kit.db.read(), vote.id)["id"])
    assert sum(totals(vote)) == 3


def test_secret_votes_are_not_on_any_page_until_the_board_is_closed(vote, phone):
    vote.turn(vote.board, votes_hidden=1)
    ayse, ben = phone(vote.code), phone(vote.code)
    ben.board()
    ayse.dot(vote.notes[0])
    assert ben.poll().status_code == 204
    assert "<progress" not in ben.board()
    vote.turn(vote.board, locked=1)
    assert "<progress" in ben.poll().text


def test_only_numbers_travel(vote, phone, kit):
    ayse = phone(vote.code)
    ayse.dot(vote.notes[0])
    ayse.dot(vote.notes[0])
    kit.db.write(store.end, vote.id)
    row = kit.db.read().execute("SELECT target, value, votes, paper_votes FROM tallies").fetchone()
    assert tuple(row) == (vote.notes[0], 1, 2, 0)
    assert kit.db.read().execute("SELECT count(*) FROM journal WHERE tbl IN ('votes', 'participants')").fetchone()[0] == 0


def test_paper_votes_are_counted_beside_and_marked(vote, kit):
    entry = {"id": ids.new_id(), "target": vote.notes[0], "number": 6}
    for _ in range(2):
        kit.db.write(votes_store.enter_paper, vote.board, entry, "Jonas")
    tally = votes_store.tallies(kit.db.read(), vote.board)[vote.notes[0]]
    assert (tally.votes, tally.paper_votes) == (6, 6)


def test_a_poll_takes_one_answer_and_lets_it_be_changed(workshop, phone, kit):
    board = workshop.add(
        "poll", votes_hidden=0, options={"mode": "single", "answers": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]}
    )
    ayse = phone(workshop.begin().code)
    address = f"{ayse.link}/boards/{board}/choice"
    assert "nur eine Antwort" in ayse.post(address, data={"answer": ["a", "b"]}).text
    assert "wähle eine Antwort" in ayse.post(address, data={"answer": "z"}).text
    for answer in ("a", "b", "b"):
        ayse.post(address, data={"answer": answer})
    assert votes_store.chosen(kit.db.read(), board, one(kit)) == {"b": 1}


def one(kit):
    return kit.db.read().execute("SELECT id FROM participants").fetchone()[0]


def test_a_check_in_takes_a_mood_and_a_word(workshop, phone, kit):
    board = workshop.add("checkin")
    ayse = phone(workshop.begin().code)
    address = f"{ayse.link}/boards/{board}/choice"
    assert "wie du da bist" in ayse.post(address, data={"text": "neugierig"}).text
    for mood in ("4", "5"):
        ayse.post(address, data={"mood": mood, "text": "neugierig"})
    assert votes_store.chosen(kit.db.read(), board, one(kit)) == {"mood": 5}
    assert workshop.count("notes") == 1
    assert "neugierig" in ayse.poll(part=False).text


def test_a_choice_without_a_board_of_this_workshop_is_not_found(workshop, phone):
    workshop.add("poll", options={"mode": "yesno"})
    ayse = phone(workshop.begin().code)
    assert ayse.post(f"{ayse.link}/boards/{ids.new_id()}/choice", data={"answer": "yes"}).status_code == 404


def test_the_buttons_for_dots_name_the_form_with_the_key(vote, phone):
    page = phone(vote.code).board()
    assert len(re.findall(r'form="vote" name="note"', page)) == 3
    assert page.count('<form id="vote"') == 1
    assert boards_store.board(vote.kit.db.read(), vote.board)["current"]


def test_a_refusal_does_not_look_like_a_success(vote, phone):
    ayse = phone(vote.code)
    answers = [ayse.dot(note).text for note in (vote.notes[0], "gone")]
    assert [re.search(r'<p class="notice (\w+)" role="status">', page)[1] for page in answers] == ["success", "warning"]
