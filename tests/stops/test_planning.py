"""Facilitators plan, open and close stops; every refusal says what to do."""

from typing import Any

import pytest
from werkzeug.test import Client

from fieldkit import ids
from fieldkit.house import House
from fieldkit.stops import store

FIELDS = {
    "place": "Leopoldplatz",
    "question": "Wann fühlst du dich hier wohl?",
    "district": "Mitte",
    "locality": "Wedding",
    "partner": "Stadtteilkoordination",
    "theme": "Aufenthalt",
    "starts_on": "2026-11-23",
    "ends_on": "2026-11-25",
    "hours": "12-19",
    "results": "Der Runde Tisch liest alles.",
    "answer_by": "2026-12-20",
    "languages": "de",
}


def save(facilitator: Client, stop_id: str = "", **changes: str) -> Any:
    return facilitator.post(f"/stops/{stop_id or ids.new_id()}", data=FIELDS | changes)


def only(kit: House) -> dict[str, Any]:
    return store.all_stops(kit.db.read())[0]


def test_a_facilitator_plans_a_stop(facilitator: Client, kit: House) -> None:
    assert 'name="place"' in facilitator.get("/stops/new").text
    assert save(facilitator).status_code == 303
    stop = only(kit)
    assert {name: stop[name] for name in ("place", "district", "locality", "answer_by")} == {
        name: FIELDS[name] for name in ("place", "district", "locality", "answer_by")
    }
    assert stop["state"] == "planned"
    assert stop["hours"] == {f"2026-11-{day}": "12:00-19:00" for day in (23, 24, 25)}


def test_sending_the_form_twice_is_one_stop(facilitator: Client, kit: House) -> None:
    stop_id = ids.new_id()
    for _ in range(2):
        save(facilitator, stop_id)
    assert len(store.all_stops(kit.db.read())) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": "  "}, "place"),
        ({"place": "x" * 81}, "place"),
        ({"question": ""}, "question"),
        ({"question": "x" * 161}, "question"),
        ({"district": ""}, "district"),
        ({"district": "Potsdam"}, "district"),
        ({"locality": "Atlantis"}, "locality"),
        ({"locality": "Britz"}, "locality"),
        ({"partner": "x" * 161}, "partner"),
        ({"theme": "x" * 81}, "theme"),
        ({"results": "x" * 1001}, "results"),
        ({"starts_on": ""}, "starts_on"),
        ({"ends_on": ""}, "ends_on"),
        ({"starts_on": "morgen"}, "starts_on"),
        ({"ends_on": "2026-11-22"}, "ends_on"),
        ({"ends_on": "2027-11-22"}, "ends_on"),
        ({"starts_on": "0001-01-01", "ends_on": "9999-12-31"}, "ends_on"),
        ({"answer_by": "2026-02-30"}, "answer_by"),
        ({"answer_by": "2026-11-01"}, "answer_by"),
        ({"hours": "abends"}, "hours"),
        ({"hours": "19-12"}, "hours"),
        ({"hours": "12-25"}, "hours"),
        ({"hours": "12:75-19"}, "hours"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(facilitator: Client, kit: House, changes: dict[str, str], field: str) -> None:
    answer = save(facilitator, **changes)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert store.all_stops(kit.db.read()) == []


def test_all_errors_come_at_once_and_the_words_are_kept(facilitator: Client) -> None:
    html = save(facilitator, place="", district="", results="Der Runde Tisch liest <alles>.").text
    assert html.count('class="error-text"') == 2
    assert "Der Runde Tisch liest &lt;alles&gt;." in html
    assert "<option selected>Wedding</option>" in html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12:00-19:00", "12:00-19:00"), ("9-14.30 Uhr", "09:00-14:30"), ("10 bis 18", "10:00-18:00"), ("1000–2400", "10:00-24:00")],
)
def test_hours_may_be_typed_as_people_write_them(facilitator: Client, kit: House, typed: str, kept: str) -> None:
    save(facilitator, hours=typed)
    assert only(kit)["hours"]["2026-11-23"] == kept


def test_single_days_differ_from_the_others(facilitator: Client, kit: House) -> None:
    stop_id = ids.new_id()
    save(facilitator, stop_id, **{"hours-2026-11-24": "14-16", "hours-2026-11-25": "–"})
    assert only(kit)["hours"] == {"2026-11-23": "12:00-19:00", "2026-11-24": "14:00-16:00"}


