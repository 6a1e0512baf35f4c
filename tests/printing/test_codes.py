"""QR codes: every scanner reads the Wi-Fi one alike."""

import re

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.printing import codes
from fieldkit.wifi import wifi_qr

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"


def read_like_zxing(code: str) -> dict[str, str]:
    """The rules of ZXing's WifiResultParser: fields end at an unescaped semicolon, a backslash escapes."""
    assert code.startswith("WIFI:")
    fields = re.findall(r"(?:^|;)([TSPH]):((?:\\.|[^\\;])*)(?=;)", code[5:])
    return {name: re.sub(r"\\(.)", r"\1", value) for name, value in fields}


@given(st.text(LETTERS, min_size=1, max_size=32), st.text(LETTERS, min_size=8, max_size=63))
def test_a_phone_reads_the_network_and_the_passphrase_as_they_are(ssid, passphrase):
    assert read_like_zxing(wifi_qr(ssid, passphrase)) == {"T": "WPA", "S": ssid, "P": passphrase}


def test_a_network_without_a_passphrase_is_an_open_one():
    assert read_like_zxing(wifi_qr("Feldkit", "")) == {"T": "nopass", "S": "Feldkit"}


@pytest.mark.parametrize(
    ("ssid", "passphrase"),
    [("Café", "abcdefgh"), ("a;b", "abcdefgh"), ("", "abcdefgh"), ("x" * 33, "abcdefgh"), ("kit", "short"), ("kit", "mit leer"), ("kit\n", "abcdefgh")],
)  # fmt: skip
def test_what_scanners_disagree_about_is_refused(ssid, passphrase):
    with pytest.raises(ValueError, match="letters, digits and hyphens"):
        wifi_qr(ssid, passphrase)


def test_the_picture_has_exactly_the_modules_of_the_code():
    reference = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    reference.add_data("http://10.42.0.1")
    wanted = reference.get_matrix()

    drawn = [[False] * len(wanted) for _ in wanted]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", codes.svg("http://10.42.0.1")):
        drawn[int(y)][int(x) : int(x) + int(length)] = [True] * int(length)

    assert drawn == wanted
