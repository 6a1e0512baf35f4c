"""Mrs Krüger finds among thousands of ideas those she is asked about: filters in the address, one idea after the other, a table."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from werkzeug.test import Client

from fieldkit import clock
from fieldkit.hub import outbox
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import store
from fieldkit.hub.ideas.question import Question
from tests.hub.arriving import IDEA, KIT, OTHER_KIT, STOP, arrive


@pytest.fixture
def season(hub: Central, monkeypatch: pytest.MonkeyPatch) -> Central:
    """Six ideas of a season, two with an answer and one with an office that was asked; it is 20 December."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 20, 12, tzinfo=UTC))
    idea = IDEA | {"channel": "phone"}
    arrive(
        hub,
        ("stops", "stop1", STOP | {"answer_by": "2026-12-15"}),
        ("ideas", "bench", idea | {"at": "2026-11-22T10:00:00Z"}),
        ("ideas", "tree", idea | {"title": "Ein Baum", "category": "green", "at": "2026-11-23T10:00:00Z"}),
        (
            "ideas",
            "light",
            idea | {"title": "Mehr Licht", "category": "safety", "channel": "paper", "at": "2026-11-24T23:45:00Z"},
        ),
        ("supports", "s1", {"idea_id": "tree", "strokes": 5}),
        ("supports", "s2", {"idea_id": "light", "strokes": 2}),
    )
    arrive(
        hub,
        ("stops", "stop2", STOP | {"place": "Leopoldplatz", "district": "Mitte"}),
        ("ideas", "well", idea | {"stop_id": "stop2", "title": "Ein Brunnen", "at": "2026-12-01T10:00:00Z"}),
        ("ideas", "swing", idea | {"stop_id": "stop2", "title": "Eine Schaukel", "at": "2026-12-02T10:00:00Z"}),
        ("ideas", "bus", idea | {"stop_id": "stop2", "title": "=Bus 100", "at": "2026-12-03T10:00:00Z"}),
        kit=OTHER_KIT, name="Kit 8",
    )  # fmt: skip
    for kit, rid, status, body, office in (
        (KIT, "bench", "doing", "Kommt im März.", "Grünflächenamt"), (KIT, "tree", "checking", "", "Grünflächenamt"),
        (OTHER_KIT, "well", "declined", "Dort liegt ein Kabel.", "Wasserbetriebe"),
    ):  # fmt: skip
        hub.db.write(outbox.answer, hub.signing_key, kit, rid, {"status": status, "body": body, "office": office}, "Frau Krüger")
    return hub


def titles(reader: Client, query: str = "") -> list[str]:
    """The ideas on the list."""
    return re.findall(r'<a href="/ideas/[^"]+" dir="auto">([^<]+)</a>', reader.get(f"/ideas{query}").text)


FOUND = {
    "": ["=Bus 100", "Eine Schaukel", "Ein Brunnen", "Mehr Licht", "Ein Baum", "Mehr Bänke"],
    "?sort=oldest&answered=no": ["Ein Baum", "Mehr Licht", "Eine Schaukel", "=Bus 100"],
    "?sort=support&kit=kit7kit7kit7kit7": ["Ein Baum", "Mehr Licht", "Mehr Bänke"],
    "?answered=yes": ["Ein Brunnen", "Mehr Bänke"],
    "?status=checking": ["Ein Baum"],
    "?status=none": ["=Bus 100", "Eine Schaukel", "Mehr Licht"],
    "?office=Gr%C3%BCnfl%C3%A4chenamt": ["Ein Baum", "Mehr Bänke"],
    "?theme=green": ["Ein Baum"],
    "?channel=paper": ["Mehr Licht"],
    "?district=Mitte&status=declined": ["Ein Brunnen"],
    "?from=2026-11-23&to=2026-11-24": ["Mehr Licht", "Ein Baum"],
    "?from=24.11.2026&to=01.12.2026": ["Ein Brunnen", "Mehr Licht"],
    "?theme=green&channel=paper": [],
}


def test_filters_in_the_address_leave_what_was_asked_for(season: Central, reader: Client) -> None:
    assert {query: titles(reader, query) for query in FOUND} == FOUND


def test_nonsense_in_the_address_filters_nothing(season: Central, reader: Client) -> None:
    assert len(titles(reader, "?status=nonsense&sort=nonsense&channel=nonsense&page=-1&answered=maybe")) == 6


