"""A visitor leaves an idea: once, with a receipt, whatever goes wrong on the way."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyrage.x25519 import Identity

from fieldkit import doors
from fieldkit import kit as kit_identity
from fieldkit.ideas import routes
from fieldkit.stops import store as stops

TICKET = re.compile(r'name="ticket" value="([^"]+)"')


def the_form(visitor):
    return {"ticket": TICKET.search(visitor.get("/ideas/new").text)[1]}


def test_a_visitor_leaves_an_idea_and_everybody_can_read_it(visitor, idea):
    code = idea("Mehr Bänke", body="Am Brunnen.", category="meeting", place="Rixdorf")
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    html = visitor.get("/ideas").text
    assert "Mehr Bänke" in html
    page = visitor.get(re.search(r'href="(/ideas/\w{16})"', html)[1]).text
    assert "Am Brunnen." in page
    assert "Treffen und Sitzen" in page
    assert "Rixdorf" in page


def test_a_double_tap_is_one_idea(visitor, stop, ask):
    form = the_form(visitor) | {"title": "Ein Brunnen"}
    first, second = visitor.post("/ideas/new", data=form), visitor.post("/ideas/new", data=form)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert ask("SELECT count(*) FROM ideas") == 1


def test_two_taps_in_the_same_moment_are_one_idea(visitor, stop, ask):
    form = the_form(visitor) | {"title": "Ein Brunnen"}
    with ThreadPoolExecutor(4) as taps:
        codes = [t.result().status_code for t in [taps.submit(visitor.post, "/ideas/new", data=form) for _ in range(4)]]
    assert codes == [303] * 4
    assert ask("SELECT count(*) FROM ideas") == 1


def test_a_retry_after_the_stop_closed_still_gets_its_receipt(visitor, kit, stop):
    form = the_form(visitor) | {"title": "Ein Brunnen"}
    first = visitor.post("/ideas/new", data=form)
    kit.db.write(stops.close, stop["id"])
    assert visitor.post("/ideas/new", data=form).location == first.location


def test_a_form_used_again_for_other_words_keeps_both(visitor, stop, ask):
    form = the_form(visitor)
    visitor.post("/ideas/new", data=form | {"title": "Ein Brunnen"})
    answer = visitor.post("/ideas/new", data=form | {"title": "Ein Karussell"})
    assert answer.status_code == 409
    assert 'value="Ein Karussell"' in answer.text
    assert "Zum Beleg für die erste Fassung" in answer.text
    again = visitor.post("/ideas/new", data={"ticket": TICKET.search(answer.text)[1], "title": "Ein Karussell"})
    assert again.status_code == 303
    assert ask("SELECT group_concat(title, ', ') FROM ideas") == "Ein Brunnen, Ein Karussell"


def test_a_form_without_its_hidden_fields_keeps_the_words(visitor, stop, ask):
    answer = visitor.post("/ideas/new", data={"title": "Ein Brunnen", "body": "Am Markt"})
    assert answer.status_code == 422
    assert 'value="Ein Brunnen"' in answer.text
    assert "Am Markt</textarea>" in answer.text
    assert ask("SELECT count(*) FROM ideas") == 0
    assert visitor.post("/ideas/new", data={"ticket": TICKET.search(answer.text)[1], "title": "Ein Brunnen"}).status_code == 303


def test_before_the_stop_opens_the_form_says_so_kindly(visitor, kit):
    answer = visitor.get("/ideas/new")
    assert answer.status_code == 200
    assert "Gerade ist keine Station offen" in answer.text
    assert 'name="title"' not in answer.text
    assert visitor.get("/ideas").status_code == 200


def test_an_idea_that_comes_too_late_is_not_lost(visitor, kit, stop, ask):
    form = the_form(visitor) | {"title": "Ein Brunnen", "body": "Am Markt"}
    kit.db.write(stops.close, stop["id"])
    answer = visitor.post("/ideas/new", data=form)
    assert answer.status_code == 409
    assert "nicht gespeichert" in answer.text
    assert "Am Markt</textarea>" in answer.text
    kit.db.write(stops.open_stop, stop["id"])
    assert visitor.post("/ideas/new", data=form).status_code == 303
    assert ask("SELECT count(*) FROM ideas") == 1


def test_one_phone_cannot_fill_the_list_alone(visitor, emre, stop, ask, monkeypatch):
    monkeypatch.setattr(routes, "submitting", doors.Throttle(each=2, overall=100, seconds=300))
    for title in ("Eins", "Zwei"):
        visitor.fill("/ideas/new", title=title)
    answer = visitor.fill("/ideas/new", title="Drei", body="bleibt stehen")
    assert answer.status_code == 429
    assert "bleibt stehen</textarea>" in answer.text
    assert emre.fill("/ideas/new", title="Vier").status_code == 200
    assert ask("SELECT count(*) FROM ideas") == 3


def test_without_javascript_similar_ideas_are_shown_before_the_last_step(visitor, stop, left, ask):
    known = left("Mehr Bänke im Park")
    form = the_form(visitor) | {"title": "Bänke für den Park", "body": "Für Oma.", "ask_similar": "1"}
    answer = visitor.post("/ideas/new", data=form)
    assert answer.status_code == 200
    assert "Mehr Bänke im Park" in answer.text
    assert f'action="/ideas/{known}/support"' in answer.text
    assert "Trotzdem senden" in answer.text
    assert "Für Oma.</textarea>" in answer.text
    assert "ask_similar" not in answer.text
    assert TICKET.search(answer.text)[1] == form["ticket"]
    assert ask("SELECT count(*) FROM ideas") == 1
    assert visitor.post("/ideas/new", data={**form, "ask_similar": ""}).status_code == 303


def test_a_retry_does_not_offer_her_own_idea_as_a_similar_one(visitor, stop):
    form = the_form(visitor) | {"title": "Ein Brunnen", "ask_similar": "1"}
    assert visitor.post("/ideas/new", data=form).status_code == 303
    assert visitor.post("/ideas/new", data=form).status_code == 303


def test_only_browsers_without_javascript_are_asked_twice(visitor, stop):
    assert re.search(r"<noscript><input[^>]+ask_similar[^>]+></noscript>", visitor.get("/ideas/new").text)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bänke park", True),
        ("Baenke im PARK", True),
        ("Parkbänke", False),
        ("mehr und viel", False),
        ("xyzzy", False),
        ("", False),
    ],
)
def test_while_somebody_types_ideas_about_the_same_are_found(visitor, left, typed, found):
    left("Mehr Bänke im Park")
    answer = visitor.get("/ideas/similar", query_string={"title": typed}, headers={"HX-Request": "true"})
    assert ("Mehr Bänke im Park" in answer.text) == found
    assert "<html" not in answer.text


def test_one_common_word_does_not_make_ideas_similar(visitor, left):
    left("17 Uhr Fußball auf dem Platz")
    assert "Fußball" not in visitor.get("/ideas/similar?title=B%C3%A4ume+Platz", headers={"HX-Request": "true"}).text


def test_a_name_is_only_kept_if_it_may_be_shown(visitor, idea, ask):
    idea("Eins", name="Ayşe")
    assert ask("SELECT name FROM ideas") == ""
    assert ask("SELECT count(*) FROM journal WHERE body LIKE '%Ayşe%'") == 0
    idea("Zwei", name="Ayşe", name_public="1")
    assert ask("SELECT name FROM ideas WHERE title = 'Zwei'") == "Ayşe"


@pytest.fixture
def locked(visitor):
    """Ayşe comes by https: only so, or on the kit's own screen, is anybody asked for a contact."""
    visitor.move("https", "10.42.0.17")


