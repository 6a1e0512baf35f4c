"""Nonsense is refused in a sentence that names it, never by a traceback, never silently."""

import stat

import pytest

from fieldkit import config


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ('ssid = "Feld;kit"', "ssid"),
        ('ssid = "Bürgerlabor"', "ssid"),
        ('ssid = ""', "ssid"),
        (f'ssid = "{"x" * 33}"', "ssid"),
        ('passphrase = "kurz"', "passphrase"),
        ('passphrase = "mit leerzeichen"', "passphrase"),
        (f'passphrase = "{"x" * 64}"', "passphrase"),
        ('address = "10.42.0.1"', "address"),
        ('address = "http://10.42.0.1/"', "address"),
        ('address = "http://10.42.0.1:99999"', "address"),
        ('address = "javascript:alert(1)"', "address"),
        ("ssid = 5", "„ssid“ muss Text in Anführungszeichen sein"),
        ("name = ['a']", "„name“ muss Text in Anführungszeichen sein"),
        ('interface = "wlan0; reboot"', "interface"),
        ('network = "10.42.0.1"', "network"),
        ('network = "10.42.0.0/24"', "network"),
        ('network = "10.42.0.255/24"', "network"),
        ('network = "8.8.8.8/24"', "network"),
        ('network = "10.42.0.1/16"', "network"),
        ('network = "127.0.0.1/24"', "network"),  # the kit to itself
        ('network = "169.254.1.1/24"', "network"),  # a cable without any server
        ('network = "198.51.100.1/24"', "network"),  # where names that are not ours lead
        ('network = "100.64.0.1/24"', "network"),  # a phone's mobile network
        ('network = "172.32.0.1/24"', "network"),
        ('network = "fd00::1/64"', "network"),
        ('hostname = ""', "hostname"),
        ('hostname = "feldkit"', "hostname"),
        ('hostname = "feldkit.internal/10.0.0.1"', "hostname"),
        ('tls_name = "Kit7.example.org"', "tls_name"),
        ('tls_name = "10.42.0.1"', "tls_name"),
        ('country = "Deutschland"', "country"),
        ("channel = 36", "channel"),
        ('channel = "6"', "channel"),
        ("channel = true", "channel"),
        ("lease_minutes = 0", "lease_minutes"),
        ("connections_per_device = 1", "connections_per_device"),
        ("new_connections_per_second = 0", "new_connections_per_second"),
        ('hosts = "kit.local"', "hosts"),
        ("hosts = 5", "hosts"),
        ("hosts = [1]", "„hosts“ muss eine Liste von Text in Anführungszeichen sein"),
        ('colour = "red"', "colour"),
        ('my-colour = "red"', "my-colour"),
        ('home = "/tmp"', "home"),
        ("[section]\nx = 1", "section"),
        ("ssid =", "nicht lesbar"),
        ("\x00", "nicht lesbar"),
    ],
)
def test_nonsense_is_refused_in_a_sentence_that_names_it(home, toml, named):
    (home / "kit.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(config.ConfigError, match=named) as refused:
        config.load()
    assert "kit.toml" in str(refused.value)
    assert str(refused.value).endswith(".")


def test_all_that_is_wrong_is_said_at_once(home):
    (home / "kit.toml").write_text('farbe = "rot"\nchannel = 36\ncountry = "Berlin"\n', encoding="utf-8")
    with pytest.raises(config.ConfigError) as refused:
        config.load()
    assert all(name in str(refused.value) for name in ("farbe", "channel", "country"))


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('name = "Kit 7"\nssid = "kaputt', "Zeile 2 ist nicht zu verstehen. Meist fehlt ein Anführungszeichen"),
        ('name = "Kit 7"\r\nssid = "kaputt\r\nchannel = 6\r\n', "Zeile 2 ist nicht zu verstehen"),
        ("ssid = „Feldkit-7“\n", "Zeile 1 ist nicht zu verstehen"),
        ("ssid =\n\n\n", "Zeile 1 ist nicht zu verstehen"),
        ('ssid = "a"\n\nssid = "b"\n', "Den Eintrag in Zeile 3 gibt es weiter oben schon"),
    ],
)
def test_who_mistypes_is_told_in_german_which_line_and_what_to_look_for(home, toml, told):
    (home / "kit.toml").write_text(toml, encoding="utf-8", newline="")
    with pytest.raises(config.ConfigError, match=told) as refused:
        config.load()
    assert "at line" not in str(refused.value)
    assert "at end" not in str(refused.value)


