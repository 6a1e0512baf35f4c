"""What a check finds means: for open files, slow cards, clocks, heat, crashed chips, full hotspots and lost copies."""

import json
import resource
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldkit.config import Config
from fieldkit.house import House
from fieldkit.ops import doctor
from fieldkit.ops.doctor import ATTENTION, BLOCKS, GOOD, NOT_HERE, Light, air, box, data
from fieldkit.storage.second_copy import Standing

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


def found(kit: House, check: str, serving: bool = True) -> Light:
    """What the examination of an open kit says about one thing."""
    return doctor.examine(doctor.Patient(kit.config, kit, serving), [check])[0]


def configured(kit: House, **entries: Any) -> House:
    """The same kit with other entries in its kit.toml."""
    return replace(kit, config=replace(kit.config, **entries))


# the computer


def test_writing_is_measured_on_the_disk_itself_and_leaves_nothing(tmp_path: Path) -> None:
    times = box.measure(tmp_path)
    assert 1 <= len(times) <= box.TRIES
    assert all(time > 0 for time in times)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("times", "level"), [([0.004, 0.09], GOOD), ([0.2] * 3, ATTENTION), ([0.7], BLOCKS)])
def test_a_slow_card_is_a_light(times: list[float], level: str) -> None:
    assert box.writing_finding(times).level == level


@pytest.mark.parametrize(("limit", "level"), [(resource.RLIM_INFINITY, GOOD), (8192, GOOD), (1024, ATTENTION), (256, BLOCKS)])
def test_two_hundred_phones_need_open_files(limit: int, level: str) -> None:
    assert box.files_finding(limit).level == level


@pytest.mark.parametrize(
    ("year", "own", "synchronised", "level"),
    [
        (2026, False, False, ATTENTION),
        (2026, True, False, GOOD),
        (2026, False, True, GOOD),
        (1970, True, True, BLOCKS),
        (2099, True, True, BLOCKS),
    ],
)
def test_a_clock_is_believed_as_far_as_its_source(year: int, own: bool, synchronised: bool, level: str) -> None:
    assert box.clock_finding(NOW.replace(year=year), own, synchronised).level == level


@pytest.mark.parametrize(
    ("flags", "level", "word"),
    [
        (0x0, GOOD, "nichts gedrosselt"),
        (0x50005, BLOCKS, "zu wenig Spannung"),
        (0x50000, ATTENTION, "hatte seit dem Einschalten zu wenig"),
        (0x80008, ATTENTION, "zu warm"),
        (0x80000, ATTENTION, "war seit dem Einschalten gedrosselt"),
    ],
)
def test_what_the_firmware_of_a_pi_says_is_put_into_words(flags: int, level: str, word: str) -> None:
    light = box.power_finding(flags)
    assert light.level == level
    assert word in light.word


@pytest.mark.parametrize(("ahead", "keeps"), [(1, True), (-NOW.timestamp() + 7200, False), (None, False)])
def test_a_clock_without_a_battery_begins_anew_and_is_not_believed(tmp_path: Path, ahead: float | None, keeps: bool) -> None:
    if ahead is not None:
        (tmp_path / "rtc0").mkdir()
        (tmp_path / "rtc0/since_epoch").write_text(f"{int(NOW.timestamp() + ahead)}\n")
    assert box.keeps_time(tmp_path, NOW) == keeps


# the hotspot

HALT = "brcmfmac: brcmf_sdio_checkdied: firmware trap in dongle\nbrcmfmac mmc1:0001:1: firmware has halted or crashed".split("\n")
LOAD = ["brcmfmac: brcmf_c_preinit_dcmds: Firmware: BCM4345/6 wl0: Aug 29 2023 version 7.45.265"]


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        (LOAD, GOOD),
        (LOAD + HALT, BLOCKS),
        (LOAD + HALT + LOAD, ATTENTION),
        (LOAD + HALT + LOAD + HALT, BLOCKS),
        (None, ATTENTION),
    ],
)
def test_a_wifi_chip_that_crashed_is_seen_in_the_kernels_log(lines: list[str] | None, level: str) -> None:
    assert air.firmware_finding(lines).level == level


def test_a_hotspot_without_its_adapter_blocks_departure_but_not_on_a_laptop(kit: House) -> None:
    away = configured(kit, interface="wlan7", address="http://10.42.0.1")
    assert found(away, "access-point").level == BLOCKS
    assert found(configured(kit, interface="wlan7"), "access-point").level == NOT_HERE