def test_without_a_key_of_the_hub_no_contact_is_asked_for_or_kept(visitor, locked, idea, ask):
    assert 'name="contact"' not in visitor.get("/ideas/new").text
    idea("Eins", contact="ayse@example.org", contact_consent="1")
    assert ask("SELECT count(*) FROM contacts") == 0


@pytest.fixture
def sealing(kit, monkeypatch):
    """The kit knows the hub's public key."""
    private = Identity.generate()
    monkeypatch.setattr(kit_identity, "recipients", lambda conn: [str(private.to_public())])
    return private


def test_a_contact_is_sealed_before_it_touches_the_disk(visitor, locked, kit, sealing, idea):
    assert 'name="contact"' in visitor.get("/ideas/new").text
    idea("Eins", contact="ayse@example.org", contact_consent="1")
    files = b"".join(path.read_bytes() for path in kit.config.home.iterdir() if path.is_file())
    assert b"ayse@example.org" not in files
    assert kit.db.read().execute("SELECT count(*) FROM contacts").fetchone()[0] == 1


def test_a_contact_needs_its_own_consent(visitor, locked, stop, sealing, ask):
    answer = visitor.fill("/ideas/new", title="Eins", contact="ayse@example.org")
    assert answer.status_code == 422
    assert 'value="ayse@example.org"' in answer.text
    assert ask("SELECT count(*) FROM ideas") == 0
