"""Receipt codes: one wrong character or two swapped ones never pass for another code."""

from hypothesis import given
from hypothesis import strategies as st

from fieldkit import ids

codes = st.builds(ids.new_code)
places = st.integers(0, ids.CODE_LENGTH - 1)


@given(codes)
def test_a_code_is_read_as_it_was_given_out(code: str) -> None:
    assert ids.read_code(code) == code


@given(codes, st.sampled_from([" ", "-", "–", "\u2011", ""]))
def test_a_code_is_read_however_it_is_spaced_and_in_small_letters(code: str, between: str) -> None:
    assert ids.read_code(f" {code.replace('-', between).lower()} ") == code


@given(codes, places, st.sampled_from(ids.CODE_ALPHABET))
def test_one_wrong_character_is_always_noticed(code: str, place: int, other: str) -> None:
    letters = code.replace("-", "")
    typed = letters[:place] + other + letters[place + 1 :]
    assert (ids.read_code(typed) is None) == (other != letters[place])


@given(codes, st.integers(0, ids.CODE_LENGTH - 2))
def test_two_swapped_neighbours_are_always_noticed(code: str, place: int) -> None:
    letters = code.replace("-", "")
    typed = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
    assert (ids.read_code(typed) is None) == (letters[place] != letters[place + 1])


@given(codes, places)
def test_a_forgotten_or_doubled_character_is_noticed(code: str, place: int) -> None:
    letters = code.replace("-", "")
    assert ids.read_code(letters[:place] + letters[place + 1 :]) is None
    assert ids.read_code(letters[:place] + letters[place] + letters[place:]) is None


@given(st.text(max_size=30))
def test_whatever_is_typed_is_answered_and_never_a_crash(text: str) -> None:
    code = ids.read_code(text)
    assert code is None or ids.read_code(code) == code


def test_codes_have_no_characters_that_paper_confuses() -> None:
    assert len(set(ids.CODE_ALPHABET)) == 31
    assert not set("ILO01") & set(ids.CODE_ALPHABET)


def test_a_record_is_named_by_chance() -> None:
    names = {ids.new_id() for _ in range(100)}
    assert len(names) == 100
    assert all(ids.is_id(name) for name in names)
    assert not ids.is_id("../etc/passwd")
