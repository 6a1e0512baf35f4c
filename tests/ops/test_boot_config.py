"""The kit.toml that somebody laid on the card of a new kit: it counts once, and nobody who finds the card reads the password."""

import subprocess
import sys
from pathlib import Path

import pytest

from fieldkit import config
from fieldkit.ops import boot_config

WRITTEN = 'name = "Kit 7"\nssid = "Feldkit-7"\n\n# für alle\n  passphrase = "tempelhof-lab"  # vom Plakat\nhosts = ["kit.berlin"]\nchannel = 11\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kit that was set up: it has a name for its hotspot and a random password."""
    place = tmp_path / "home"
    monkeypatch.setenv("FIELDKIT_HOME", str(place))
    config.prepare()
    return place


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """The part of the memory card that any laptop can write."""
    folder = tmp_path / "boot"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", ["kit.toml", "kit.toml.txt"])
def test_what_stands_on_the_card_is_taken_over_once_and_the_password_is_gone_from_there(
    home: Path, card: Path, name: str
) -> None:
    (card / name).write_text(WRITTEN)
    assert boot_config.apply(home, (card,)) == ["Von der Boot-Partition übernommen: channel, hosts, name, passphrase, ssid."]
    kit = config.load()
    assert (kit.name, kit.ssid, kit.passphrase, kit.hosts, kit.channel) == (
        "Kit 7", "Feldkit-7", "tempelhof-lab", ("kit.berlin",), 11,
    )  # fmt: skip
    assert (home / "kit.toml").stat().st_mode & 0o777 == 0o600
    left = (card / "kit-uebernommen.toml").read_text()
    assert "tempelhof-lab" not in left
    assert 'name = "Kit 7"' in left
    assert [file.name for file in card.iterdir()] == ["kit-uebernommen.toml"]
    assert boot_config.apply(home, (card,)) == []


def test_what_the_card_does_not_name_stays_as_it_was(home: Path, card: Path) -> None:
    before = config.load()
    (card / "kit.toml").write_bytes(b'\xef\xbb\xbfname = "Kit 7"\r\n')
    boot_config.apply(home, (card,))
    assert (config.load().name, config.load().passphrase) == ("Kit 7", before.passphrase)


@pytest.mark.parametrize("nonsense", ['ssid = "Kit 7"', 'farbe = "rot"', "ssid = ", 'passphrase = "kurz"'])
def test_nonsense_on_the_card_changes_nothing_and_the_card_says_what_is_wrong(home: Path, card: Path, nonsense: str) -> None:
    before = (home / "kit.toml").read_text()
    (card / "kit.toml").write_text(nonsense)
    with pytest.raises(boot_config.NotApplied, match="kit.toml"):
        boot_config.apply(home, (card,))
    assert (home / "kit.toml").read_text() == before
    told = (card / "kit-fehler.txt").read_text()
    assert str(card / "kit.toml") in told
    (card / "kit.toml").write_text(WRITTEN)
    boot_config.apply(home, (card,))
    assert not (card / "kit-fehler.txt").exists()


def test_a_password_written_twice_leaves_nothing_of_it_on_the_card(home: Path, card: Path) -> None:
    (card / "kit.toml").write_text('# das alte war tempelhof-lab\n"passphrase" = """tempelhof-lab"""\n')
    boot_config.apply(home, (card,))
    assert "tempelhof" not in (card / "kit-uebernommen.toml").read_text()
    assert config.load().passphrase == "tempelhof-lab"


def test_a_link_laid_in_the_home_leads_nobody_to_another_file(home: Path, card: Path, tmp_path: Path) -> None:
    other = tmp_path / "shadow"
    other.write_text("")
    (home / "kit.toml").unlink()
    (home / "kit.toml").symlink_to(other)
    (card / "kit.toml").write_text(WRITTEN)
    boot_config.apply(home, (card,))
    assert other.read_text() == ""
    assert not (home / "kit.toml").is_symlink()


BROKEN = [
    ('name = "Kit 3"\nssid = "kaputt\npassphrase = "tempelhof-lab"\n', "Zeile 2"),
    ('name = "Kit 3"\npassphrase = "tempelhof-lab"\nssid = "kaputt', "Zeile 3"),
    ('name = "Kit 3"\npassphrase = "tempelhof-lab"\nfarbe = "rot"\nchannel = 36\n', "farbe"),
    ('\ufeffname = "Kit 3"\r\npassphrase = "tempelhof-lab"\r\nssid = „Kit“\r\n', "Zeile 3"),
]