@pytest.fixture
def hotspot(kit: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A kit with a hotspot, on a machine whose wlan0 looks as its kernel and its programs in these folders say: on, and sending."""
    for path, text in {"net/wlan0/operstate": "up\n", "rfkill/rfkill0/type": "wlan\n", "rfkill/rfkill0/soft": "0\n"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "rfkill/rfkill0/hard").write_text("0\n")
    address = json.dumps([{"addr_info": [{"local": "10.42.0.1", "prefixlen": 24}]}])
    for program, text in {"ip": address, "iw": "Interface wlan0\n\ttype AP\n", "nmcli": "enabled\n"}.items():
        (tmp_path / program).write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(air, "DEVICES", tmp_path / "net")
    monkeypatch.setattr(air, "RADIOS", tmp_path / "rfkill")
    return configured(kit, address="http://10.42.0.1")


def test_a_hotspot_that_sends_is_good(hotspot: House) -> None:
    light = found(hotspot, "access-point")
    assert (light.level, light.word) == (GOOD, "wlan0 sendet")


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [("ip", "10.42.0.1", "192.168.178.44"), ("ip", "10.42.0.1", "10.42.0.10"), ("iw", "type AP", "type managed")],
)
def test_a_chip_that_is_a_guest_in_the_offices_wifi_is_no_hotspot(
    hotspot: House, tmp_path: Path, file: str, before: str, after: str
) -> None:
    (tmp_path / file).write_text((tmp_path / file).read_text().replace(before, after))
    light = found(hotspot, "access-point")
    assert (light.level, light.word) == (BLOCKS, "wlan0 ist an, aber nicht als Hotspot mit 10.42.0.1")


@pytest.mark.parametrize(
    ("file", "text"), [("rfkill/rfkill0/soft", "1\n"), ("rfkill/rfkill0/hard", "1\n"), ("nmcli", "#!/bin/sh\necho disabled\n")]
)
def test_a_radio_that_is_blocked_is_told_from_one_that_is_off(hotspot: House, tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / "net/wlan0/operstate").write_text("down\n")
    assert found(hotspot, "access-point").word == "wlan0 ist aus"
    (tmp_path / file).write_text(text)
    light = found(hotspot, "access-point")
    assert (light.level, light.word) == (BLOCKS, "WLAN ist gesperrt")
    for fix in ("rfkill unblock wifi", "nmcli radio wifi on", "Land"):
        assert fix in light.fix


def test_a_blocked_radio_nobody_uses_is_no_matter(hotspot: House, tmp_path: Path) -> None:
    (tmp_path / "rfkill/rfkill0/soft").write_text("1\n")
    assert found(hotspot, "access-point").level == GOOD


@pytest.mark.parametrize(("number", "level"), [(0, GOOD), (11, GOOD), (12, ATTENTION), (30, ATTENTION), (None, GOOD)])
def test_the_chip_of_a_pi_carries_about_fifteen_and_an_access_point_is_recommended(number: int | None, level: str) -> None:
    light = air.clients_finding(number, air.ONBOARD_LIMIT, onboard=True)
    assert light.level == level
    assert "etwa 15" in light.word
    assert "Access Point" in light.fix


def test_only_devices_of_the_hotspot_that_have_not_gone_are_counted(tmp_path: Path) -> None:
    table = [
        {"dst": "10.42.0.17", "lladdr": "02:00:00:00:00:01", "state": ["REACHABLE"]},
        {"dst": "10.42.0.18", "lladdr": "02:00:00:00:00:02", "state": ["STALE"]},
        {"dst": "10.42.0.19", "state": ["FAILED"]},
        {"dst": "192.168.7.2", "lladdr": "02:00:00:00:00:03", "state": ["REACHABLE"]},
        {"dst": "fe80::1", "lladdr": "02:00:00:00:00:01", "state": ["REACHABLE"]},
    ]
    assert air.heard_of(json.dumps(table), Config(tmp_path)) == 2


# what people left


@pytest.mark.parametrize(
    ("standing", "entries", "level"),
    [(Standing(2, "STICK"), 5, GOOD), (Standing(1, "", "weg"), 5, BLOCKS), (Standing(1), 5, ATTENTION), (Standing(1), 0, GOOD)],
)
def test_one_copy_of_something_is_too_few(standing: Standing, entries: int, level: str) -> None:
    assert data.copies_finding(standing, None, entries).level == level


def test_the_second_copy_is_found_while_the_kit_does_not_serve(kit: House, stick: Path) -> None:
    kit.copies.second.make(stick)
    kit.copies.second.leave()
    assert found(kit, "copies", serving=False).level == GOOD


@pytest.mark.parametrize(
    ("hours", "whole", "trouble", "level"),
    [
        (1, False, "", GOOD),
        (30, False, "", ATTENTION),
        (300, True, "", GOOD),
        (1, True, "zu wenig Platz", BLOCKS),
        (None, False, "", ATTENTION),
    ],
)
def test_an_old_backup_matters_only_when_there_is_something_new(hours: int | None, whole: bool, trouble: str, level: str) -> None:
    made = NOW - timedelta(hours=hours) if hours else None
    assert data.backup_finding(made, whole, trouble, NOW).level == level


def test_a_database_that_is_not_durable_blocks_departure(kit: House) -> None:
    assert found(kit, "sqlite").level == GOOD
    assert data.sqlite_finding((3, 53, 0), "delete", 2).level == BLOCKS
    assert data.sqlite_finding((3, 53, 0), "wal", 1).level == BLOCKS


def test_what_the_hub_has_not_confirmed_and_keys_it_did_not_send_are_said(enrolled: House, stop: dict[str, Any]) -> None:
    waiting = found(enrolled, "handover")
    assert waiting.level == ATTENTION
    assert "warten" in waiting.word or "wartet" in waiting.word
    enrolled.command("sync")(enrolled, lambda *_: None)
    confirmed = found(enrolled, "handover")
    assert confirmed.level == GOOD
    assert "alles bestätigt, zuletzt am" in confirmed.word
    assert found(enrolled, "hub-key").level == ATTENTION
