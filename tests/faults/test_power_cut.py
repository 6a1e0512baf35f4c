"""When you see «Danke», it is stored, even if the power fails now: on every disk a cut may leave. 20,000 with `make powercut`."""

import pytest

from tests.faults.powercut import trial, weaker
from tests.faults.powercut.day import Writing, a_minute, a_regret, a_rush, an_hour, recorded_day

pytestmark = pytest.mark.slow

FEW = 150  # points: enough to find a kit out


def test_a_power_cut_takes_nothing_that_was_acknowledged_and_brings_nothing_back_that_was_erased():
    outcome = trial.cut(an_hour, a_minute, a_minute, torn=3)
    outcome.add(trial.cut(a_rush, torn=1, last=450))  # from before the checkpoint on; all of it with `make powercut`
    assert outcome.examples == []
    assert (outcome.lost, outcome.corrupt, outcome.shown) == (0, 0, 0)
    assert len(outcome.disks) >= 5000


@pytest.mark.parametrize("writing", [weaker.normal, weaker.off, weaker.hasty], ids=lambda writing: writing.__name__)
def test_a_kit_that_says_thanks_too_early_is_found_out(writing: Writing):
    assert trial.cut(a_minute, writing=writing, last=FEW).lost > 0


def test_a_disk_that_broke_is_told_from_one_that_is_only_old(tmp_path):
    day = weaker.on_a_lying_card(recorded_day(tmp_path, a_minute))
    assert trial.tried(day, torn=1, last=FEW).corrupt > 0


def test_a_kit_that_keeps_what_it_erased_is_found_out():
    assert trial.cut(a_regret, writing=weaker.careless).shown > 0
