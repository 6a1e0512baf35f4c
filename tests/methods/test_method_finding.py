"""Filters find what fits, and every result says why."""

import pytest

from fieldkit.methods import wishes
from fieldkit.methods.catalogue import catalogue
from fieldkit.methods.wishes import Wish, answer, read_wish


def ids(wish: Wish) -> list[str]:
    return [match.card.id for match in answer(wish, catalogue()).matches]


def why(wish: Wish, method: str) -> list[str]:
    return next([r.text for r in match.reasons] for match in answer(wish, catalogue()).matches if match.card.id == method)


def test_without_a_wish_all_methods_are_there_in_the_order_of_a_process():
    phases = [match.card.phases[0] for match in answer(Wish(), catalogue()).matches]
    assert len(phases) == 24
    assert phases == sorted(phases, key=list(wishes.PHASES).index)


def test_thirty_minutes_with_eight_people_outdoors():
    wish = Wish(time="30", people=8, place="outdoors")
    assert "punktabfrage" in ids(wish)
    assert why(wish, "punktabfrage") == ["passt in 30 Minuten", "für 8 Leute", "draußen"]
    for match in answer(wish, catalogue()).matches:
        assert match.card.minutes[0] <= 30
        assert match.card.group[0] <= 8 <= match.card.group[1]
        assert "draussen" in match.card.places


@pytest.mark.parametrize(("time", "limit"), [("15", 15), ("30", 30), ("60", 60), ("120", 120), ("halfday", 240)])
def test_no_method_takes_longer_than_there_is_time(time, limit):
    assert {m.card.id for m in answer(Wish(time=time), catalogue()).matches} == {
        card.id for card in catalogue().cards if card.minutes[0] <= limit
    }


def test_a_method_that_has_to_be_shortened_says_so_and_comes_later():
    found = answer(Wish(time="30"), catalogue()).matches
    assert "passt gekürzt in 30 Minuten, sonst 45" in why(Wish(time="30"), "baumanalyse")
    shortened = ["gekürzt" in match.reasons[0].text for match in found]
    assert shortened == sorted(shortened)


def test_a_group_that_fits_only_partly_says_from_how_many():
    assert why(Wish(group="4-8"), "punktabfrage") == ["für 4–8 Leute"]
    assert why(Wish(group="4-8"), "blitzlicht") == ["ab 5 Leuten"]
    assert why(Wish(group="9-20"), "baumanalyse") == ["bis 12 Leute"]
    assert "world-cafe" not in ids(Wish(group="4-8"))
    assert "persona" not in ids(Wish(group="51-200"))


def test_for_passers_by_only_what_works_with_them():
    assert set(ids(Wish(group="walkup"))) == {"check-in", "nadelmethode", "punktabfrage"} == set(ids(Wish(place="walkup")))


def test_the_exact_number_of_people_counts():
    assert "punktabfrage" not in ids(Wish(people=2))
    assert why(Wish(people=1), "nadelmethode") == ["allein möglich"]
    assert ids(Wish(people=1000)) == []


def test_methods_for_every_phase_fit_each_phase_and_come_after_its_own():
    found = ids(Wish(phase="EK"))
    assert found.index("baumanalyse") < found.index("blitzlicht")
    assert why(Wish(phase="EK"), "baumanalyse") == ["Phase: Erkunden"]
    assert why(Wish(phase="EK"), "blitzlicht") == ["passt in jede Phase"]


def test_a_goal_is_named():
    assert why(Wish(goal="ursachen"), "baumanalyse") == ["Ziel: Ursachen finden"]
    assert all("ursachen" in match.card.goals for match in answer(Wish(goal="ursachen"), catalogue()).matches)


def test_a_small_team_is_not_offered_what_needs_two():
    assert "world-cafe" not in ids(Wish(staff="1"))
    assert why(Wish(staff="2"), "world-cafe") == ["Team von 2"]
    assert why(Wish(staff="3"), "punktabfrage") == ["eine Person moderiert"]


def test_without_a_phone_is_a_reason():
    assert why(Wish(phone="no"), "punktabfrage") == ["geht ohne Handy"]


def test_words_and_filters_work_together():
    assert why(Wish(q="Punktabfarge", time="15"), "punktabfrage") == ["Treffer im Titel: Punktabfrage", "passt in 15 Minuten"]


def test_when_nothing_fits_it_says_which_wish_to_give_up():
    found = answer(Wish(time="15", goal="ursachen"), catalogue())
    assert found.matches == []
    for name, less, number in found.easier:
        assert not getattr(less, name)
        assert number == len(answer(less, catalogue()).matches) > 0
    assert {name for name, _less, _number in found.easier} == {"time", "goal"}


def test_when_nothing_fits_the_nearest_methods_say_what_they_miss():
    nearest = answer(Wish(time="15", goal="ursachen", place="outdoors"), catalogue()).nearest
    assert len(nearest) == 3
    assert all(match.missed == 1 for match in nearest)
    assert any("braucht mindestens 30 Minuten" in [r.text for r in match.reasons if not r.fits] for match in nearest)


def test_every_result_of_every_single_filter_says_why():
    for name, choices in wishes.CHOICES.items():
        for value in choices:
            for match in answer(Wish(**{name: value}), catalogue()).matches:
                assert [r.text for r in match.reasons if r.text] != []


@pytest.mark.parametrize(
    "typed",
    [
        {"time": "7"}, {"group": "5-9"}, {"phase": "XX"}, {"goal": "<script>"}, {"place": "mars"}, {"staff": "0"}, {"phone": "ja"},
        {"people": "abc"}, {"people": "-3"}, {"people": "0"}, {"people": "8.5"}, {"people": "9" * 50}, {"people": "²"},
    ],
)  # fmt: skip
def test_values_nobody_understands_do_not_count(typed):
    wish, ignored = read_wish(typed)
    assert wish == Wish()
    assert ignored == list(typed)


def test_a_field_of_the_url_nobody_knows_is_no_reason_to_complain():
    assert read_wish({"utm_source": "poster", "lang": "en", "time": " 30 "}) == (Wish(time="30"), [])