def test_what_was_typed_about_hours_comes_back_to_be_changed(facilitator: Client, kit: House) -> None:
    stop_id = ids.new_id()
    save(facilitator, stop_id, ends_on="2026-11-26", **{"hours-2026-11-24": "–"})
    html = facilitator.get(f"/stops/{stop_id}/edit").text
    assert 'name="hours" type="text" value="12:00-19:00"' in html
    assert 'name="hours-2026-11-23" type="text" value=""' in html
    assert 'name="hours-2026-11-24" type="text" value="–"' in html


def test_a_wrong_single_day_is_named(facilitator: Client) -> None:
    stop_id = ids.new_id()
    save(facilitator, stop_id)
    html = save(facilitator, stop_id, **{"hours-2026-11-24": "nachmittags"}).text
    assert 'id="hours-2026-11-24-error"' in html


def test_a_stop_without_results_and_promised_day_cannot_open(facilitator: Client, kit: House) -> None:
    stop_id = ids.new_id()
    save(facilitator, stop_id, results="", answer_by="")
    answer = facilitator.post(f"/stops/{stop_id}/opening")
    assert answer.status_code == 422
    assert "Sag den Leuten, was mit ihren Ideen passiert" in answer.text
    assert "Versprich einen Tag" in answer.text
    assert only(kit)["state"] == "planned"


@pytest.mark.parametrize("field", ["results", "answer_by"])
def test_an_open_stop_cannot_take_its_promise_back(facilitator: Client, kit: House, field: str) -> None:
    stop_id = ids.new_id()
    save(facilitator, stop_id)
    facilitator.post(f"/stops/{stop_id}/opening")
    answer = save(facilitator, stop_id, **{field: ""})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert only(kit)[field] == FIELDS[field]


def test_a_stop_opens_and_closes(facilitator: Client, kit: House) -> None:
    stop_id = ids.new_id()
    save(facilitator, stop_id)
    assert "Die Station ist geöffnet" in facilitator.post(f"/stops/{stop_id}/opening", follow_redirects=True).text
    assert only(kit)["state"] == "open"
    assert "Die Station ist beendet" in facilitator.post(f"/stops/{stop_id}/closing", follow_redirects=True).text
    assert only(kit)["state"] == "closed"


def test_an_open_stop_stays_open_when_it_is_edited(facilitator: Client, kit: House, stop: dict[str, Any]) -> None:
    save(facilitator, stop["id"])
    assert (only(kit)["state"], only(kit)["place"]) == ("open", "Leopoldplatz")


def test_a_planned_stop_is_not_closed_by_mistake(facilitator: Client, kit: House) -> None:
    stop_id = ids.new_id()
    save(facilitator, stop_id)
    facilitator.post(f"/stops/{stop_id}/closing")
    assert only(kit)["state"] == "planned"


def test_opening_a_stop_closes_the_one_that_was_open(facilitator: Client, kit: House, stop: dict[str, Any]) -> None:
    stop_id = ids.new_id()
    save(facilitator, stop_id)
    assert stop["place"] in facilitator.get(f"/stops/{stop_id}/edit").text
    facilitator.post(f"/stops/{stop_id}/opening")
    states = {one["id"]: one["state"] for one in store.all_stops(kit.db.read())}
    assert states == {stop_id: "open", stop["id"]: "closed"}


def test_the_plan_lists_every_stop_with_its_state(facilitator: Client, stop: dict[str, Any]) -> None:
    save(facilitator)
    html = facilitator.get("/stops/planning").text
    assert f'href="/stops/{stop["id"]}/edit"' in html
    assert "Jetzt geöffnet" in html
    assert "Geplant" in html


def test_an_unknown_stop_is_not_found(facilitator: Client) -> None:
    assert facilitator.get(f"/stops/{ids.new_id()}/edit").status_code == 404
    assert facilitator.post(f"/stops/{ids.new_id()}/opening").status_code == 404
    assert facilitator.post("/stops/not-an-id", data=FIELDS).status_code == 404


def test_visitors_neither_plan_nor_open(visitor: Client, kit: House, stop: dict[str, Any]) -> None:
    for path in ("/stops/new", "/stops/planning", f"/stops/{stop['id']}/edit"):
        assert visitor.get(path).headers["Location"].startswith("/staff/sign-in")
    for path in (f"/stops/{stop['id']}", f"/stops/{stop['id']}/opening", f"/stops/{stop['id']}/closing"):
        assert visitor.post(path, data=FIELDS).status_code == 403
    assert only(kit)["state"] == "open"
