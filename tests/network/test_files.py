"""The network files: the same kit, the same bytes; no secret for others to read; and what differs is said."""

import configparser
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fieldkit import config
from fieldkit.cli import main
from fieldkit.net import files, machine
from tests.network.world import World


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> config.Config:
    """A kit that was just set up."""
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "home"))
    return replace(config.prepare(), address="http://10.42.0.1")


def fieldkit(*words: object) -> Result:
    return CliRunner().invoke(main, ["net", *map(str, words)])


def text_of(settings: config.Config, ending: str) -> str:
    return next(file.text for file in files.render(settings) if file.path.endswith(ending))


def test_the_same_kit_gets_the_same_bytes_again(settings: config.Config, tmp_path: Path) -> None:
    for place in ("one", "two", "two"):
        assert fieldkit("render", tmp_path / place).exit_code == 0
    once, again = ({p.relative_to(tmp_path / place): p.read_bytes() for p in (tmp_path / place).rglob("*") if p.is_file()}
                   for place in ("one", "two"))  # fmt: skip
    assert once == again
    assert len(once) == 5


def test_only_root_may_read_the_passphrase(settings: config.Config, tmp_path: Path) -> None:
    telling = [path for path in files.write(settings, tmp_path) if settings.passphrase in path.read_text()]
    assert [path.name for path in telling] == ["feldkit-ap.nmconnection"]
    assert stat.S_IMODE(telling[0].stat().st_mode) == 0o600


def test_another_kit_has_another_passphrase_in_its_files(
    settings: config.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "other"))
    assert text_of(settings, "nmconnection") != text_of(config.prepare(), "nmconnection")


def test_https_is_open_only_when_the_kit_has_a_public_name(settings: config.Config) -> None:
    assert "443" not in text_of(settings, ".nft")
    named = replace(settings, tls_name="kit7.example.org")
    assert "ip daddr 10.42.0.1 tcp dport 443 accept" in text_of(named, ".nft")
    assert "address=/kit7.example.org/10.42.0.1" in text_of(named, "feldkit.conf")


def test_a_kit_with_an_access_point_on_a_cable_has_no_radio_to_set_up(settings: config.Config) -> None:
    cable = replace(settings, interface="eth1")
    assert "type=ethernet" in text_of(cable, "nmconnection")
    assert "wifi" not in text_of(cable, "nmconnection")
    assert settings.passphrase not in text_of(cable, "nmconnection")
    assert not any("modprobe" in file.path for file in files.render(cable))


def test_a_cable_is_never_the_one_that_carries_the_hotspot(settings: config.Config) -> None:
    assert "match" not in text_of(settings, "cable.nmconnection")
    assert "[match]\ninterface-name=!eth1;\n" in text_of(replace(settings, interface="eth1"), "cable.nmconnection")


def test_the_kit_is_a_guest_on_a_cable_and_gives_no_addresses(settings: config.Config) -> None:
    said = profile_in(text_of(settings, "cable.nmconnection"))
    assert said["ipv4"] == {"address1": "169.254.42.1/16", "dhcp-timeout": "2147483647", "method": "auto"}


def test_own_names_that_are_none_do_not_come_into_the_files(settings: config.Config) -> None:
    text = text_of(replace(settings, hosts=("kit.local", "10.0.0.5", "a.b\naddress=/x/6.6.6.6")), "feldkit.conf")
    assert "address=/kit.local/10.42.0.1" in text
    assert "10.0.0.5" not in text
    assert "6.6.6.6" not in text


def test_older_rules_are_told_from_the_new_ones(settings: config.Config) -> None:
    assert re.fullmatch(r"feldkit [0-9a-f]{16}", files.seal_of(files.rules(settings)))
    changed = replace(settings, connections_per_device=30)
    assert files.seal_of(files.rules(settings)) != files.seal_of(files.rules(changed))


def test_the_check_names_what_is_missing_or_changed_and_what_to_do(settings: config.Config, tmp_path: Path) -> None:
    rules, names, profile, *_ = files.write(settings, tmp_path)
    rules.unlink()
    names.write_text("address=/#/6.6.6.6\n")
    profile.chmod(0o644)
    said = {difference.what: difference.fix for difference in machine.differences(settings, tmp_path)}
    assert said[f"{rules} fehlt."] == "sudo fieldkit net render /"
    assert said[f"{names} ist anders, als die kit.toml es will."] == "sudo fieldkit net render /"
    assert said[f"{profile} hat die Rechte 644 statt 600; NetworkManager nimmt sie so nicht."] == "sudo fieldkit net render /"


def test_the_check_says_when_posters_show_another_address(settings: config.Config, tmp_path: Path) -> None:
    def about_posters(address: str) -> list[str]:
        found = machine.differences(replace(settings, address=address), tmp_path)
        return [difference.fix for difference in found if "Plakaten" in difference.what]

    assert about_posters("http://127.0.0.1:8080") == ['In der kit.toml: address = "http://10.42.0.1"']
    assert about_posters("http://10.42.0.1") == []
    assert about_posters("http://feldkit.internal") == []


def test_a_machine_without_the_hotspot_fails_the_check(settings: config.Config) -> None:
    result = fieldkit("check")
    assert result.exit_code == 1
    assert "→ sudo fieldkit net render /" in result.output


def test_nothing_is_written_for_a_kit_that_was_never_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "nowhere"))
    result = fieldkit("render", tmp_path / "out")
    assert result.exit_code == 1
    assert "fieldkit setup" in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(settings: config.Config) -> None:
    result = fieldkit("render", "/proc/feldkit")
    assert result.exit_code == 1
    assert "/proc/feldkit" in result.output
    assert "Traceback" not in result.output


def test_the_terminal_shows_how_to_join(settings: config.Config) -> None:
    output = fieldkit("qr").output
    assert settings.ssid in output
    assert settings.passphrase in output
    assert "█" in output


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {"tls_name": "kit7.example.org"}, {"interface": "eth1", "network": "192.168.77.1/26"}])
def test_the_programs_take_the_files_and_the_files_stay_the_same(world: World, changes: dict[str, str], tmp_path: Path) -> None:
    kit = replace(world.config, **changes)
    before = files.render(kit)
    files.write(kit, tmp_path)
    for _ in range(2):  # a second time while they are loaded
        world.kit.run("nft", "--check", "--file", tmp_path / files.RULES_FILE)
        with world.without_firewall(files.rules(kit)):
            assert files.seal_of(world.kit.run("nft", "list", "table", "inet", "feldkit")) == files.seal_of(files.rules(kit))
        assert "syntax check OK" in world.kit.run(
            "sh", "-c", f"dnsmasq --test --conf-dir={tmp_path}/etc/NetworkManager/dnsmasq-shared.d 2>&1"
        )
    assert files.render(kit) == before
    assert {path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == {file.text for file in before}


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {"passphrase": ""}, {"interface": "eth1"}])
def test_network_manager_reads_every_line_of_the_profile(world: World, changes: dict[str, str]) -> None:
    """It writes it out again, in an order of its own, with defaults left out and an empty section."""
    for profile in ("ap.nmconnection", "cable.nmconnection"):
        ours = text_of(replace(world.config, **changes), profile)
        theirs = world.kit.run("nmcli", "--offline", "connection", "modify", "connection.autoconnect", "yes", input=ours)
        assert profile_in(theirs) == profile_in(ours)


def profile_in(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return {name: dict(section) for name, section in parser.items() if section}
