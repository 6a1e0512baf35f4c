"""A stolen kit does not reveal who you are."""

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from fieldkit import seal

hub, escrow = PrivateKey.generate(), PrivateKey.generate()
recipients = [bytes(hub.public_key), bytes(escrow.public_key)]
contact = {"contact": "ayşe@example.org"}


def test_the_hub_and_the_escrow_can_open_it():
    sealed = seal.seal(contact, recipients)
    assert seal.unseal(sealed[0], hub) == seal.unseal(sealed[1], escrow) == contact


def test_nobody_else_can_open_it():
    with pytest.raises(CryptoError):
        seal.unseal(seal.seal(contact, recipients)[0], PrivateKey.generate())


def test_nothing_of_it_can_be_read():
    assert all("example" not in text and b"example" not in bytes.fromhex(text) for text in seal.seal(contact, recipients))


def test_the_length_does_not_tell_a_phone_number_from_an_address():
    short, long = seal.seal({"contact": "1"}, recipients), seal.seal({"contact": "ö" * 200}, recipients)
    assert {len(text) for text in [*short, *long]} == {len(short[0])}


def test_the_same_contact_twice_looks_different():
    assert seal.seal(contact, recipients) != seal.seal(contact, recipients)


def test_too_long_a_contact_is_refused():
    with pytest.raises(ValueError, match="too long"):
        seal.seal({"contact": "x" * 600}, recipients)
