"""What people type arrives as they meant it, or comes back with every error and their own words."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fieldkit.forms import Form, clean

# What a keyboard, a copied web page and an attacker send; surrogates come from broken encoders.
STEERING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
ODD = STEERING + "\x00\x07\x1b\x7f\x85\r\n\t a\u0301o\u0308\u2028\u2029\ud800"
# A list, because st.text() would melt both alphabets into one in which the odd ones are lost.
typed = st.lists(st.sampled_from(ODD) | st.characters()).map("".join)


@given(typed, st.booleans())
def test_no_control_or_steering_character_gets_through(text, lines):
    kept = clean(text, lines)
    allowed = "\n" if lines else ""
    assert not [c for c in kept if c not in allowed and (unicodedata.category(c) in ("Cc", "Cs") or c in STEERING)]


@given(typed, st.booleans())
@example("a\u202e\u0308", False)
def test_cleaning_what_is_clean_changes_nothing(text, lines):
    assert clean(clean(text, lines), lines) == clean(text, lines)


@given(typed)
def test_clean_text_can_be_stored_and_sent(text):
    clean(text, lines=True).encode()


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("  Mehr   Bänke\n bitte ", "Mehr Bänke bitte"),
        ("Ba\u0308nke", "Bänke"),
        ("\x00Ban\x00k", "Bank"),
        ("gut\u202egnutsiel", "gutgnutsiel"),
        ("👩‍👩‍👧 Familie 🏳️‍🌈", "👩‍👩‍👧 Familie 🏳️‍🌈"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("مقاعد في الظل", "مقاعد في الظل"),
        (" \t\n ", ""),
    ],
)
def test_a_line_is_kept_as_it_was_meant(raw, meant):
    assert clean(raw) == meant


def test_line_breaks_are_kept_where_there_are_lines():
    assert clean("Eins \r\nzwei\r\r\n\n\n\ndrei\n", lines=True) == "Eins\nzwei\n\ndrei"


def test_all_errors_are_there_at_once():
    form = Form({"body": "x" * 11, "kind": "weird", "count": "viele", "day": "31.2.2026"})
    form.text("title", 10, required="Bitte einen Titel.")
    form.text("body", 10)
    form.choice("kind", {"a", "b"})
    form.number("count", 0, 5)
    form.day("day")
    assert set(form.errors) == {"title", "body", "kind", "count", "day"}
    assert not form
    assert form.posted["count"] == "viele"


def test_only_spaces_are_empty():
    form = Form({"title": " \u200e\t \n"})
    form.text("title", 10, required="Bitte einen Titel.")
    assert form.errors == {"title": "Bitte einen Titel."}


UNSEEN = [
    "\u200b",
    "\u200e\u200b",
    "\u2060\u00ad",
    "\u200d",
    "\ufe0f",
    "\u0301",
    "\u3164",
    "\u2800 \u2800",
    "\U000e0041",
    "\ue000",
    "\x00",
]


@pytest.mark.parametrize("typed", UNSEEN)
def test_what_nobody_can_see_is_empty(typed):
    form = Form({"title": typed, "name": typed})
    assert form.text("title", 120, required="Bitte einen Titel.") == ""
    assert form.errors == {"title": "Bitte einen Titel."}
    assert clean(f"a\n{typed}", lines=True).startswith("a"), "beside something to be seen it does no harm"


@pytest.mark.parametrize("typed", ["👍", "👩‍👩‍👧", "🇩🇪", "1", "?", "می‌خواهم", "क्‍ष", "한", "…", "❤️", "⠃"])
def test_a_single_sign_of_any_script_is_a_text_and_stays_whole(typed):
    assert clean(typed) == typed


def test_exactly_the_limit_fits():
    form = Form({"title": "ä" * 120})
    assert len(form.text("title", 120)) == 120
    assert form


@pytest.mark.parametrize("typed", ["-1", "6", "1.5", "1e3", "٣x", "9" * 30, "0x1"])
def test_a_number_out_of_bounds_is_an_error_and_the_default_stands(typed):
    form = Form({"n": typed})
    assert form.number("n", 0, 5, default=2) == 2
    assert "n" in form.errors


def test_no_number_is_the_default():
    assert Form({}).number("n", 1, 5, default=3) == 3


@pytest.mark.parametrize("typed", ["2026-11-22", "22.11.2026"])
def test_a_day_is_read_both_ways(typed):
    assert Form({"day": typed}).day("day") == "2026-11-22"


@pytest.mark.parametrize("typed", ["22.11.", "gestern", "2026-13-01", "32.1.2026", "0.0.0000"])
def test_a_day_that_does_not_exist_is_an_error(typed):
    form = Form({"day": typed})
    assert form.day("day") == ""
    assert "day" in form.errors


def test_a_box_is_ticked_or_not():
    form = Form({"yes": "on", "no": "0"})
    assert [form.tick(name) for name in ("yes", "no", "missing")] == [True, False, False]


def test_the_first_error_of_a_field_stands():
    form = Form({})
    form.text("title", 10, required="Bitte einen Titel.")
    form.refuse("title", "Etwas anderes.")
    assert form.errors["title"] == "Bitte einen Titel."
