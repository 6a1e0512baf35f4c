"""The certificate of a kit, as browsers will see it: made on the spot, by an issuer of our own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from fieldkit import certificate, clock

NAME = "kit7.example.org"
Issue = Callable[..., Path]


@pytest.fixture
def issue(tmp_path: Path) -> Issue:
    """Lays a certificate and its key in place, for a name and until a day; the home they lie in."""

    def lay(name: str = NAME, until: datetime | None = None) -> Path:
        chain, key = certificate.files(tmp_path)
        chain.parent.mkdir(exist_ok=True)
        made = trustme.CA().issue_cert(name, not_after=until)
        made.private_key_pem.write_to_path(str(key))
        chain.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
        return tmp_path

    return lay


def test_a_good_certificate_says_when_it_ends(issue: Issue) -> None:
    end = datetime(2999, 3, 1, 12, 0, 0, tzinfo=UTC)
    assert certificate.ends(issue(until=end), NAME) == end


def test_an_expired_certificate_is_refused_in_words(issue: Issue) -> None:
    with pytest.raises(certificate.Unusable, match="abgelaufen"):
        certificate.ends(issue(until=datetime(2020, 1, 1, tzinfo=UTC)), NAME)


def test_a_certificate_for_another_name_is_refused_and_the_name_is_said(issue: Issue) -> None:
    with pytest.raises(certificate.Unusable, match="gilt nicht für kit7.example.org"):
        certificate.ends(issue("kit8.example.org"), NAME)


def test_a_key_that_belongs_to_another_certificate_is_noticed(issue: Issue) -> None:
    home = issue()
    chain = certificate.files(home)[0].read_bytes()
    issue()
    certificate.files(home)[0].write_bytes(chain)
    with pytest.raises(certificate.Unusable, match="gehören nicht zusammen"):
        certificate.ends(home, NAME)


@pytest.mark.parametrize("which", [0, 1])
def test_half_a_certificate_is_none(issue: Issue, which: int) -> None:
    home = issue()
    path = certificate.files(home)[which]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(certificate.Unusable, match="nicht lesbar"):
        certificate.ends(home, NAME)
    path.unlink()
    with pytest.raises(certificate.Unusable, match=f"{path.name} fehlt"):
        certificate.ends(home, NAME)


def test_an_issuer_nobody_knows_is_told_from_a_certificate_that_is_wrong(issue: Issue) -> None:
    assert not certificate.is_trusted(issue(), NAME)


def test_the_address_with_a_lock_is_there_as_long_as_browsers_take_it(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    home = issue(until=datetime.now(UTC) + timedelta(days=30))
    assert certificate.address(home, "") == ""
    assert certificate.address(home, NAME) == f"https://{NAME}"
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=31))
    assert certificate.address(home, NAME) == ""


def test_a_certificate_that_is_renewed_while_the_kit_runs_is_seen(issue: Issue) -> None:
    home = issue("kit8.example.org")
    assert certificate.address(home, NAME) == ""
    issue()
    assert certificate.address(home, NAME) == f"https://{NAME}"
