"""Joining: a code, a number, a link of one's own, and a word pair to come back with."""

import re

import pytest

from fieldkit import ids
from fieldkit.workshops import routes, store


def test_a_code_typed_carelessly_lets_ayse_in_with_a_number(brainstorm, phone):
    ayse = phone()
    assert ayse.join(f" {brainstorm.code[:3].lower()}-{brainstorm.code[3:].lower()} ").status_code == 303
    assert "Nummer 1" in ayse.get(ayse.link + "/welcome").text
    assert "Nummer 2" in (second := phone(brainstorm.code)).get(second.link + "/welcome").text


def test_a_phone_without_cookies_is_carried_by_its_own_link(brainstorm, phone):
    ayse, bare = phone(brainstorm.code), phone()
    assert "Frage brainstorm" in bare.get(f"{ayse.link}/").text


def test_the_bare_form_of_a_script_without_a_seat_is_enough(brainstorm, phone):
    answer = phone().post("/join", data={"code": brainstorm.code}, follow_redirects=True)
    assert answer.status_code == 200
    assert "Du bist dabei" in answer.text


def test_the_same_phone_twice_is_one_participant(brainstorm, phone):
    ayse = phone(brainstorm.code)
    again = ayse.get(f"/join/{brainstorm.code}")
    assert again.status_code == 303
    assert again.headers["Location"] == f"{ayse.link}/"
    ayse.join(brainstorm.code)
    assert brainstorm.count("participants") == 1


def test_a_double_tap_without_cookies_is_one_participant(brainstorm, phone):
    form = {"code": brainstorm.code, "seat": ids.new_id()}
    first, second = (phone().post("/join", data=form).headers["Location"] for _ in range(2))
    assert brainstorm.count("participants") == 1
    assert all("Nummer 1" in phone().get(link).text for link in (first, second))


def test_a_word_pair_brings_ayse_back_to_her_notes(brainstorm, phone):
    ayse = phone(brainstorm.code)
    ayse.write("Mehr Bänke")
    pair = re.search(r'word-pair"><bdi>([^<]+)', ayse.get(ayse.link + "/welcome").text)[1]
    other = phone()
    assert other.join(brainstorm.code, words=f"  {pair.upper()} ").status_code == 303
    assert "Mehr Bänke" in re.search(r'<section id="mine".*?</section>', other.board(), re.S)[0]
    assert brainstorm.count("participants") == 1
    assert "Mehr Bänke" in ayse.board(), "the old link goes on"


def test_a_wrong_word_pair_says_who_can_help(brainstorm, phone):
    answer = phone().join(brainstorm.code, words="eckiger Mond")
    assert answer.status_code == 422
    assert "Wortpaar kennt der Workshop nicht" in answer.text


def test_a_wrong_code_is_kept_in_the_field_with_a_sentence(brainstorm, phone):
    answer = phone().join("ZZZZZZ")
    assert answer.status_code == 422
    assert "Diesen Code gibt es hier nicht" in answer.text
    assert 'value="ZZZZZZ"' in answer.text


@pytest.mark.slow
def test_a_thousand_wrong_codes_are_slowed_down_and_a_right_one_on_another_phone_is_not(brainstorm, phone):
    guesser = phone()
    answers = [guesser.post("/join", data={"code": f"ZZ{n:04d}"}).status_code for n in range(1000)]
    assert answers.count(422) < 30
    assert answers[-1] == 429
    assert phone().join(brainstorm.code).status_code == 303


@pytest.mark.parametrize(
    ("verb", "sentence"), [(None, "noch nicht angefangen"), (store.close, "zu Ende"), (store.end, "zu Ende")]
)
def test_nobody_joins_a_workshop_that_is_not_open(workshop, phone, verb, sentence):
    if verb:
        workshop.kit.db.write(verb, workshop.id)
    answer = phone().join(workshop.code)
    assert answer.status_code == 409
    assert sentence in answer.text


def test_at_the_end_the_link_opens_nothing_and_nobody_is_left_in_the_database(brainstorm, phone):
    ayse = phone(brainstorm.code, name="Ayşe")
    ayse.write("Mehr Bänke")
    brainstorm.kit.db.write(store.end, brainstorm.id)
    assert ayse.get(f"{ayse.link}/").status_code == 410
    assert brainstorm.count("participants") == brainstorm.count("participant_keys") == brainstorm.count("workshop_history") == 0
    row = brainstorm.kit.db.read().execute("SELECT participant_id, name, text FROM notes").fetchone()
    assert tuple(row) == (None, "", "Mehr Bänke")
    assert store.one(brainstorm.kit.db.read(), brainstorm.id)["attendance"] == 1
    everything = brainstorm.kit.db.path.read_bytes()
    assert "Ayşe".encode() not in everything


def test_a_late_comer_sees_where_the_group_is(workshop, phone):
    workshop.add("checkin")
    workshop.add("brainstorm")
    workshop.begin().go()
    page = phone(workshop.code).board()
    assert "Schritt 2 von 2" in page
    assert "Frage brainstorm" in page


def test_a_key_of_another_workshop_opens_nothing(brainstorm, phone, kit):
    ayse = phone(brainstorm.code)
    other = kit.db.write(store.create, {"id": ids.new_id(), "title": "Anderer"})
    assert ayse.get(f"{ayse.link}/".replace(brainstorm.code, other)).status_code == 404


def test_the_wait_before_the_board_differs_from_phone_to_phone(brainstorm, phone):
    ayse = phone(brainstorm.code)
    waits = {re.search(r'data-wait="(\d+)"', ayse.get(ayse.link + "/welcome").text)[1] for _ in range(8)}
    assert len(waits) > 1
    assert all(routes.FIRST <= int(wait) < routes.FIRST + routes.SPREAD for wait in waits)


def test_only_digests_of_keys_are_stored(brainstorm, phone):
    token = phone(brainstorm.code).link.rpartition("/")[2]
    assert token not in "".join(row[0] for row in brainstorm.kit.db.read().execute("SELECT digest FROM participant_keys"))