@pytest.mark.parametrize("coded", [b"\xff\xfes\x00", 'name = "Köln"'.encode("cp1252")])
def test_a_file_in_another_coding_is_refused_with_the_one_to_choose(home, coded):
    (home / "kit.toml").write_bytes(coded)
    with pytest.raises(config.ConfigError, match="Kodierung UTF-8"):
        config.load()


def test_a_folder_in_place_of_the_file_is_refused(home):
    (home / "kit.toml").mkdir()
    with pytest.raises(config.ConfigError, match="nicht lesbar"):
        config.load()


@pytest.mark.parametrize("place", ["/proc/feldkit", "/dev/null/feldkit"])
def test_a_home_that_cannot_be_made_is_refused_with_what_to_do(monkeypatch, place):
    monkeypatch.setenv("FIELDKIT_HOME", place)
    with pytest.raises(config.ConfigError, match="FIELDKIT_HOME auf einen anderen Ordner"):
        config.prepare()


def test_a_missing_home_is_made_with_a_passphrase_nobody_else_can_read(tmp_path, monkeypatch):
    monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / "new" / "kit"))
    settings = config.prepare()
    assert len(settings.passphrase) >= 8
    assert stat.S_IMODE((settings.home / "kit.toml").stat().st_mode) == 0o600
    assert config.prepare() == settings


def test_two_kits_get_different_passphrases(tmp_path, monkeypatch):
    passphrases = set()
    for name in "ab":
        monkeypatch.setenv("FIELDKIT_HOME", str(tmp_path / name))
        passphrases.add(config.prepare().passphrase)
    assert len(passphrases) == 2


def test_the_address_of_the_file_wins_over_the_one_of_the_command_line(home):
    (home / "kit.toml").write_text('address = "http://kit.example"\nhosts = ["kit.local"]\n')
    settings = config.load("http://127.0.0.1:8080")
    assert settings.address == "http://kit.example"
    assert {"kit.example", "kit.local", "localhost", "127.0.0.1"} <= settings.own_hosts()


def test_the_host_of_an_address_with_a_port_is_its_own(home):
    assert "10.0.0.5" in config.load("http://10.0.0.5:8080").own_hosts()
    assert "[fd00::1]" in config.load("http://[fd00::1]:8080").own_hosts()


@pytest.mark.parametrize("network", ["10.0.0.1/28", "172.16.0.1/24", "172.31.255.254/24", "192.168.178.1/24"])
def test_a_hotspot_may_be_in_any_private_network(home, network):
    (home / "kit.toml").write_text(f'network = "{network}"')
    assert str(config.load().hotspot) == network


def test_nothing_set_is_a_kit_that_works(home):
    assert config.load().ssid == "Feldkit"


def test_visitors_find_a_kit_at_its_address_on_the_hotspot_unless_it_has_another(home, monkeypatch):
    monkeypatch.setattr(config, "in_checkout", lambda: False)
    (home / "kit.toml").write_text('network = "192.168.77.1/24"')
    assert config.load().address == "http://192.168.77.1"
    (home / "kit.toml").write_text('network = "192.168.77.1/24"\naddress = "http://feldkit.internal"')
    assert config.load().address == "http://feldkit.internal"


def test_all_names_of_the_hotspot_are_the_kits_own(home):
    (home / "kit.toml").write_text('network = "192.168.77.1/24"\ntls_name = "kit7.example.org"')
    assert config.load().own_hosts() >= {"192.168.77.1", "feldkit.internal", "kit7.example.org"}
    (home / "kit.toml").write_text("")
    assert "" not in config.load().own_hosts()
