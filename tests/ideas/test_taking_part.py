"""Visitors support, discuss and report what others wrote."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from fieldkit import doors
from fieldkit.ideas import routes, store
from fieldkit.stops import store as stops


def support_of(kit, rid):
    return store.one(kit.db.read(), rid)["support"]


def test_one_tap_supports_and_leads_back_to_the_idea(visitor, kit, left):
    rid = left()
    answer = visitor.post(f"/ideas/{rid}/support")
    assert (answer.status_code, answer.location) == (303, f"/ideas/{rid}?thanks=yes#support")
    assert "Danke, deine Stimme zählt." in visitor.get(answer.location).text
    assert support_of(kit, rid) == 1


def test_a_second_tap_of_the_same_phone_counts_nothing(visitor, emre, kit, left):
    rid = left()
    for phone in (visitor, visitor, emre, visitor, emre):
        assert phone.post(f"/ideas/{rid}/support").status_code == 303
    assert support_of(kit, rid) == 2


def test_two_taps_in_the_same_moment_count_once(visitor, kit, left):
    rid = left()
    with ThreadPoolExecutor(8) as taps:
        list(taps.map(lambda _: visitor.post(f"/ideas/{rid}/support"), range(8)))
    assert support_of(kit, rid) == 1


def test_a_tap_that_failed_can_be_tried_again(visitor, kit, left, monkeypatch):
    rid = left()
    monkeypatch.setattr(routes, "supporting", doors.Throttle(each=0, overall=10, seconds=300))
    assert visitor.post(f"/ideas/{rid}/support").status_code == 429
    monkeypatch.setattr(routes, "supporting", doors.Throttle(each=9, overall=10, seconds=300))
    visitor.post(f"/ideas/{rid}/support")
    assert support_of(kit, rid) == 1


def test_htmx_gets_only_the_part_that_changed(visitor, left):
    answer = visitor.post(f"/ideas/{left()}/support", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'role="status"' in answer.text


def test_at_a_closed_stop_nothing_is_added_and_everything_can_be_read(visitor, kit, stop, left):
    rid = left()
    kit.db.write(stops.close, stop["id"])
    page = visitor.get(f"/ideas/{rid}").text
    assert "Diese Station ist geschlossen" in page
    assert f"/ideas/{rid}/support" not in page
    assert visitor.post(f"/ideas/{rid}/support").status_code == 409
    assert support_of(kit, rid) == 0
    assert "Hier kann nichts mehr dazukommen." in visitor.get(f"/ideas/{rid}/comments/new").text
    ticket = kit.office.issue()
    answer = visitor.post(f"/ideas/{rid}/comments/new", data={"ticket": ticket, "body": "Zu spät"})
    assert answer.status_code == 409
    assert "Zu spät</textarea>" in answer.text


def test_a_comment_gets_a_receipt_and_stands_below_the_idea(visitor, left):
    rid = left()
    answer = visitor.fill(f"/ideas/{rid}/comments/new", body="Unbedingt!\nUnd ein Tisch.", name="Emre", name_public="1")
    assert re.search(r'data-receipt="\w{4}-\w{4}-\w{4}"', answer.text)
    page = visitor.get(f"/ideas/{rid}").text
    assert "1 Kommentar" in page
    assert "Unbedingt!\nUnd ein Tisch." in page
    assert "Emre" in page


def test_a_comment_sent_twice_is_one_comment(visitor, kit, left, ask):
    rid = left()
    form = {"ticket": kit.office.issue(), "body": "Ja"}
    first, second = (visitor.post(f"/ideas/{rid}/comments/new", data=form) for _ in range(2))
    assert first.location == second.location
    assert ask("SELECT count(*) FROM comments") == 1
    other = visitor.post(f"/ideas/{rid}/comments/new", data=form | {"body": "Nein"})
    assert other.status_code == 409
    assert "Nein</textarea>" in other.text


def test_a_comment_without_its_ticket_keeps_the_words(visitor, left, ask):
    answer = visitor.post(f"/ideas/{left()}/comments/new", data={"body": "Ja, bitte"})
    assert answer.status_code == 422
    assert "Ja, bitte</textarea>" in answer.text
    assert ask("SELECT count(*) FROM comments") == 0


def test_a_report_lies_on_the_teams_pile(visitor, kit, left, ask):
    rid = left()
    answer = visitor.fill(f"/ideas/{rid}/reports/new", reason="Das ist gemein.")
    assert "Danke für den Hinweis." in answer.text
    assert ask("SELECT reason FROM reports WHERE idea_id = ?", rid) == "Das ist gemein."


def test_a_comment_can_be_reported_too(visitor, kit, left, ask):
    rid, ticket = left(), kit.office.read(kit.office.issue())
    kit.db.write(store.comment, ticket, rid, {"body": "Blöd"})
    assert "Blöd" in visitor.get(f"/ideas/{rid}/reports/new?comment={ticket.id}").text
    visitor.post(f"/ideas/{rid}/reports/new", data={"comment": ticket.id, "reason": "Gemein"})
    assert ask("SELECT comment_id FROM reports") == ticket.id
    assert visitor.post(f"/ideas/{rid}/reports/new", data={"comment": "abcdefghjkmnpqrs", "reason": "Gemein"}).status_code == 303


def test_reports_of_visitors_are_for_the_team_only(visitor, kit, left):
    rid = left()
    kit.db.write(store.report, rid, None, "Geheimer Grund")
    assert "Geheimer Grund" not in visitor.get(f"/ideas/{rid}").text


@pytest.mark.parametrize("path", ["/ideas", "/ideas/{}", "/ideas/wall"])
def test_a_public_page_is_the_same_for_everybody(visitor, emre, left, path):
    url = path.format(left())
    visitor.post(url.rstrip("/") + "/support") if "{}" in path else None
    assert visitor.get(url).text == emre.get(url).text
