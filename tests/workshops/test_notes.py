"""Notes: none is lost, none counts twice, and what is hidden is not even guessed."""

import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import pytest

from fieldkit import clock, ids
from fieldkit.workshops import groups_store, history, live, notes_store, seats_store, standing, store
from tests.workshops.conftest import Workshop


def mine(page):
    return re.search(r'<section id="mine".*?</section>', page, re.S)[0]


def test_what_one_writes_the_others_read(brainstorm, phone):
    ayse, ben = phone(brainstorm.code), phone(brainstorm.code)
    ben.board()
    assert "dein Zettel ist da" in ayse.write("Mehr Bänke").text
    assert "Mehr Bänke" in ben.poll().text


def test_the_same_form_sent_twice_is_one_note(brainstorm, phone):
    ayse = phone(brainstorm.code)
    board = brainstorm.boards()[0]["id"]
    form = {"id": ids.new_id(), "text": "Mehr Bänke"}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ayse.post(f"{ayse.link}/boards/{board}/notes", data=form), range(16)))
    assert brainstorm.count("notes") == 1


def test_other_words_from_a_page_the_browser_brought_back_are_a_note_of_their_own(brainstorm, phone):
    ayse = phone(brainstorm.code)
    address, form = f"{ayse.link}/boards/{brainstorm.boards()[0]['id']}/notes", {"id": ids.new_id()}
    for text in ("eins", "zwei", "zwei", "eins"):
        ayse.post(address, data={**form, "text": text})
    assert sorted(row[0] for row in brainstorm.kit.db.read().execute("SELECT text FROM notes")) == ["eins", "zwei"]


def test_no_note_is_lost_when_everybody_writes_at_once(brainstorm, phone):
    phones = [phone(brainstorm.code) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda n: phones[n % 10].write(f"Zettel {n}").status_code, range(50)))
    assert set(answers) == {200}
    assert brainstorm.count("notes") == 50


@pytest.mark.parametrize("text", ["", "   ", "\n\n\t", "\x00\x01\x02", "\u202e\u200f", "\u200b\u2060"])
def test_an_empty_note_is_refused_with_a_sentence(brainstorm, phone, text):
    answer = phone(brainstorm.code).write(text)
    assert answer.status_code == 422
    assert "Bitte schreib etwas" in answer.text
    assert brainstorm.count("notes") == 0


def test_a_note_that_is_too_long_keeps_its_words_and_its_id(brainstorm, phone):
    answer = phone(brainstorm.code).write("x" * 141)
    assert answer.status_code == 422
    assert "141 Zeichen" in answer.text
    assert "x" * 141 in answer.text


def test_a_locked_board_takes_nothing_and_gives_the_words_back(brainstorm, phone):
    ayse = phone(brainstorm.code)
    board = brainstorm.boards()[0]["id"]
    brainstorm.turn(board, locked=1)
    answer = ayse.post(f"{ayse.link}/boards/{board}/notes", data={"text": "zu spät"})
    assert answer.status_code == 409
    assert "zu spät" in answer.text
    assert brainstorm.count("notes") == 0


def test_a_note_written_while_the_group_moved_on_still_arrives(workshop, phone):
    first = workshop.add("brainstorm")
    workshop.add("poll", options={"mode": "yesno"})
    workshop.begin()
    ayse = phone(workshop.code)
    workshop.go()
    ayse.post(f"{ayse.link}/boards/{first}/notes", data={"text": "noch schnell"})
    assert workshop.count("notes") == 1


def test_a_note_refused_after_the_group_moved_on_comes_back_under_its_own_question(workshop, phone):
    first = workshop.add("brainstorm", question="Was fehlt?")
    second = workshop.add("brainstorm", question="Was bleibt?")
    ayse = phone(workshop.begin().code)
    workshop.go()
    page = ayse.post(f"{ayse.link}/boards/{first}/notes", data={"text": "x" * 141}).text
    assert re.search(r"<h1[^>]*>Was fehlt\?</h1>", page)
    assert f"/boards/{first}/notes" in page
    assert f"/boards/{second}/notes" not in page


