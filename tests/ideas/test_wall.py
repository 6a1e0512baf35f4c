"""The projector shows what a facilitator let through, and nothing else."""

import re

import pytest

from fieldkit import clock
from fieldkit.ideas import moderation_store, routes, store


@pytest.fixture
def hour(monkeypatch):
    """Time on the projector stands still until the test moves it."""
    hour = {"now": 0.0}
    monkeypatch.setattr(clock, "monotonic", lambda: hour["now"])
    return hour


def on_wall(browser):
    return re.findall(r'<p class="title" dir="auto">([^<]+)</p>', browser.get("/ideas/wall").text)


def allow(facilitator, rid, allowed="yes"):
    return facilitator.post(f"/ideas/{rid}/wall", data={"allowed": allowed})


def test_nothing_reaches_the_wall_before_a_facilitator_let_it_through(visitor, facilitator, left, hour):
    rid = left("Ein Brunnen")
    assert on_wall(visitor) == []
    allow(facilitator, rid)
    assert on_wall(visitor) == ["Ein Brunnen"]
    allow(facilitator, rid, "no")
    assert on_wall(visitor) == []


def test_letting_through_and_taking_off_is_logged(facilitator, left, ask):
    rid = left()
    allow(facilitator, rid), allow(facilitator, rid, "no")
    assert ask("SELECT group_concat(who || ' ' || act, ', ') FROM log") == "Jonas wall on, Jonas wall off"


def test_new_words_must_be_let_through_anew(visitor, kit, owned, hour):
    ticket = owned("Ein Brunnen")
    kit.db.write(moderation_store.let_on_wall, ticket.id, True, "Jonas")
    kit.db.write(store.correct, ticket.id, {"title": "Etwas Gemeines"})
    assert on_wall(visitor) == []


@pytest.mark.parametrize("act", ["hide", "merge"])
def test_what_is_hidden_or_merged_leaves_the_wall(visitor, kit, left, hour, act):
    rid, main = left("Ein Brunnen"), left("Noch ein Brunnen")
    kit.db.write(moderation_store.let_on_wall, rid, True, "Jonas")
    if act == "hide":
        kit.db.write(moderation_store.hide, "ideas", rid, "weg", "Jonas")
    else:
        kit.db.write(moderation_store.merge, rid, main, "Jonas")
    assert on_wall(visitor) == []


def test_when_nothing_changed_the_projector_is_told_so_in_few_bytes(visitor, facilitator, left, hour):
    rid = left()
    version = re.search(r'hx-get="/ideas/wall\?version=([\d.]+)"', visitor.get("/ideas/wall").text)[1]
    asks = {"path": f"/ideas/wall?version={version}", "headers": {"HX-Request": "true"}}
    assert visitor.get(**asks).status_code == 204
    allow(facilitator, rid)
    answer = visitor.get(**asks)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert version not in answer.text


def test_without_javascript_the_page_loads_itself_again(visitor, stop):
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+"></noscript>', visitor.get("/ideas/wall").text)


def test_more_ideas_than_fit_take_turns(visitor, left, hour):
    names = {f"Idee {n}" for n in range(routes.ON_WALL * 2 + 1)}
    for name in names:
        left(name, on_wall=1)
    seen = []
    for turn in range(3):
        hour["now"] = turn * routes.TURN + 1.0
        seen.append(on_wall(visitor))
    assert [len(page) for page in seen] == [routes.ON_WALL, routes.ON_WALL, 1]
    assert {name for page in seen for name in page} == names


def test_the_wall_carries_the_question_the_address_and_a_code_to_scan(visitor, kit, stop):
    html = visitor.get("/ideas/wall").text
    assert "Was fehlt hier im Alltag?" in html
    assert kit.config.address.removeprefix("http://") in html
    assert kit.config.ssid in html
    assert 'class="qr"' in html
    assert 'class="wall dark-room"' in visitor.get("/ideas/wall?room=dark").text


def test_without_a_stop_the_wall_says_so(visitor, kit):
    assert "Gerade ist keine Station offen." in visitor.get("/ideas/wall").text
