"""People find a method however they write its name."""

import pytest

from fieldkit.i18n import speaking
from fieldkit.methods.catalogue import catalogue


def first(question: str) -> str:
    hits, _every = catalogue().index.search(question)
    return hits[0].card.id if hits else ""


@pytest.mark.parametrize(
    ("question", "method"),
    [
        ("Punktabfrage", "punktabfrage"),
        ("PUNKTABFRAGE", "punktabfrage"),
        ("Punktabfarge", "punktabfrage"),
        ("Punktabf", "punktabfrage"),
        ("abfrage", "punktabfrage"),
        ("Punkt-Abfrage", "punktabfrage"),
        ("Dot voting", "punktabfrage"),
        ("Dot votting", "punktabfrage"),
        ("Punkte kleben", "punktabfrage"),
        ("Brainstroming", "stilles-brainstorming"),
        ("Empatiekarte", "empathiekarte"),
        ("Konsenieren", "systemisches-konsensieren"),
        ("6-3-5", "methode-635"),
        ("635", "methode-635"),
        ("Wordcafe", "world-cafe"),
        ("worldcafe", "world-cafe"),
        ("World Café", "world-cafe"),
        ("Checkin", "check-in"),
        ("1-2-4-alle", "eins-zwei-vier-alle"),
        ("eins zwei vier alle", "eins-zwei-vier-alle"),
        ("wie koennen wir", "wie-koennen-wir-fragen"),
        ("Baumanalysemethode", "baumanalyse"),
        ("Bäume", "baumanalyse"),
        ("Baeume", "baumanalyse"),
        ("Ähnlichkeiten Affinitätsdiagram", "affinitaetsdiagramm"),
        ("fünfzehn Prozent", "fuenfzehn-prozent-loesungen"),
        ("Journey map", "nutzerreise"),
    ],
)
def test_a_method_is_found(question, method):
    assert first(question) == method


@pytest.mark.parametrize(
    ("one", "other"), [("Straße", "Strasse"), ("Bäume", "Baeume"), ("Gespräch", "Gespraech"), ("MÜLL", "muell")]
)
def test_umlauts_and_sharp_s_are_found_either_way(one, other):
    ids = [[hit.card.id for hit in catalogue().index.search(word)[0]] for word in (one, other)]
    assert ids[0] == ids[1] != []


def test_the_words_of_goals_and_material_are_searched():
    assert {hit.card.id for hit in catalogue().index.search("priorisieren")[0]} >= {"punktabfrage"}
    assert "punktabfrage" in {hit.card.id for hit in catalogue().index.search("Klebepunkte")[0]}


def test_a_mistyped_word_of_the_text_is_found():
    hits, every = catalogue().index.search("Spilplatz")
    assert every
    assert all("Spielpl" in " ".join(hit.where) or "playground" in " ".join(hit.where).lower() for hit in hits)
    assert hits


def test_a_hit_says_where():
    hit = catalogue().index.search("Punktabfarge")[0][0]
    assert hit.where == ("Treffer im Titel: Punktabfrage",)


def test_a_hit_in_the_text_shows_the_words_around_it():
    hit = next(h for h in catalogue().index.search("Blumenladen")[0] if h.card.id == "punktabfrage")
    assert hit.where == ("Treffer im Text: … die Inhaberin vom Blumenladen: Ohne Ladezone kann …",)


def test_an_english_reader_is_shown_english_words():
    with speaking("en"):
        hit = next(h for h in catalogue().index.search("florist")[0] if h.card.id == "punktabfrage")
    assert "The florist speaks up" in hit.where[0]


def test_methods_with_only_some_of_the_words_are_found_when_none_has_all():
    hits, every = catalogue().index.search("Punktabfrage Qxzwvy")
    assert hits[0].card.id == "punktabfrage"
    assert not every


@pytest.mark.parametrize(
    "nonsense",
    ["", "   ", "ab", "qxzwvyk", '"', "' OR 1=1 --", "NEAR(", "*", "\0", "\u202e", "🙂🙂🙂", "a" * 5000, "(((", "title:"],
)
def test_nonsense_finds_nothing_and_breaks_nothing(nonsense):
    hits, _every = catalogue().index.search(nonsense)
    assert len(hits) <= len(catalogue().cards)


def test_words_nobody_uses_find_nothing():
    assert catalogue().index.search("qxzwvyk")[0] == []
