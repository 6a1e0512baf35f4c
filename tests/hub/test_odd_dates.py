"""A kit with a broken clock, or one that somebody took apart, sends days that no calendar knows. Everybody else reads on."""

from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import Client

from fieldkit import clock, ids, tickets
from fieldkit.hub.central import Central
from tests.hub.arriving import IDEA, KIT, STOP, arrive

ODD_MOMENTS = ("9999-12-31T23:59:00Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-13-40T25:61:00Z", "gestern")
ODD_DAYS = ("9999-12-31", "0001-01-01", "1970-01-01", "2026-02-30", "20261122", "2026-W47-7")


@pytest.fixture(autouse=True)
def december(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 December."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 20, 12, tzinfo=UTC))


@pytest.mark.parametrize("at", ODD_MOMENTS)
def test_an_idea_or_comment_from_another_age_takes_no_page_away(hub: Central, reader: Client, at: str) -> None:
    code = ids.new_code()
    comment: dict[str, Any] = {"idea_id": "bench", "body": "Ja bitte!", "state": "visible", "at": at}
    arrive(
        hub,
        ("stops", "stop1", STOP),
        ("ideas", "bench", IDEA | {"at": at, "receipt": tickets.receipt_of(code)}),
        ("ideas", "twin", IDEA | {"at": at, "merged_into": "bench"}),
        ("comments", "c1", comment),
    )
    for path in ("/", "/ideas", "/ideas.csv", f"/ideas/{KIT}/bench", f"/ideas/bulk?pick={KIT}/bench", f"/r/{code}"):
        assert reader.get(path).status_code == 200, path


@pytest.mark.parametrize("day", ODD_DAYS)
def test_a_promise_that_no_calendar_knows_is_none(hub: Central, reader: Client, day: str) -> None:
    arrive(hub, ("stops", "stop1", STOP | {"answer_by": day, "starts_on": day, "ends_on": day}), ("ideas", "bench", IDEA))
    for path in ("/", "/ideas", f"/ideas/{KIT}/bench"):
        page = reader.get(path)
        assert page.status_code == 200, path
        assert "ältesten Versprechen" not in page.text
        assert "ersprochen bis" not in page.text


def test_a_promise_that_is_over_is_still_told(hub: Central, reader: Client) -> None:
    arrive(hub, ("stops", "stop1", STOP | {"answer_by": "2026-12-18"}), ("ideas", "bench", IDEA))
    assert '<span class="tile-number">2</span>Tage über dem ältesten Versprechen' in reader.get("/").text
