"""Visitors read where the lab stands and stood."""

from typing import Any

from werkzeug.test import Client

from fieldkit import ids
from fieldkit.house import House
from fieldkit.i18n import format_date
from fieldkit.stops import store


def test_a_visitor_reads_what_happens_with_the_results_and_until_when(visitor: Client, stop: dict[str, Any]) -> None:
    html = visitor.get(f"/stops/{stop['id']}").text
    for words in (stop["place"], stop["question"], stop["partner"], stop["results"], format_date(stop["answer_by"]), "English"):
        assert words in html


def test_a_visitor_reads_the_hours_of_each_day(visitor: Client, kit: House, stop: dict[str, Any]) -> None:
    kit.db.write(store.plan, stop | {"hours": {"2026-11-23": "12:00-19:00", "2026-11-24": "14:00-16:00"}})
    html = visitor.get(f"/stops/{stop['id']}").text
    assert "Dienstag, 24. November 2026" in html
    assert "14:00–16:00" in html


def test_an_earlier_stop_stays_readable(visitor: Client, kit: House, stop: dict[str, Any]) -> None:
    kit.db.write(store.close, stop["id"])
    html = visitor.get(f"/stops/{stop['id']}").text
    assert stop["results"] in html
    assert f'href="/ideas?stop={stop["id"]}"' in html
    assert 'href="/ideas/new"' not in html
    assert stop["question"] in visitor.get("/stops").text


def test_the_open_stop_comes_first(visitor: Client, kit: House, stop: dict[str, Any]) -> None:
    later = stop | {"id": ids.new_id(), "place": "Leopoldplatz", "starts_on": "2027-03-01", "ends_on": "2027-03-05"}
    kit.db.write(store.plan, later)
    html = visitor.get("/stops").text
    assert html.index(f'href="/stops/{stop["id"]}"') < html.index(f'href="/stops/{later["id"]}"')


def test_a_kit_without_a_stop_says_so(visitor: Client) -> None:
    assert "Noch keine Station" in visitor.get("/stops").text


def test_no_facilitators_button_reaches_the_page_that_is_kept_for_visitors(
    visitor: Client, facilitator: Client, stop: dict[str, Any]
) -> None:
    for path in ("/stops", f"/stops/{stop['id']}"):
        seen_by_staff = facilitator.get(path).text
        assert seen_by_staff == visitor.get(path).text
        for control in ("/edit", "/opening", "/closing", "/planning"):
            assert control not in seen_by_staff


def test_an_unknown_stop_is_not_found(visitor: Client) -> None:
    assert visitor.get("/stops/nowhere").status_code == 404
