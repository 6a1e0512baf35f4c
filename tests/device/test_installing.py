"""From a release archive to a kit, on a real Debian with its own systemd and without any network; then off again."""

import json
import os
import re
import shutil
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.device.conftest import Installed, install
from tests.device.machine import CHECKOUT, Machine

pytestmark = pytest.mark.slow

HOME = "var/lib/fieldkit"
SCRIPTS = [CHECKOUT / "scripts/install-pi", CHECKOUT / "scripts/release", *sorted((CHECKOUT / "device/bin").iterdir())]


def test_the_scripts_are_without_the_usual_faults_of_scripts() -> None:
    found = subprocess.run(["shellcheck", *SCRIPTS], capture_output=True, text=True)
    assert found.stdout == ""


def test_the_kit_answers_as_soon_as_the_installer_is_done(installed: Installed) -> None:
    assert "Fertig" in installed.said
    assert json.loads(installed.machine.health())["ok"]
    assert installed.seconds < 120
    assert installed.archive.stat().st_size < 120e6
    print(f"installed in {installed.seconds:.0f} s from {installed.archive.stat().st_size / 1e6:.0f} MB")  # noqa: T201


def test_no_unit_has_a_fault(kit: Machine) -> None:
    names = [path.name for path in (CHECKOUT / "device/systemd").iterdir()]
    checked = kit.run("systemd-analyze", "verify", *(f"/etc/systemd/system/{name}" for name in names), check=False)
    complaints = [line for line in (checked.stdout + checked.stderr).splitlines() if "/usr/bin/cage" not in line]  # for a kiosk
    assert complaints == []
    failed = kit.says("systemctl", "list-units", "--state=failed", "--plain", "--no-legend", "feldkit*")
    assert failed == ""


def test_the_server_has_a_user_of_its_own_that_may_nearly_nothing(kit: Machine) -> None:
    process = kit.state("feldkit.service")["MainPID"]
    status = kit.says("cat", f"/proc/{process}/status")
    user = kit.says("id", "-u", "feldkit")
    assert re.search(r"^Uid:\s+(\d+)", status, re.M)[1] == user != "0"
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.M)
    assert re.search(r"^Seccomp:\s+2$", status, re.M)
    assert kit.says("getent", "passwd", "feldkit").endswith(("/usr/sbin/nologin", "/sbin/nologin"))
    limits = kit.says("cat", f"/proc/{process}/limits")
    assert re.search(r"Max open files\s+8192", limits)
    for place in ("/etc", "/opt/feldkit/current", "/usr"):
        tried = kit.run("nsenter", "-t", process, "-m", "touch", f"{place}/x", check=False)
        assert "Read-only" in tried.stderr
    exposed = kit.says("systemd-analyze", "security", "--no-pager", "feldkit.service").splitlines()[-1]
    assert float(re.search(r"(\d+\.\d)", exposed)[1]) < 3


def test_the_data_is_for_the_kit_alone(kit: Machine) -> None:
    assert (
        kit.says("stat", "-c", "%a %U", f"/{HOME}", f"/{HOME}/kit.toml", f"/{HOME}/tls")
        == "700 feldkit\n600 feldkit\n700 feldkit"
    )
    writable = kit.says("find", "/opt/feldkit", "/etc/systemd/system", "/usr/local/bin", "-user", "feldkit")
    assert writable == ""


def test_what_stood_on_the_card_holds_and_the_password_is_blanked_there(kit: Machine) -> None:
    toml = tomllib.loads((kit.root / HOME / "kit.toml").read_text())
    assert (toml["name"], toml["ssid"], toml["passphrase"]) == ("Kit 7", "Feldkit-7", "tempelhof-lab")
    card = kit.root / "boot/firmware"
    assert [file.name for file in card.iterdir()] == ["kit-uebernommen.toml"]
    assert "tempelhof-lab" not in (card / "kit-uebernommen.toml").read_text()
    profile = kit.root / "etc/NetworkManager/system-connections/feldkit-ap.nmconnection"
    assert "psk=tempelhof-lab" in profile.read_text()
    assert profile.stat().st_mode & 0o777 == 0o600


