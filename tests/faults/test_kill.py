"""When you see «Danke», it is stored, even if the power fails now: ten kills here, two hundred with `scripts/kill9`."""

import socket
import subprocess
import sys

import pytest

from fieldkit.config import PACKAGE


@pytest.mark.slow
def test_every_receipt_a_visitor_holds_is_stored_whenever_the_kit_is_killed():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = PACKAGE.parent / "scripts" / "kill9"
    outcome = subprocess.run([sys.executable, script, "10", "--port", str(port)], capture_output=True, text=True, timeout=300)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "held but not stored   0" in outcome.stdout
