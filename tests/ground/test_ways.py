"""How a request came here: what a facilitator's PIN and a visitor's contact depend on."""

from ipaddress import IPv4Interface

import pytest

from fieldkit import doors

HOTSPOT = IPv4Interface("10.42.0.1/24")


@pytest.mark.parametrize(
    ("scheme", "address", "way"),
    [
        ("http", "10.42.0.17", doors.AIR),
        ("https", "10.42.0.17", doors.LOCK),
        ("http", "::ffff:10.42.0.17", doors.AIR),
        ("http", "127.0.0.1", doors.DEVICE),
        ("http", "127.0.1.1", doors.DEVICE),
        ("http", "::1", doors.DEVICE),
        ("http", "::ffff:127.0.0.1", doors.DEVICE),
        ("http", "10.42.0.1", doors.DEVICE),  # the kit's own browser, at the address on the poster
        ("http", "10.42.1.17", doors.CABLE),
        ("http", "192.168.7.2", doors.CABLE),
        ("http", "fe80::1", doors.AIR),
        ("http", "10.42.0.17, 127.0.0.1", doors.AIR),
        ("http", "", doors.AIR),
    ],
)
def test_a_request_that_could_be_read_along_is_told_from_one_that_could_not(scheme: str, address: str, way: str) -> None:
    assert doors.way({"wsgi.url_scheme": scheme, "REMOTE_ADDR": address}, HOTSPOT) == way