def test_visitors_meet_the_firewall_from_the_start(kit: Machine) -> None:
    assert "redirect to :8080" in kit.says("nft", "list", "table", "inet", "feldkit")


def test_visitors_meet_the_firewall_although_a_typo_keeps_new_rules_from_being_written(kit: Machine) -> None:
    toml = kit.root / HOME / "kit.toml"
    before = toml.read_text()
    toml.write_text(before + "ssid = Feldkit 8\n")
    kit.run("systemctl", "stop", "feldkit-firewall.service", "feldkit-apply.service")
    kit.run("systemctl", "start", "feldkit-firewall.service", check=False)  # as a start of the machine does
    toml.write_text(before)
    assert kit.state("feldkit-apply.service")["Result"] != "success"
    assert "redirect to :8080" in kit.says("nft", "list", "table", "inet", "feldkit")
    kit.run("systemctl", "restart", "feldkit-apply.service")


def test_the_radio_is_on_also_where_nobody_chose_a_country(installed: Installed) -> None:
    kit = installed.machine
    assert kit.says("cat", "/root/chosen") == "nonint do_wifi_country DE"
    assert "ging nicht: raspi-config" in installed.said  # and yet everything else was done
    assert kit.says("nmcli", "radio", "wifi") == "enabled"


def test_installing_again_changes_nothing_and_nobody_is_cut_off(installed: Installed) -> None:
    kit = installed.machine

    def everything() -> str:
        files = f"find /etc /opt/feldkit/bin /usr/local /{HOME}/kit.toml -type f ! -name installed -print0"
        return kit.says("bash", "-c", f"readlink /opt/feldkit/current; {files} | sort -z | xargs -0 sha256sum")

    before, process = everything(), kit.state("feldkit.service")["MainPID"]
    firewall = kit.state("feldkit-firewall.service")["ActiveEnterTimestampMonotonic"]
    assert "Fertig" in install(kit)
    assert everything() == before
    assert kit.state("feldkit.service")["MainPID"] == process
    assert kit.state("feldkit-firewall.service")["ActiveEnterTimestampMonotonic"] == firewall  # never down for a moment


def test_the_commands_do_their_work_as_the_right_user(kit: Machine) -> None:
    assert "Karte für Jonas" in kit.run("fieldkit", "staff", "add", "Jonas").stdout
    kit.run("fieldkit", "net", "render", "/")
    kit.run("systemctl", "stop", "feldkit.service")
    examined = json.loads(kit.says("fieldkit", "doctor", "--json"))
    kit.run("fieldkit", "check")
    assert kit.says("find", f"/{HOME}", "!", "-user", "feldkit") == ""  # or the kit could not start any more
    kit.run("systemctl", "start", "feldkit.service")
    assert {check["label"] for check in examined["checks"]}
    assert kit.says("id", "-nG", "feldkit").split() == ["feldkit", "video", "systemd-journal"]
    asked = kit.run("setpriv", "--reuid=nobody", "--clear-groups", "fieldkit", "staff", "add", "Eva", check=False)
    assert "sudo fieldkit" in asked.stderr


def test_a_server_that_hangs_is_started_anew(kit: Machine) -> None:
    patience = kit.root / "etc/systemd/system/feldkit.service.d/test.conf"
    patience.parent.mkdir()
    patience.write_text("[Service]\nWatchdogSec=4\n")
    kit.run("systemctl", "daemon-reload")
    kit.run("systemctl", "restart", "feldkit.service")
    time.sleep(5)
    process = kit.state("feldkit.service")["MainPID"]
    assert kit.state("feldkit.service")["NRestarts"] == "0"
    kit.run("bash", "-c", f"kill -STOP {process}")
    kit.wait_for(lambda: kit.state("feldkit.service")["NRestarts"] == "1" and kit.health(), 30)
    shutil.rmtree(patience.parent)
    kit.run("systemctl", "daemon-reload")
    kit.run("systemctl", "restart", "feldkit.service")