@pytest.mark.parametrize(("toml", "fault"), BROKEN)
def test_a_broken_file_in_the_kit_is_set_aside_for_that_of_the_card_and_the_card_says_so(
    home: Path, card: Path, toml: str, fault: str
) -> None:
    (home / "kit.toml").write_text(toml, newline="")
    (card / "kit.toml").write_text('ssid = "Feldkit-9"\n')
    boot_config.apply(home, (card,))
    kit = config.load()
    assert (kit.ssid, kit.name, kit.passphrase, kit.channel) == ("Feldkit-9", "Kit 3", "tempelhof-lab", 6)
    assert (home / "kit-kaputt-1.toml").read_bytes() == toml.encode()
    told = (card / "kit-fehler.txt").read_text()
    assert f"kaputt und liegt jetzt als {home / 'kit-kaputt-1.toml'}. Daraus bleibt: name, passphrase." in told
    assert str(home / "kit.toml") in told
    assert str(card) not in told
    assert fault in told
    assert not (card / "kit.toml").exists()


def test_a_file_set_aside_before_is_never_lost(home: Path, card: Path) -> None:
    for word in ("eins", "zwei"):
        (home / "kit.toml").write_text(f'ssid = "{word}')
        (card / "kit.toml").write_text('ssid = "Feldkit-9"\n')
        boot_config.apply(home, (card,))
    assert [(home / f"kit-kaputt-{number}.toml").read_text() for number in (1, 2)] == ['ssid = "eins', 'ssid = "zwei']


def test_a_folder_in_the_place_of_the_kits_file_is_set_aside_too(home: Path, card: Path) -> None:
    (home / "kit.toml").unlink()
    (home / "kit.toml").mkdir()
    (card / "kit.toml").write_text('ssid = "Feldkit-9"\n')
    boot_config.apply(home, (card,))
    assert config.load().ssid == "Feldkit-9"
    assert (home / "kit-kaputt-1.toml").is_dir()


@pytest.mark.parametrize("own", ['passphrase = "tempelhof-lab\n', None])
def test_a_kit_whose_password_is_lost_gets_a_new_one_and_is_never_open(home: Path, card: Path, own: str | None) -> None:
    (home / "kit.toml").unlink()
    if own:
        (home / "kit.toml").write_text(own)
    (card / "kit.toml").write_text('ssid = "Feldkit-9"\n')
    said = boot_config.apply(home, (card,))
    assert len(config.load().passphrase) == 14
    assert "hat jetzt ein neues" in said[-1]
    assert config.load().passphrase not in (card / "kit-fehler.txt").read_text()


def test_of_two_files_on_the_card_none_counts_until_one_is_taken_away(home: Path, card: Path) -> None:
    before = (home / "kit.toml").read_text()
    (card / "kit.toml").write_text('ssid = "Feldkit-8"\n')
    (card / "kit.toml.txt").write_text('ssid = "Feldkit-9"\n')
    with pytest.raises(boot_config.NotApplied):
        boot_config.apply(home, (card,))
    assert (home / "kit.toml").read_text() == before
    assert f"{card / 'kit.toml'} und {card / 'kit.toml.txt'}" in (card / "kit-fehler.txt").read_text()
    (card / "kit.toml").unlink()
    boot_config.apply(home, (card,))
    assert config.load().ssid == "Feldkit-9"


def test_one_folder_under_two_names_has_one_file(home: Path, card: Path, tmp_path: Path) -> None:
    (tmp_path / "firmware").symlink_to(card)
    (card / "kit.toml").write_text('ssid = "Feldkit-9"\n')
    boot_config.apply(home, (tmp_path / "firmware", card))
    assert config.load().ssid == "Feldkit-9"


@pytest.mark.parametrize(
    "line", ['# passphrase = "tempelhof-lab"', "'passphrase' = \"tempelhof\\u002dlab\"", 'passphrase="tempelhof-lab"\r']
)
def test_a_password_however_written_does_not_stay_on_the_card(home: Path, card: Path, line: str) -> None:
    (card / "kit.toml").write_text(f'name = "Kit 7"\n\n{line}\n', newline="")
    boot_config.apply(home, (card,))
    left = (card / "kit-uebernommen.toml").read_text()
    assert "tempelhof" not in left
    assert 'name = "Kit 7"' in left


def test_a_name_with_any_character_can_be_read_again(home: Path, card: Path) -> None:
    (card / "kit.toml").write_text('name = "Kit \\u007f \\n \\\\ ü"\n')
    boot_config.apply(home, (card,))
    assert config.load().name == "Kit \x7f \n \\ ü"


APPLY = """
import sys
from pathlib import Path
from fieldkit.ops import boot_config
try:
    boot_config.apply(Path(sys.argv[1]), (Path(sys.argv[2]),))
except boot_config.NotApplied as reason:
    print(reason)
"""


def test_a_card_that_cannot_be_written_counts_not_even_once(home: Path, card: Path) -> None:
    before = (home / "kit.toml").read_text()
    (card / "kit.toml").write_text('ssid = "Feldkit-9"\n')
    locked = 'mount --bind "$3" "$3" && mount -o remount,bind,ro "$3" && exec "$0" -c "$1" "$2" "$3"'
    words = ["unshare", "--mount", "--map-root-user", "sh", "-c", locked, sys.executable, APPLY, home, card]
    done = subprocess.run(words, capture_output=True, text=True)
    assert "lässt sich nicht ändern" in done.stdout, done.stderr
    assert (home / "kit.toml").read_text() == before
