"""Who may enter where, as a list that people review, and the proof that nobody else gets in."""

import hashlib
import re
from pathlib import Path

import pytest
from werkzeug.test import Client

from fieldkit import app, doors, ids

GOLDEN = Path(__file__).with_name("doors.txt")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OWN = {"Origin": "http://localhost"}


def entrances(application):
    """Every (method, path, audience)."""
    for rule in application.url_map.iter_rules():
        audience = getattr(application.view_functions[rule.endpoint], "audience", "NOBODY")
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, audience


def address(rule, of="abcdefghjkmnpqrs"):
    """An address that fits a rule; `<any(a5, a4):size>` is a5, `<int:number>` is 1."""
    return re.sub(r"<(?:any\((\w+)[^>]*|[^>]+)>", lambda part: part[1] or of, rule.rule.replace("<int:", "<any(1):"))


def test_who_may_enter_where_is_a_reviewed_list(application, golden):
    golden(
        GOLDEN,
        "".join(
            f"{method} {path} {audience}\n" for method, path, audience in sorted(entrances(application), key=lambda e: e[1::-1])
        ),
    )


def test_every_entrance_says_whom_it_is_open_to(application):
    known = {doors.VISITOR, doors.SIGN_IN, doors.FACILITATOR}
    assert [entrance for entrance in entrances(application) if entrance[2] not in known] == []


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_gets_no_further_than_the_sign_in(application, enter, method):
    stranger = enter(doors.VISITOR)
    for rule in application.url_map.iter_rules():
        if application.view_functions[rule.endpoint].audience in (doors.VISITOR, doors.SIGN_IN):
            continue
        answer = stranger.open(address(rule), method=method, headers=OWN)
        shared = method in ("GET", "HEAD", "OPTIONS") and "GET" not in rule.methods and answer.status_code in (200, 404)
        if shared:
            continue  # the same address is also a visitors' page; that one has a line of its own
        assert answer.status_code in (303, 403, 405), f"{method} {rule.rule}: {answer.status_code}"
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith("/staff/sign-in"), rule.rule


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_of_the_team_gets_anywhere_where_card_and_pin_could_be_read_along(application, enter, method):
    jonas = enter(doors.FACILITATOR)
    jonas.move("http", "10.42.0.17")
    tried = 0
    for rule in application.url_map.iter_rules():
        if method in rule.methods and application.view_functions[rule.endpoint].audience != doors.VISITOR:
            answer, tried = jonas.open(address(rule), method=method), tried + 1
            assert answer.status_code == 403, rule.rule
            assert "bleibt hier zu" in answer.text, rule.rule
    assert tried > 10


def test_a_made_up_cookie_opens_nothing(application, enter):
    stranger = enter(doors.VISITOR)
    stranger.set_cookie(doors.COOKIE, "x" * 43)
    assert stranger.get("/desk").status_code == 303


def test_somebody_of_another_house_is_refused(application, enter):
    krueger = enter(doors.HUB_STAFF)
    for method, path, audience in entrances(application):
        if audience == doors.FACILITATOR and "<" not in path:
            assert krueger.open(path, method=method, headers=OWN).status_code == 403, path


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:99"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Referer": "http://evil.example/form"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_on_another_site_cannot_act_for_anybody(application, enter, headers):
    for audience in (doors.VISITOR, doors.FACILITATOR):
        browser = enter(audience)
        for rule in application.url_map.iter_rules():
            if "POST" in rule.methods:
                assert browser.post(address(rule), headers=headers).status_code == 403, f"{rule.rule} {headers}"


def test_signing_in_leads_back_but_never_to_another_site(enter):
    to = enter(doors.VISITOR).get("/desk?x=1").headers["Location"]
    assert "then=/desk" in to.replace("%2F", "/")


def state(house):
    """A fingerprint of everything in the database."""
    conn, digest = house.db.read(), hashlib.sha256()
    for (table,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        rows = sorted(repr(tuple(row)) for row in conn.execute(f'SELECT * FROM "{table}"'))
        digest.update(f"{table}{rows}".encode())
    return digest.hexdigest()


@pytest.mark.parametrize("audience", [doors.VISITOR, doors.FACILITATOR])
def test_looking_changes_nothing(examples_kit, application, walks, enter, audience):
    walk, browser = walks[audience], enter(audience)
    before = state(examples_kit)
    for url in walk.seen:
        for method in ("GET", "HEAD", "OPTIONS"):
            browser.open(url, method=method)
        browser.get(url, headers={"HX-Request": "true"})
    for rule in application.url_map.iter_rules():
        browser.get(address(rule))
        browser.get(address(rule, ids.new_id()))
    assert state(examples_kit) == before


def test_the_fingerprint_sees_a_change(kit, stop):
    before = state(kit)
    kit.db.write(lambda conn: conn.execute("UPDATE stops SET theme = 'anders'").rowcount)
    assert state(kit) != before


def test_every_page_of_the_walk_is_open_to_the_one_who_walked(walks):
    for audience, walk in walks.items():
        refused = [f"{sight}: {sight.status}" for sight in walk.seen.values() if sight.status == 403]
        assert refused == [], audience


def test_a_view_without_an_audience_answers_nobody(kit):
    application = app.create_app(kit)
    application.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert Client(application).get("/forgotten").status_code == 403
