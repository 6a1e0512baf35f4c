"""The front page: small, the same for everybody, and never a dead end."""

import gzip
import re
from typing import Any

from werkzeug.test import Client

from fieldkit import clock, ids
from fieldkit.house import House
from fieldkit.i18n import format_date
from fieldkit.stops import store


def test_a_visitor_reads_todays_question_and_the_way_on(visitor: Client, stop: dict[str, Any]) -> None:
    html = visitor.get("/").text
    assert f"{stop['question']}</h1>" in html
    assert stop["place"] in html
    assert format_date(stop["answer_by"]) in html
    assert 'href="/ideas/new"' in html
    for room in ("/ideas", "/methods", "/receipts"):
        assert f'class="finger" href="{room}"' in html


def test_a_visitor_sees_today_s_hours_on_the_front_page(visitor: Client, kit: House, stop: dict[str, Any]) -> None:
    kit.db.write(store.plan, stop | {"hours": {clock.today().isoformat(): "12:00-19:00"}})
    assert "heute 12:00–19:00 Uhr" in visitor.get("/").text


def test_without_an_open_stop_a_visitor_reads_kindly_that_it_is_not_open_yet(visitor: Client) -> None:
    html = visitor.get("/").text
    assert "Gerade ist keine Station geöffnet" in html
    assert 'href="/ideas/new"' not in html
    assert 'class="finger" href="/methods"' in html


def test_after_a_stop_a_visitor_finds_it_from_the_front_page(visitor: Client, kit: House, stop: dict[str, Any]) -> None:
    kit.db.write(store.close, stop["id"])
    html = visitor.get("/").text
    assert f'href="/stops/{stop["id"]}"' in html
    assert "Zuletzt waren wir hier" in html


def test_between_two_stops_a_visitor_reads_where_the_next_one_is(visitor: Client, kit: House, stop: dict[str, Any]) -> None:
    kit.db.write(store.close, stop["id"])
    day = clock.today().isoformat()
    kit.db.write(store.plan, stop | {"id": ids.new_id(), "place": "Leopoldplatz", "starts_on": day, "ends_on": day})
    html = visitor.get("/").text
    assert "Als Nächstes" in html
    assert "Leopoldplatz" in html


def test_a_crowd_that_scans_loads_three_small_files_each(visitor: Client, kit: House, stop: dict[str, Any]) -> None:
    answer = visitor.get("/", headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(answer.data).decode()
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    assert len(loaded) == 2
    headers = 600  # bytes, for each of the three answers
    wire = len(answer.data) + sum(len(kit.assets.find(url).gzipped) for url in loaded) + 3 * headers
    assert wire <= 14 * 1024
    assert "<script" not in html


def test_the_front_page_is_kept_for_everybody(visitor: Client, facilitator: Client, stop: dict[str, Any]) -> None:
    first = visitor.get("/")
    assert first.headers["Cache-Control"] == "no-cache"
    assert facilitator.get("/").headers["ETag"] == first.headers["ETag"]


def test_a_visitor_reads_what_is_protected_and_what_is_not(visitor: Client) -> None:
    html = visitor.get("/about").text
    for fact in (
        "Keine IP-Adresse",
        "Keine Cookies",
        "Viertelstunde",
        "verschlossen",
        "Code von deinem Beleg",
        "steht auf dem Plakat",
    ):
        assert fact in html