def test_every_filter_can_be_taken_out_alone(season: Central, reader: Client) -> None:
    page = reader.get("/ideas?theme=green&office=Gr%C3%BCnfl%C3%A4chenamt&from=2026-11-01&answered=no&page=1")
    chips = re.findall(r'<a class="tag" href="([^"]+)">.*?</a>', page.text)
    assert len(chips) == 4
    assert all(len(re.findall("theme=|office=|from=|answered=", chip)) == 3 for chip in chips)
    assert "1 Idee<" in page.text


def test_a_day_that_is_none_is_said_and_the_list_stays(season: Central, reader: Client) -> None:
    for query, sentence in (("from=gestern", "22.11.2026"), ("from=2026-12-01&to=2026-11-01", "vor dem ersten")):
        page = reader.get(f"/ideas?{query}")
        assert (page.status_code, sentence in page.text) == (422, True)
        assert titles(reader, f"?{query}")


def test_what_waits_longer_than_promised_stands_out(season: Central, reader: Client) -> None:
    page = reader.get("/ideas?answered=no&stop=stop1").text
    assert page.count("Überfällig") == 2
    assert "27 Tage" in page
    assert "Überfällig" not in reader.get("/ideas?answered=yes").text


def walked(reader: Client, query: str) -> list[str]:
    """The titles somebody sees who opens the first idea of a list and always goes on to the next; and once back."""
    seen, path = [], re.search(r'<a href="(/ideas/[^"]+)" dir="auto">', reader.get(f"/ideas{query}").text)[1]
    while path:
        page = reader.get(path.replace("&amp;", "&")).text
        seen.append(re.search(r'<h1 dir="auto">([^<]+)', page)[1])
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1] if following else ""
    back = re.search(r'rel="prev" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert seen[-2] in reader.get(back).text
    return seen


def test_one_idea_leads_to_the_next_in_the_order_of_the_list(season: Central, reader: Client) -> None:
    for query in ("", "?sort=oldest&answered=no", "?sort=support&kit=kit7kit7kit7kit7", "?district=Mitte"):
        assert walked(reader, query) == titles(reader, query)


def test_the_whole_list_comes_as_a_table_without_formulas_and_notes(season: Central, reader: Client) -> None:
    reader.post(f"/ideas/{OTHER_KIT}/bus/note", data={"note": "Geheim", "version": "0"})
    answer = reader.get("/ideas.csv?district=Mitte")
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["Titel"] for row in rows] == ["'=Bus 100", "Eine Schaukel", "Ein Brunnen"]
    assert (rows[2]["Status"], rows[2]["Antwort"], rows[2]["Bezirk"]) == (
        "Wird nicht umgesetzt",
        "Dort liegt ein Kabel.",
        "Mitte",
    )
    assert "Geheim" not in answer.text


def test_comments_on_merged_ideas_are_read_together(archive: Central, reader: Client) -> None:
    arrive(
        archive, ("comments", "c3", {"idea_id": "twin", "body": "Auch für Kinder!"}), ("ideas", "x", IDEA), kit="kit9kit9kit9kit9"
    )
    arrive(
        archive,
        ("ideas", "main", IDEA | {"title": "Licht"}),
        ("ideas", "double", IDEA | {"title": "Lampen", "body": "Am Kanal.", "merged_into": "main"}),
        ("comments", "c4", {"idea_id": "double", "body": "Ja, dort ist es dunkel."}),
        kit="kit5kit5kit5kit5",
    )  # fmt: skip
    page = reader.get("/ideas/kit5kit5kit5kit5/main").text
    assert all(words in page for words in ("Lampen", "Am Kanal.", "Ja, dort ist es dunkel.", "1 Kommentar"))
    assert "1 Kommentar" in reader.get("/ideas?kit=kit5kit5kit5kit5").text
    assert 'href="/ideas/kit5kit5kit5kit5/main' in reader.get("/ideas/kit5kit5kit5kit5/double").text


@pytest.mark.parametrize("hub_database", ["sqlite"], indirect=True)
def test_lists_walk_the_index_of_what_is_listed_and_never_all_records(hub: Central) -> None:
    columns, conditions = (store.ideas.c.kit, store.ideas.c.rid), store._asked(Question())
    for sort in ("newest", "oldest", "support"):
        query = store.select(*columns).where(*conditions).order_by(*store._order(sort)).limit(30)
        with hub.db.read() as conn:
            plan = conn.execute(text("EXPLAIN QUERY PLAN " + str(query.compile(conn, compile_kwargs={"literal_binds": True}))))
            steps = [row.detail for row in plan]
        assert any("ideas USING" in step and "records_listed" in step for step in steps), steps
        assert not any(step.startswith("SCAN ") for step in steps), steps
        assert ("USE TEMP B-TREE FOR ORDER BY" in steps) == (sort == "support")