@pytest.mark.parametrize("place", ["a step to come", "a group of others"])
def test_no_form_leads_to_a_board_that_is_not_ones_own(place, workshop, phone, kit):
    workshop.add("brainstorm")
    other = workshop.add("brainstorm", question="Was kommt?")
    workshop.begin()
    ayse, ben = phone(workshop.code), phone(workshop.code)
    if place != "a step to come":
        kit.db.write(groups_store.break_out, workshop.id, ids.new_id(), ["Linde", "Brunnen"], True)
        ben.write("Nur unter uns")
        other = kit.db.read().execute("SELECT board_id FROM notes").fetchone()[0]
    page = ayse.post(f"{ayse.link}/boards/{other}/notes", data={"text": ""}).text
    assert "Nur unter uns" not in page
    assert "<h1" in page
    assert "Was kommt?" not in page


def test_more_notes_than_allowed_are_refused_even_at_once(workshop, phone):
    board = workshop.add("brainstorm", max_notes=2)
    ayse = phone(workshop.begin().code)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: ayse.post(f"{ayse.link}/boards/{board}/notes", data={"text": f"Nr. {n}"}), range(8)))
    assert workshop.count("notes") == 2
    assert "so viele Zettel abgegeben" in ayse.write("noch einer").text


def test_a_withdrawn_note_is_gone_for_good_and_no_undo_brings_it_back(brainstorm, phone, kit):
    ayse, ben = phone(brainstorm.code), phone(brainstorm.code)
    ayse.write("Zu privat, unbedingt weg")
    note = kit.db.read().execute("SELECT id FROM notes").fetchone()[0]
    kit.db.write(notes_store.change, note, {"star": 1})
    ben.post(f"{ben.link}/notes/{note}/withdrawal")
    assert brainstorm.count("notes") == 1, "somebody else's"
    ayse.post(f"{ayse.link}/notes/{note}/withdrawal")
    last = history.last(kit.db.read(), brainstorm.id)
    kit.db.write(history.undo, brainstorm.id, last["id"])
    assert brainstorm.count("notes") == 0
    assert b"Zu privat" not in kit.db.path.read_bytes()


def test_a_note_of_another_workshop_cannot_be_left_here(brainstorm, phone, kit):
    other = Workshop(kit)
    elsewhere = other.add("brainstorm")
    other.begin()
    ayse = phone(brainstorm.code)
    assert ayse.post(f"{ayse.link}/boards/{elsewhere}/notes", data={"text": "falsch"}).status_code == 404
    assert brainstorm.count("notes") == 0


def test_hidden_notes_are_withheld_from_others_and_shown_to_their_author(hidden, phone):
    ayse, ben = phone(hidden.code), phone(hidden.code)
    ayse.write("Geheimnis")
    assert "Geheimnis" in mine(ayse.board())
    assert "Geheimnis" not in ben.board()
    assert "Geheimnis" not in ben.poll(part=False).text


def test_no_template_is_ever_given_a_hidden_note_to_hide(hidden, phone):
    phone(hidden.code).write("Geheimnis")
    (board,) = hidden.boards()
    conn = hidden.kit.db.read()
    assert notes_store.seen(conn, board, live.ROOM) == []
    assert [note["text"] for note in notes_store.seen(conn, board, live.TEAM)] == ["Geheimnis"]


def test_hidden_notes_change_nothing_that_others_could_measure(hidden, phone):
    ayse, ben = phone(hidden.code), phone(hidden.code)
    ben.board()

    def look():
        part = ben.get(f"{ben.link}/stand", headers={"HX-Request": "true"})
        return re.sub(r'data-left="\d+"', "", part.text), part.headers.get("ETag"), ben.poll().status_code

    before = look()
    for n in range(3):
        ayse.write(f"Geheimnis {n}")
    assert look() == before
    assert before[2] == 204


def test_the_reveal_shows_everybody_everything(hidden, phone):
    ayse, ben = phone(hidden.code), phone(hidden.code)
    ayse.write("Geheimnis")
    ben.board()
    hidden.turn(hidden.boards()[0]["id"], revealed=1)
    assert "Geheimnis" in ben.poll().text


