"""When you see «Danke», it is stored, even if the power fails now: on every disk a cut may leave. 20,000 with `make powercut`."""

import pytest

from tests.faults.powercut import trial, weaker
from tests.faults.powercut.day import Writing, a_minute, a_rush, an_hour, recorded_day

pytestmark = pytest.mark.slow

FEW = 150  # points: enough to find a kit out


def test_a_power_cut_takes_nothing_that_was_acknowledged():
    outcome = trial.cut(an_hour, a_minute, torn=4)
    outcome.add(trial.cut(a_rush, torn=1, last=350))  # from its checkpoint on; all of it with `make powercut`
    assert outcome.examples == []
    assert not outcome.wrong
    assert len(outcome.disks) >= 5000


@pytest.mark.parametrize("writing", [weaker.normal, weaker.off, weaker.hasty], ids=lambda writing: writing.__name__)
def test_a_kit_that_says_thanks_too_early_is_found_out(writing: Writing):
    assert trial.cut(a_minute, writing=writing, last=FEW).wrong["lost"] > 0


def test_a_disk_that_broke_is_told_from_one_that_is_only_old(tmp_path):
    day = weaker.on_a_lying_card(recorded_day(tmp_path, a_minute))
    assert trial.tried(day, torn=1, last=FEW).wrong["corrupt"] > 0
