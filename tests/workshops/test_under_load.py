"""Fifty phones at once, behind real sockets: nothing is lost, and nobody has more votes than the others. How fast it is, `make bench-workshop` says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "scripts" / "bench-workshop"


@pytest.mark.slow
def test_fifty_phones_lose_no_note_and_nobody_votes_beyond_the_limit():
    command = [sys.executable, str(BENCH), "--phones", "50", "--seconds", "30", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["joined"], found["lost"], found["over"]) == (50, 0, 0), found["faults"]
    assert found["notes"] > 100
    assert found["votes"] > 50
