"""When you see «Danke», it is stored, even if the power fails now: ten kills here, two hundred with `scripts/kill9`."""

import subprocess
import sys

import pytest

from fieldkit.config import PACKAGE
from tests.conftest import free_port


@pytest.mark.slow
def test_every_receipt_a_visitor_holds_is_stored_whenever_the_kit_is_killed():
    script = PACKAGE.parent / "scripts" / "kill9"
    outcome = subprocess.run(
        [sys.executable, script, "10", "--port", str(free_port())], capture_output=True, text=True, timeout=300
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "held but not stored   0" in outcome.stdout
