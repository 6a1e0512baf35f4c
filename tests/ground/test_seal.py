"""A stolen kit does not reveal who you are."""

import subprocess
from base64 import b64decode

import pytest
from pyrage.x25519 import Identity

from fieldkit import seal

hub, escrow = Identity.generate(), Identity.generate()
recipients = [str(hub.to_public()), str(escrow.to_public())]
contact = {"contact": "ayşe@example.org"}


def test_the_hub_and_the_escrow_can_open_it():
    sealed = seal.seal(contact, recipients)
    assert seal.unseal(sealed, str(hub)) == seal.unseal(sealed, str(escrow)) == contact


def test_nobody_else_can_open_it():
    with pytest.raises(seal.Shut):
        seal.unseal(seal.seal(contact, recipients), str(Identity.generate()))


def test_debians_age_opens_it_without_our_code(tmp_path):
    (tmp_path / "escrow.key").write_text(f"{escrow}\n")
    (tmp_path / "contact.age").write_bytes(b64decode(seal.seal(contact, recipients)))
    command = ["age", "--decrypt", "--identity", tmp_path / "escrow.key", tmp_path / "contact.age"]
    assert "ayşe@example.org" in subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_nothing_of_it_can_be_read():
    assert b"example" not in b64decode(seal.seal(contact, recipients))


def test_the_length_does_not_tell_a_phone_number_from_an_address():
    short, long = (b64decode(seal.seal({"contact": text}, recipients)) for text in ("1", "ö" * 200))
    # Before that, age adds a line of random length, so that nobody relies on its absence.
    assert len(short.partition(b"\n--- ")[2]) == len(long.partition(b"\n--- ")[2])


def test_the_same_contact_twice_looks_different():
    assert seal.seal(contact, recipients) != seal.seal(contact, recipients)


def test_too_long_a_contact_is_refused():
    with pytest.raises(ValueError, match="too long"):
        seal.seal({"contact": "x" * 600}, recipients)