def test_a_note_waits_for_approval_where_the_team_wants_it(workshop, phone, kit):
    workshop.add("brainstorm", moderated=1)
    workshop.begin()
    ayse, ben = phone(workshop.code), phone(workshop.code)
    ayse.write("Bitte prüfen")
    assert "wartet auf Freigabe" in ayse.board()
    assert "Bitte prüfen" not in ben.board()
    kit.db.write(notes_store.change, kit.db.read().execute("SELECT id FROM notes").fetchone()[0], {"state": "shown"})
    assert "Bitte prüfen" in ben.board()


def test_names_stand_only_on_boards_with_names(workshop, phone):
    workshop.add("brainstorm")
    workshop.add("brainstorm", named=1)
    workshop.begin()
    ayse, ben = phone(workshop.code, name="Ayşe"), phone(workshop.code)
    ayse.write("ohne")
    assert "Ayşe" not in ben.board()
    workshop.go()
    ayse.write("mit")
    assert "Ayşe" in ben.board()


def test_a_column_is_asked_for(workshop, phone):
    workshop.add("brainstorm", options={"columns": [{"key": "a", "label": "Gut"}, {"key": "b", "label": "Schlecht"}]})
    ayse = phone(workshop.begin().code)
    assert "wohin dein Zettel gehört" in ayse.write("Sonne").text
    assert workshop.count("notes") == 0
    ayse.write("Sonne", field="b")
    assert re.search(r'aria-label="Schlecht".*Sonne', ayse.board(), re.S)


def test_an_idle_poll_touches_no_database(brainstorm, phone, kit, monkeypatch):
    ayse = phone(brainstorm.code)
    assert ayse.poll().status_code == 204
    statements = []
    with monkeypatch.context() as patch:
        patch.setattr(kit.db, "read", lambda: statements.append("read"))
        assert ayse.poll().status_code == 204
    assert statements == []


def test_two_hundred_phones_cost_one_rendering(brainstorm, phone, kit):
    made = []
    pieces = live.Kept()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: pieces.piece(("board",), "1", "step", lambda: made.append(1) or "html"), range(200)))
    assert made == [1]


def test_a_long_board_is_not_made_anew_for_every_note_but_for_what_the_team_does():
    made, pieces = [], live.Kept()

    def long() -> str:
        made.append(1)
        return "x" * 200_000

    versions = [pieces.piece(("board",), version, step, long).version for version, step in (("1", "a"), ("2", "a"), ("3", "b"))]
    assert (versions, len(made)) == (["1", "1", "3"], 2)


def test_a_long_board_is_at_most_a_moment_old(monkeypatch):
    pieces, now = live.Kept(), [100.0]
    monkeypatch.setattr(live.clock, "monotonic", lambda: now[0])
    seen = []
    for after in (0.0, 1.0, 1.0):
        now[0] += after
        seen.append(pieces.piece(("board",), f"at {now[0]}", "step", lambda: "x" * 500_000).version)
    assert seen == ["at 100.0", "at 100.0", "at 102.0"]


def test_a_page_with_a_form_never_loads_anew_by_itself(brainstorm, phone):
    ayse = phone(brainstorm.code)
    assert 'http-equiv="refresh"' not in ayse.board()
    assert 'http-equiv="refresh"' in ayse.poll(part=False).text
    brainstorm.turn(brainstorm.boards()[0]["id"], locked=1)
    assert 'http-equiv="refresh"' in ayse.board()


def test_nothing_that_is_not_a_participants_travels(brainstorm, phone, kit):
    phone(brainstorm.code, name="Ayşe").write("Mehr Bänke")
    bodies = "".join(row[0] or "" for row in kit.db.read().execute("SELECT body FROM journal"))
    participants = seats_store.everybody(kit.db.read(), brainstorm.id)
    assert "Mehr Bänke" in bodies
    assert all(one["id"] not in bodies and one["words"] not in bodies and "Ayşe" not in bodies for one in participants)
    assert store.one(kit.db.read(), brainstorm.id)["state"] == "open"


