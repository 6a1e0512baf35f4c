"""The language people asked for, else one we have, else German."""

from datetime import UTC, datetime

import pytest

from fieldkit import i18n

pytestmark = pytest.mark.usefixtures("catalogues")


@pytest.mark.parametrize(
    ("wanted", "accept", "spoken"),
    [
        (None, "", "de"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "fr-FR,fr;q=0.9,en;q=0.5", "en"),
        (None, "ar;q=0.2,en;q=0.8", "en"),
        (None, "AR-sy", "ar"),
        (None, "en; q=0.2, ar; q=0.8", "ar"),
        (None, "en;q=0", "de"),
        (None, "fr,it,*", "de"),
        (None, "tr-TR,tr;q=0.9", "de"),
        (None, "en;q=viel,ar;q=0.1", "ar"),
        (None, ",,;;q=;=" * 30, "de"),
        ("de-simple", "en", "de-simple"),
        ("ar", "", "ar"),
        ("klingon", "en", "en"),
    ],
)
def test_people_are_spoken_to_in(wanted, accept, spoken):
    assert i18n.negotiate(wanted, accept) == spoken


def test_only_languages_with_a_catalogue_are_offered_and_german_is_first():
    assert i18n.offered() == ("de", "de-simple", "en", "ar")


def test_every_offered_language_has_a_name_of_its_own():
    assert all(i18n.ENDONYMS[code] for code in i18n.offered())


def test_a_text_is_translated_and_filled_in():
    with i18n.speaking("en"):
        assert i18n.gettext("Danke, %(name)s", name="Ayşe") == "Thanks, Ayşe"
    assert i18n.current() == "de"


def test_a_text_without_translation_stays_german():
    with i18n.speaking("en"):
        assert i18n.gettext("Noch %(n)s Minuten", n=3) == "Noch 3 Minuten"
        assert i18n.ngettext("%(num)s Idee", "%(num)s Ideen", 2) == "2 Ideen"


def test_einfache_sprache_is_german_for_screen_readers():
    with i18n.speaking("de-simple"):
        assert (i18n.tag(), i18n.direction()) == ("de", "ltr")
        assert i18n.gettext("Danke, %(name)s", name="A") == "Danke dir, A"


def test_arabic_runs_from_right_to_left():
    with i18n.speaking("ar"):
        assert i18n.direction() == "rtl"


def test_a_day_is_written_the_way_people_write_it():
    assert i18n.format_date("2026-11-22") == "22. November 2026"
    with i18n.speaking("en"):
        assert "November 22" in i18n.format_date("2026-11-22")


def test_a_moment_is_told_in_berlin_time():
    assert "14:05" in i18n.format_time("2026-11-22T13:05:00Z")
    assert "15:05" in i18n.format_time(datetime(2026, 7, 1, 13, 5, tzinfo=UTC))


def test_shortly_after_midnight_it_is_already_the_next_day_in_berlin():
    assert i18n.format_date(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == "23. November 2026"
