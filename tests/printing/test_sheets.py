"""What stands on the sheets."""

import pytest

from fieldkit import i18n
from fieldkit.printing import sheets
from tests.printing.conftest import DAYS


def test_days_with_the_same_hours_share_a_line(planned):
    stop = planned(hours=dict.fromkeys(DAYS[:3], "12:00-19:00") | {DAYS[4]: "10:00-14:00"})
    assert sheets.opening(stop) == ["Mo., 23.\u2009–\u2009Mi., 25. Nov., 12:00–19:00 Uhr", "Fr., 27. Nov., 10:00–14:00 Uhr"]


def test_too_many_different_hours_leave_only_the_days(planned):
    stop = planned(hours={day: f"{10 + n}:00-19:00" for n, day in enumerate(DAYS)})
    assert sheets.opening(stop) == ["Mo., 23.\u2009–\u2009Fr., 27. Nov."]


def test_a_stop_without_hours_still_says_its_days(planned):
    assert sheets.opening(planned(hours={}, ends_on=DAYS[0])) == ["Mo., 23. Nov."]


def test_a_poster_speaks_every_language_of_the_stop(planned, config):
    sheet = sheets.stop_sheet(planned(languages=["en", "de"]), config, demo=False)
    assert [(it["tag"], it["name"]) for it in sheet["languages"]] == [("en", "English"), ("de", "Deutsch")]
    assert "December 12" in sheet["languages"][0]["answer"]
    assert i18n.current() == "de"


def test_a_planned_stop_without_a_promise_says_nothing_about_an_answer(planned, config):
    assert sheets.stop_sheet(planned(answer_by=""), config, demo=False)["languages"][0]["answer"] == ""


def test_examples_are_marked_on_paper_too(planned, config):
    assert "Beispieldaten" in sheets.stop_sheet(planned(), config, demo=True)["languages"][0]["sample"]


@pytest.mark.parametrize("word", ["Verkehrsberuhigung", "Donaudampfschifffahrtsgesell", "zwei Wörter und noch einige mehr"])
def test_words_people_use_stay_as_they_are(word):
    assert sheets.breakable(word) == word


def test_a_word_without_end_gets_places_to_break():
    broken = sheets.breakable({"lines": ["A" * 100], "qr": "B" * 100})
    assert max(map(len, broken["lines"][0].split("\u200b"))) <= 30
    assert broken["lines"][0].replace("\u200b", "") == "A" * 100
    assert broken["qr"] == "B" * 100
