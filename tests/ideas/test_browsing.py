"""A visitor looks through the ideas: filters, searches, sorts, turns pages."""

import re
from datetime import UTC, datetime

import pytest

from fieldkit import clock
from fieldkit.ideas import store
from fieldkit.stops import store as stops


def titles(answer):
    """The titles of the ideas on a list page, in order."""
    return re.findall(r'<h2 dir="auto"><a href="/ideas/\w+">([^<]+)</a>', answer.text)


@pytest.fixture
def look(visitor):
    """Opens the list with a question and returns the titles on it."""
    return lambda **question: titles(visitor.get("/ideas", query_string=question))


@pytest.fixture
def questions_asked(kit):
    """Counts what a page asks the database."""
    asked = []

    def count(browser, url):
        asked.clear()
        # What the full-text index asks itself is told, too: it names the database, we never do.
        kit.db.read().set_trace_callback(lambda sql: None if "'main'." in sql else asked.append(sql))
        assert browser.get(url).status_code == 200
        kit.db.read().set_trace_callback(None)
        return len(asked)

    return count


def test_the_newest_idea_stands_first(left, look):
    left("Eins"), left("Zwei")
    assert look() == ["Zwei", "Eins"]


def test_the_most_supported_can_stand_first(kit, left, look):
    loved = left("Eins")
    left("Zwei")
    kit.db.write(store.support, loved)
    assert look(sort="support") == ["Eins", "Zwei"]


def test_the_order_of_the_day_stays_all_day_and_changes_with_the_day(left, look, monkeypatch):
    for n in range(12):
        left(f"Idee {n}")
    orders = {}
    for day in range(1, 8):
        monkeypatch.setattr(clock, "now", lambda day=day: datetime(2026, 11, day, 12, tzinfo=UTC))
        orders[day] = look(sort="random")
        assert orders[day] == look(sort="random")
        assert sorted(orders[day]) == sorted(look())
    assert len({tuple(order) for order in orders.values()}) > 1


def test_ideas_of_one_category(left, look):
    left("Bank", category="meeting"), left("Baum", category="green")
    assert look(category="green") == ["Baum"]


def test_ideas_that_have_an_answer(kit, left, look):
    replied, answered = left("Vor Ort"), left("Vom Amt")
    left("Noch nichts")
    kit.db.write(lambda conn: conn.execute("UPDATE ideas SET reply = 'Ja' WHERE id = ?", [replied]))
    kit.db.write(
        lambda conn: conn.execute(
            "INSERT INTO answers VALUES ('ideas', ?, 'doing', 'Ja', 'Amt', '2026-12-01T10:00:00Z')", [answered]
        )
    )
    assert look(answered="yes") == ["Vom Amt", "Vor Ort"]


@pytest.mark.parametrize("typed", ["bänke", "BAENKE", "sitzbank", "Straße", "strasse", "sitz straße", "WC", "ein wc"])
def test_searching_german_words(left, look, typed):
    left("Bänke in der Straße", body="Jede Sitzbank zählt, und ein WC dazu.")
    left("Mehr Licht")
    assert look(q=typed) == ["Bänke in der Straße"]


def test_searching_for_what_nobody_wrote_says_so(visitor, left):
    left("Mehr Licht")
    assert "Dazu gibt es hier noch keine Idee" in visitor.get("/ideas?q=brunnen").text


def test_a_search_can_be_sorted_and_filtered_at_once(kit, left, look):
    first, _ = left("Bank A", category="green"), left("Bank B", category="green")
    left("Bank C", category="play"), left("Baum", category="green")
    kit.db.write(store.support, first)
    assert look(q="bank", category="green", sort="support") == ["Bank A", "Bank B"]


def test_turning_pages_shows_every_idea_once(visitor, left, look):
    for n in range(45):
        left(f"Idee {n}")
    pages = [look(page=n) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert len({title for page in pages for title in page}) == 45
    html = visitor.get("/ideas?page=2&sort=support&q=idee").text
    assert 'href="/ideas?q=idee&amp;sort=support&amp;page=3" rel="next"' in html
    assert 'href="/ideas?q=idee&amp;sort=support" rel="prev"' in html


def test_a_page_after_the_last_leads_back(visitor, left):
    left()
    assert "Zum Anfang der Liste" in visitor.get("/ideas?page=7").text


def test_the_list_shows_todays_stop_and_others_on_request(visitor, kit, stop, left, look):
    left("Von hier")
    kit.db.write(stops.close, stop["id"])
    second = {**stop, "id": "abcdefghjkmnpqrs", "place": "Leopoldplatz", "question": "Und hier?"}
    kit.db.write(stops.plan, second)
    kit.db.write(stops.open_stop, second["id"])
    left("Von dort")
    assert look() == ["Von dort"]
    assert look(stop="") == ["Von dort", "Von hier"]
    answer = visitor.get(f"/ideas?stop={stop['id']}")
    assert titles(answer) == ["Von hier"]
    assert "Was fehlt hier im Alltag?" in answer.text


def test_the_language_stays_when_filtering_and_sorting(visitor, left):
    left()
    html = visitor.get("/ideas?lang=de").text
    assert '<input type="hidden" name="lang" value="de">' in html
    assert 'href="/ideas?sort=support&amp;lang=de"' in html


@pytest.mark.parametrize(
    "url", ["/ideas", "/ideas?sort=support", "/ideas?q=idee", "/ideas/wall", "/ideas/similar?title=idee+nummer"]
)
def test_a_longer_list_asks_the_database_no_more_often(visitor, kit, left, questions_asked, url):
    left("Idee Nummer 0", on_wall=1)
    few = questions_asked(visitor, url)
    for n in range(1, 15):
        kit.db.write(store.support, left(f"Idee Nummer {n}", on_wall=1))
    assert questions_asked(visitor, url) == few


@pytest.mark.parametrize("pile", ["all", "reports", "wall", "unanswered"])
def test_a_longer_pile_asks_the_database_no_more_often(facilitator, kit, left, questions_asked, pile):
    kit.db.write(store.report, left("Idee Nummer 0"), None, "Warum?")
    few = questions_asked(facilitator, f"/ideas/moderation?pile={pile}")
    for n in range(1, 15):
        kit.db.write(store.report, left(f"Idee Nummer {n}"), None, "Warum?")
    assert questions_asked(facilitator, f"/ideas/moderation?pile={pile}") == few


def test_an_answer_of_the_hub_stands_with_state_office_and_day(visitor, kit, left):
    rid = left("Ein Brunnen")
    row = (rid, "qualified", "Wir prüfen die Leitung.", "Grünflächenamt", "2026-12-03T10:00:00Z")
    kit.db.write(lambda conn: conn.execute("INSERT INTO answers VALUES ('ideas', ?, ?, ?, ?, ?)", row))
    html = visitor.get(f"/ideas/{rid}").text
    for words in ("Für die nächste Phase qualifiziert", "Wir prüfen die Leitung.", "Grünflächenamt", "3. Dezember 2026"):
        assert words in html


def test_until_then_the_promised_day_stands_there(visitor, left):
    assert "versprochen bis 15. Januar 2027" in visitor.get(f"/ideas/{left()}").text
