"""A contribution's identity is made with its form, and only this kit can read it back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit import ids, tickets

office = tickets.Office(b"k" * 32)
sealed = office.issue()


def test_a_ticket_comes_back_with_a_code_and_its_hash():
    ticket = office.read(sealed)
    assert ids.is_id(ticket.id)
    assert ids.read_code(ticket.code) == ticket.code
    assert tickets.receipt_of(ticket.code) == ticket.receipt


def test_reading_it_twice_is_the_same_contribution():
    assert office.read(sealed) == office.read(sealed)


def test_every_form_gets_another_one():
    first, second = office.read(sealed), office.read(office.issue())
    assert len({first.id, second.id}) == len({first.code, second.code}) == 2


def test_it_reveals_neither_code_nor_id():
    ticket = office.read(sealed)
    assert ticket.code not in sealed
    assert ticket.id not in sealed


@pytest.mark.parametrize("at", range(0, len(sealed), 7))
def test_a_changed_character_is_refused(at):
    other = "B" if sealed[at] == "A" else "A"
    with pytest.raises(tickets.Unreadable):
        office.read(sealed[:at] + other + sealed[at + 1 :])


def test_a_ticket_of_another_kit_is_refused():
    with pytest.raises(tickets.Unreadable):
        tickets.Office(b"o" * 32).read(sealed)


@pytest.mark.parametrize("text", ["", "x", sealed[:-8], "ÄÖÜ", "\x00", "=" * 40, "A" * 4000])
def test_a_missing_or_broken_one_is_refused(text):
    with pytest.raises(tickets.Unreadable):
        office.read(text)


@given(st.text(st.characters()))
def test_whatever_comes_in_its_place_is_refused_and_nothing_else_happens(text):
    with pytest.raises(tickets.Unreadable):
        office.read(text)


def test_codes_made_in_advance_are_used():
    stocked = tickets.Office(b"k" * 32)
    stocked._pool.put(("CODE-CODE-CODE", "hash"))
    assert stocked.read(stocked.issue()).code == "CODE-CODE-CODE"