def test_what_moves_is_the_same_for_all_phones_and_names_none(brainstorm, phone):
    ayse, ben = phone(brainstorm.code), phone(brainstorm.code)
    ayse.board()
    ben.write("Mehr Bänke")
    assert ben.asks.removeprefix(ben.link) == ayse.asks.removeprefix(ayse.link)
    packed = [one.get(one.asks, headers={"HX-Request": "true", "Accept-Encoding": "gzip"}) for one in (ayse, ben)]
    assert packed[0].data == packed[1].data
    part = gzip.decompress(packed[0].data).decode()
    assert "Mehr Bänke" in part
    assert part == ayse.poll().text, "also for whoever cannot unpack it"
    assert not any(one.link.rpartition("/")[2] in part for one in (ayse, ben))


def test_of_a_very_long_board_the_newest_notes_move_and_all_are_a_link_away(brainstorm, phone, monkeypatch):
    monkeypatch.setattr(standing, "LONG", 3)
    ayse, ben = phone(brainstorm.code), phone(brainstorm.code)
    for n in range(1, 6):
        ayse.write(f"Idee Nummer {n}")
    page = ben.board()
    assert [n for n in range(1, 6) if f"Idee Nummer {n}" in page] == [3, 4, 5]
    link = re.search(r'<a href="(\.\?all[^"]+)">Alle 5 Zettel ansehen', page)[1].replace("&amp;", "&")
    assert "Idee Nummer 1" in ben.get(urljoin(f"{ben.link}/", link)).text
    whole = ben.get(urljoin(f"{ben.link}/", link)).text
    asks = re.search(r'hx-get="(stand[^"]+)"', whole)[1].replace("&amp;", "&")
    ayse.write("Idee Nummer 6")
    part = ben.get(urljoin(f"{ben.link}/", asks), headers={"HX-Request": "true"}).text
    assert [n for n in range(1, 7) if f"Idee Nummer {n}" in part] == [1, 2, 3, 4, 5, 6]


def test_votes_can_be_given_to_every_note_of_a_long_board(workshop, phone, monkeypatch):
    monkeypatch.setattr(standing, "LONG", 2)
    board = workshop.add("dotvote", votes_each=1)
    workshop.begin()
    for n in range(1, 5):
        workshop.kit.db.write(notes_store.leave, board, None, {"id": ids.new_id(), "text": f"Vorschlag {n}"})
    ben = phone(workshop.code)
    assert len(re.findall(r'id="give-', ben.board())) == 2
    assert len(re.findall(r'id="give-', ben.get(f"{ben.link}/?all=1").text)) == 4


def test_only_phones_that_would_see_the_same_share_what_moves(brainstorm, phone, monkeypatch):
    monkeypatch.setattr(standing, "LONG", 1)
    ayse = phone(brainstorm.code)
    for text in ("Mehr Bänke", "Ein Brunnen"):
        ayse.write(text)
    now = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: now)

    def part(one, **asked):
        return one.get(f"{one.link}/stand", query_string=asked, headers={"HX-Request": "true"}).text

    plain = part(ayse)
    assert "Mehr Bänke" in part(ayse, all="1")
    assert "Mehr Bänke" not in plain
    assert "Es geht weiter" in part(ayse, shape="elsewhere")
    assert "Es geht weiter" not in plain
    assert "See all 2 notes" in part(ayse, lang="en")
    left = re.search(r'data-left="(\d+)"', plain)[1]
    monkeypatch.setattr(clock, "monotonic", lambda: now + 60)
    assert f'data-left="{int(left) - 60}"' in part(ayse)


def test_two_groups_never_share_what_moves(brainstorm, phone):
    ayse, ben = phone(brainstorm.code), phone(brainstorm.code)
    brainstorm.kit.db.write(groups_store.break_out, brainstorm.id, ids.new_id(), ["Linde", "Brunnen"], True)
    parts = [one.get(f"{one.link}/stand", headers={"HX-Request": "true"}).text for one in (ayse, ben)]
    shapes = [re.search(r'data-shape="([^"]+)"', part)[1] for part in parts]
    assert shapes[0] != shapes[1]
