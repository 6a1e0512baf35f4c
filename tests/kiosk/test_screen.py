"""The device's own screen: what its browser must see to, because no page can."""

import json
import re
import shutil
import subprocess

import pytest

from fieldkit.config import PACKAGE
from fieldkit.net.files import PORT

DEVICE = PACKAGE.parent / "device"
UNIT = DEVICE / "systemd" / "feldkit-kiosk.service"
POLICY = json.loads((DEVICE / "kiosk" / "policy.json").read_text(encoding="utf-8"))


def test_the_screens_browser_opens_nothing_but_the_visitors_pages_of_this_kit() -> None:
    assert POLICY["URLBlocklist"][0] == "*"
    assert set(POLICY["URLBlocklist"][1:]) == {f"127.0.0.1:{PORT}/{door}" for door in ("desk", "staff", "portal")}
    assert POLICY["URLAllowlist"] == [f"127.0.0.1:{PORT}", "about:blank"]


def test_the_screens_browser_keeps_prints_and_fetches_nothing() -> None:
    off = ("AllowFileSelectionDialogs", "AutofillAddressEnabled", "PasswordManagerEnabled", "PrintingEnabled", "TranslateEnabled")
    assert [name for name in off if POLICY[name] is not False] == []
    assert (POLICY["DownloadRestrictions"], POLICY["DeveloperToolsAvailability"]) == (3, 2)


def test_the_screen_shows_the_kiosk_of_this_kit_and_remembers_nothing() -> None:
    unit = UNIT.read_text(encoding="utf-8")
    assert f"http://127.0.0.1:{PORT}/kiosk\n" in unit
    assert {"--kiosk", "--incognito", "--user-data-dir=/run/feldkit-kiosk/chromium"} <= set(unit.split())
    assert re.search(r"^RuntimeDirectory=feldkit-kiosk$", unit, re.MULTILINE)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_understands_the_unit() -> None:
    checked = subprocess.run(["systemd-analyze", "verify", str(UNIT)], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_installer_brings_the_policy_and_the_user_of_the_screen() -> None:
    unit = UNIT.read_text(encoding="utf-8")
    policy = re.search(r"/opt/feldkit/kiosk/policy\.json", unit)[0]
    assert f"kiosk/policy.json {policy} 644" in (PACKAGE.parent / "scripts" / "install-pi").read_text(encoding="utf-8")
    user = re.search(r"^User=(.+)$", unit, re.MULTILINE)[1]
    assert f"u {user} - " in (DEVICE / "sysusers.d" / "feldkit.conf").read_text(encoding="utf-8")