def test_with_a_certificate_in_place_the_kit_answers_with_a_lock_at_once(kit: Machine) -> None:
    subject = "-subj /CN=kit7.example.org -addext subjectAltName=DNS:kit7.example.org"
    tls = f"/{HOME}/tls"
    kit.run("bash", "-c", f"umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 {subject} -keyout {tls}/privkey.pem -out {tls}/fullchain.pem")  # fmt: skip
    kit.wait_for(lambda: kit.state("feldkit-tls.service")["ActiveState"] == "active", 20)
    question = (
        "import http.client, ssl, socket;"
        f"context = ssl.create_default_context(cafile='{tls}/fullchain.pem');"
        "line = http.client.HTTPSConnection('kit7.example.org', context=context);"
        "line.sock = context.wrap_socket(socket.create_connection(('127.0.0.1', 443)), server_hostname='kit7.example.org');"
        "line.request('GET', '/healthz'); print(line.getresponse().status)"
    )
    kit.wait_for(lambda: kit.says("python3", "-c", question) == "200", 20)
    process = kit.state("feldkit-tls.service")["MainPID"]
    assert kit.says("nsenter", "-t", process, "-m", "ls", f"/{HOME}") == ""  # as if there were nothing


@pytest.fixture
def stick(kit: Machine, tmp_path: Path) -> Iterator[str]:
    """A stick fresh from the shop but for its file system, as the machine knows its device: `loop7`."""
    image = tmp_path / "stick"
    with image.open("wb") as file:
        file.truncate(32 * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", "-L", "Stick am Stand", image], check=True)
    device = Path(
        subprocess.run(["losetup", "--find", "--show", image], capture_output=True, text=True, check=True).stdout.strip()
    )
    number = device.stat().st_rdev
    kit.run("mknod", str(device), "b", str(os.major(number)), str(os.minor(number)))
    yield device.name
    kit.run("rm", str(device))
    subprocess.run(["losetup", "--detach", device], check=True)


def test_a_stick_that_is_plugged_in_is_there_for_the_kit_and_harmless(kit: Machine, stick: str) -> None:
    kit.run("/opt/feldkit/bin/medium", "mount", stick)
    place, options = kit.says("findmnt", "--noheadings", "--output", "TARGET,OPTIONS", "--source", f"/dev/{stick}").rsplit(" ", 1)
    assert place.strip() == "/media/feldkit/Stick-am-Stand"
    assert {"noexec", "nosuid", "nodev", "noatime"} <= set(options.split(","))
    kit.run("/opt/feldkit/bin/medium", "mount", stick)  # a second word about it changes nothing
    # The server itself writes there, out of its enclosure.
    assert "Geprüfte Kopie" in kit.run("fieldkit", "backup", "/media/feldkit/Stick-am-Stand").stdout
    kit.run("/opt/feldkit/bin/medium", "unmount", stick)
    assert kit.says("ls", "/media/feldkit") == ""


def test_every_night_a_backup_is_made_where_a_stick_is_plugged_in(kit: Machine) -> None:
    assert kit.state("feldkit-backup.timer")["ActiveState"] == "active"
    kit.run("systemctl", "start", "feldkit-backup.service")
    assert "kein Stick" in kit.says("journalctl", "--no-pager", "-u", "feldkit-backup.service")


def test_a_machine_without_a_clock_goes_on_from_the_last_known_time(kit: Machine) -> None:
    kit.run("touch", "/dev/rtc0")  # that of a Pi 5, whose battery is sold separately
    kit.run("systemctl", "start", "feldkit-clock-save.service")
    kit.run("rm", "/dev/rtc0")
    saved = int(kit.says("stat", "-c", "%Y", "/var/lib/feldkit-clock/last"))
    assert abs(saved - time.time()) < 60
    script = 'date() { [ $1 = +%s ] && echo 1000 || echo "set $2"; }; set -- restore; . /opt/feldkit/bin/last-known-time'
    assert kit.says("bash", "-c", script) == f"set @{saved}"


def test_a_damaged_archive_is_refused(kit: Machine) -> None:
    kit.run("bash", "-c", "echo >> /root/feldkit-*/device.md")
    with pytest.raises(RuntimeError, match="Das Archiv ist beschädigt"):
        install(kit)


def test_an_update_keeps_a_copy_for_the_way_back_and_then_switches_even_where_one_broke_off(kit: Machine) -> None:
    before, process = kit.says("readlink", "/opt/feldkit/current"), kit.state("feldkit.service")["MainPID"]
    kit.run(
        "bash",
        "-c",
        "cd /root/feldkit-*/ && find * -type f ! -name SHA256SUMS -exec sha256sum {} + > /root/sums && mv /root/sums SHA256SUMS",
    )
    kit.run("mkdir", f"/{HOME}/before-0.0.9-12345678")
    kit.run("ln", "-s", "/bin/false", "/usr/local/sbin/systemctl")
    with pytest.raises(RuntimeError):  # after the switch, before the restart
        install(kit)
    kit.run("rm", "/usr/local/sbin/systemctl")
    assert kit.state("feldkit.service")["MainPID"] == process
    install(kit)
    after = kit.says("readlink", "/opt/feldkit/current")
    assert after != before
    assert kit.says("ls", f"/opt/feldkit/{before}/complete")
    assert kit.state("feldkit.service")["MainPID"] != process
    assert json.loads(kit.health())["ok"]
    assert len(kit.says("ls", f"/{HOME}/before-{after}").splitlines()) == 1
    assert kit.says("bash", "-c", f"ls -d /{HOME}/before-*") == f"/{HOME}/before-{after}"  # none of older updates
    process = kit.state("feldkit.service")["MainPID"]
    install(kit)  # the same once more
    assert kit.says("ls", f"/opt/feldkit/{before}/complete")
    assert kit.state("feldkit.service")["MainPID"] == process


def test_the_desk_switches_the_device_off_and_what_lies_on_the_card_then_counts_at_the_next_start(kit: Machine) -> None:
    before = json.loads(kit.health())["kit"]
    ask = "setpriv --reuid=feldkit --regid=feldkit --init-groups touch /run/feldkit/requests/"
    kit.run("bash", "-c", f"{ask}access-point")
    kit.wait_for(lambda: kit.state("feldkit-access-point.service")["ExecMainStartTimestampMonotonic"] != "0", 20)
    kit.run("bash", "-c", f"{ask}shutdown")
    deadline = time.monotonic() + 60
    while not kit.is_off() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert kit.is_off()
    assert not (kit.root / HOME / "fieldkit.db-wal").exists()  # the database was closed, not cut off
    (kit.root / "boot/firmware/kit.toml").write_text('ssid = "Feldkit-8"\n')
    kit.switch_on()
    kit.wait_for(kit.health, 30)
    assert json.loads(kit.health())["kit"] == before
    assert "ssid=Feldkit-8" in (kit.root / "etc/NetworkManager/system-connections/feldkit-ap.nmconnection").read_text()


def test_removing_it_leaves_the_data_and_says_where(kit: Machine) -> None:
    policy = "/etc/chromium/policies/managed/feldkit-kiosk.json"
    kit.run("install", "-D", "/opt/feldkit/kiosk/policy.json", policy)  # as where the power failed while the kiosk was on
    kit.run("systemctl", "enable", "feldkit-kiosk.service")
    kit.run("bash", "-c", "install -D /root/feldkit-*/install-pi /root/checkout/install-pi")  # where nothing lies beside it
    said = kit.run("/root/checkout/install-pi", "--remove").stdout
    assert f"/{HOME}" in said
    assert (kit.root / HOME / "fieldkit.db").stat().st_size > 0
    assert kit.says("stat", "-c", "%U", f"/{HOME}/fieldkit.db") == "feldkit"
    elsewhere = "/proc /sys /root /run /tmp /var/lib /var/log".split()
    found = kit.says("find", "/", "-iname", "*feldkit*", "-o", "-name", "fieldkit").splitlines()
    assert [path for path in found if not path.startswith(tuple(elsewhere))] == []
    assert kit.says("systemctl", "list-unit-files", "--no-legend", "feldkit*") == ""
    assert kit.health() == ""
